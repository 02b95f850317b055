//! From an OpenAPI document to the tokens that progenitor makes of it.

use anyhow::Context;
use openapiv3::{OpenAPI, Operation, PathItem, ReferenceOr};
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use quote::quote;
use schemars08::schema::{InstanceType, SchemaObject};

/// Schemas that a generator cannot make a good type of; the client crate has them by hand, under the same names.
const BY_HAND: &[&str] = &["NumberOrString", "TaskStatus"];

/// Generates the client of `document` and parses it.
pub(super) fn generate(document: &OpenAPI) -> anyhow::Result<syn::File> {
    let document = with_sources(document.clone());
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::hooks::Call))
        .with_derive("schemars::JsonSchema");
    let nothing = std::iter::empty;
    settings.with_conversion(password(), "crate::Secret", nothing());
    for name in BY_HAND {
        settings.with_replacement(name, format!("crate::{name}"), nothing());
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .context("the generator refuses the document")?;
    syn::parse2(tokens).context("the generator made code that does not parse")
}

/// The schema of a secret.
fn password() -> SchemaObject {
    SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    }
}

/// Appends the page that an operation is documented on to its description, so that the method's documentation links it.
fn with_sources(mut document: OpenAPI) -> OpenAPI {
    for item in document.paths.paths.values_mut() {
        if let ReferenceOr::Item(item) = item {
            for operation in operations_of(item) {
                append_source(operation);
            }
        }
    }
    document
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
        &mut item.trace,
    ]
    .into_iter()
    .flatten()
}

fn append_source(operation: &mut Operation) {
    let Some(docs) = &operation.external_docs else {
        return;
    };
    let source = format!("Source: <{}>", docs.url);
    operation.description = Some(match operation.description.take() {
        Some(description) => format!("{}\n\n{source}", description.trim_end()),
        None => source,
    });
}
