//! The OpenAPI documents and the crates generated from them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use openapiv3::{OpenAPI, Operation, ReferenceOr};

use crate::workspace;

/// The folder of the documents, relative to the workspace's root.
const DOCUMENTS: &str = "spec";

/// One document and the crate that is generated from it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Spec {
    /// The document, relative to the workspace's root.
    pub file: String,
    /// The name of the crate's package.
    pub package: String,
    /// The folder of the crate, relative to the workspace's root.
    pub folder: PathBuf,
}

impl Spec {
    /// One file of the generated code, relative to the workspace's root.
    #[must_use]
    pub fn generated_file(&self, name: &str) -> PathBuf {
        self.folder.join("src/generated").join(name)
    }
}

/// Finds all documents by the crates that name them, sorted by crate.
///
/// # Errors
///
/// If `cargo metadata` fails, or documents and crates do not match.
pub fn discover(root: &Path) -> anyhow::Result<Vec<Spec>> {
    let mut specs = Vec::new();
    for package in workspace::metadata(root)?.packages {
        if let Some(file) = package.spec() {
            let folder = Path::new(&package.manifest_path).parent();
            specs.push(Spec {
                file: file.to_owned(),
                folder: folder.map_or_else(PathBuf::new, |folder| from(root, folder)),
                package: package.name,
            });
        }
    }
    specs.sort_by(|left, right| left.package.cmp(&right.package));
    let mut unnamed = documents(root)?;
    for Spec { file, package, .. } in &specs {
        ensure!(
            root.join(file).is_file(),
            "{package} names {file}, which does not exist: correct `spec` in its Cargo.toml"
        );
        ensure!(
            unnamed.remove(file),
            "{package} names {file}, which another crate names or which is not a document in {DOCUMENTS}/: \
             give each crate its own document there"
        );
    }
    if let Some(file) = unnamed.first() {
        bail!(
            "no crate is generated from {file}: add it to the Cargo.toml of its crate:\n\n    \
             [package.metadata.openapi]\n    spec = \"{file}\"\n"
        );
    }
    Ok(specs)
}

/// Cargo resolves symbolic links; the caller's root may contain some.
fn from(root: &Path, folder: &Path) -> PathBuf {
    let real = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    [root, &real]
        .into_iter()
        .find_map(|root| folder.strip_prefix(root).ok())
        .unwrap_or(folder)
        .to_path_buf()
}

/// All documents, relative to the workspace's root.
fn documents(root: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut documents = BTreeSet::new();
    let entries = std::fs::read_dir(root.join(DOCUMENTS));
    for entry in entries.with_context(|| format!("cannot list {DOCUMENTS}/"))? {
        let name = entry?.file_name();
        let is_document = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml");
        if is_document {
            documents.insert(format!("{DOCUMENTS}/{}", name.to_string_lossy()));
        }
    }
    Ok(documents)
}

/// The operations of a document, mutable.
pub(crate) fn operations_mut(document: &mut OpenAPI) -> impl Iterator<Item = &mut Operation> {
    let items = document.paths.paths.values_mut();
    let items = items.filter_map(|item| match item {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { .. } => None,
    });
    items.flat_map(|item| {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.options,
            &mut item.head,
            &mut item.patch,
            &mut item.trace,
        ];
        operations.into_iter().flatten()
    })
}
