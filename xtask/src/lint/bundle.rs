//! Documents with their samples added as `examples`.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, bail};
use openapiv3::{Content, Example, OpenAPI, ReferenceOr};

use super::samples::{REQUEST, Samples};
use crate::specs;

/// Writes each document into a folder as JSON.
pub(super) fn write(
    folder: &Path,
    documents: BTreeMap<String, OpenAPI>,
    samples: &Samples,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    for (file, document) in documents {
        let document = bundle(document, samples)?;
        let name = Path::new(&file).with_extension("json");
        let path = folder.join(name.file_name().unwrap_or_default());
        let text = serde_json::to_string_pretty(&document)?;
        std::fs::write(&path, text + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(io::stdout(), "wrote {}", path.display())?;
    }
    Ok(())
}

/// Adds the samples of each operation to its request body and its responses.
///
/// Samples belong to one operation, so a shared response is copied into each operation.
///
/// # Errors
///
/// If a sample cannot be read, or the target of a reference does not exist.
pub fn bundle(mut document: OpenAPI, samples: &Samples) -> anyhow::Result<OpenAPI> {
    let mut components = document.components.take().unwrap_or_default();
    for operation in specs::operations_mut(&mut document) {
        let id = operation.operation_id.clone().unwrap_or_default();
        if let Some(body) = &mut operation.request_body {
            let body = write_out(body, |name| components.request_bodies.get(name))?;
            add_examples(&mut body.content, samples, &id, REQUEST)?;
        }
        for (status, response) in &mut operation.responses.responses {
            let response = write_out(response, |name| components.responses.get(name))?;
            add_examples(&mut response.content, samples, &id, &status.to_string())?;
        }
    }
    components.responses.clear();
    components.request_bodies.clear();
    document.components = Some(components);
    Ok(document)
}

/// Replaces a reference by its target.
fn write_out<'a, 'n, T: Clone + 'n>(
    it: &'a mut ReferenceOr<T>,
    named: impl Fn(&str) -> Option<&'n ReferenceOr<T>>,
) -> anyhow::Result<&'a mut T> {
    if let ReferenceOr::Reference { reference } = it {
        let name = reference.rsplit('/').next().unwrap_or_default();
        *it = named(name).unwrap_or(it).clone();
    }
    match it {
        ReferenceOr::Item(item) => Ok(item),
        ReferenceOr::Reference { reference } => bail!("{reference} does not exist"),
    }
}

fn add_examples(
    content: &mut Content,
    samples: &Samples,
    operation: &str,
    what: &str,
) -> anyhow::Result<()> {
    for media in content.values_mut() {
        for sample in samples.of(operation).filter(|sample| sample.what == what) {
            let example = Example {
                value: Some(sample.value()?),
                ..Example::default()
            };
            let name = sample.name.clone();
            media.examples.insert(name, ReferenceOr::Item(example));
        }
    }
    Ok(())
}
