//! Runs progenitor on an OpenAPI document.

use anyhow::{Context, ensure};
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use schemars08::schema::{InstanceType, SchemaObject};

use crate::specs;

/// The key of a schema whose type is hand-written: the path of the type.
const BY_HAND: &str = "x-rust-path";

/// Generates the client of `document` and parses it.
pub(super) fn generate(document: &OpenAPI) -> anyhow::Result<syn::File> {
    let document = with_sources(document.clone());
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged);
    let nothing = std::iter::empty;
    settings.with_conversion(password(), "huaweicloud_core::Secret", nothing());
    for (name, path) in by_hand(&document)? {
        settings.with_replacement(name, path, nothing());
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .context("progenitor refuses the document")?;
    syn::parse2(tokens).context("progenitor generated code that does not parse")
}

/// The schemas with a hand-written type, each with the path of the type.
fn by_hand(document: &OpenAPI) -> anyhow::Result<Vec<(&str, &str)>> {
    let components = document.components.iter();
    let schemas: Vec<_> = components
        .flat_map(|components| &components.schemas)
        .filter_map(|(name, schema)| {
            let path = schema.as_item()?.schema_data.extensions.get(BY_HAND)?;
            Some((name.as_str(), path))
        })
        .collect();
    let text = serde_json::to_string(document)?;
    ensure!(
        text.matches(&format!("\"{BY_HAND}\":")).count() == schemas.len(),
        "{BY_HAND} is only read directly under #/components/schemas: name the schema there"
    );
    schemas
        .into_iter()
        .map(|(name, path)| {
            let path = path
                .as_str()
                .filter(|path| syn::parse_str::<syn::Path>(path).is_ok())
                .with_context(|| {
                    format!("{name}: {BY_HAND} is not the path of a Rust type: {path}")
                })?;
            Ok((name, path))
        })
        .collect()
}

/// The schema of a secret.
fn password() -> SchemaObject {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    }
}

/// Appends the vendor documentation's address to each description, so that the method's documentation links it.
fn with_sources(mut document: OpenAPI) -> OpenAPI {
    for operation in specs::operations_mut(&mut document) {
        let Some(docs) = &operation.external_docs else {
            continue;
        };
        let source = format!("Source: <{}>", docs.url);
        operation.description = Some(match operation.description.take() {
            Some(description) => format!("{}\n\n{source}", description.trim_end()),
            None => source,
        });
    }
    document
}
