//! The samples under `spec/examples/`: one file per request or response of an operation.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};

use super::{
    document::{Document, OperationEntry},
    problem::Findings,
};

pub(super) const MISSING: &str = "samples";

/// The folder of all samples, from the workspace's root.
const FOLDER: &str = "spec/examples";

/// Stands in the place of a status for a sample of a request.
pub const REQUEST: &str = "request";

/// One sample: `spec/examples/<operation>/<what>.json` or `<what>-<more>.json`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sample {
    /// The operation's id.
    pub operation: String,
    /// The status of a response, or [`REQUEST`].
    pub what: String,
    /// The name of the file, without its extension.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

impl Sample {
    /// Reads the sample.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is not JSON.
    pub fn value(&self) -> anyhow::Result<serde_json::Value> {
        let path = self.path.display();
        let text = std::fs::read(&self.path).with_context(|| format!("cannot read {path}"))?;
        serde_json::from_slice(&text).with_context(|| format!("{path} is not JSON"))
    }
}

/// All samples, and the operations checked so far.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    list: Vec<Sample>,
    /// The operations that were checked, each with the number of its document.
    operations: BTreeMap<String, usize>,
    documents: usize,
}

impl Samples {
    /// Lists the samples of a workspace.
    ///
    /// # Errors
    ///
    /// If a folder cannot be read, or a file is not called `NAME.json`.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let mut list = Vec::new();
        for folder in entries(&root.join(FOLDER))? {
            let operation = name_of(&folder).to_owned();
            for path in entries(&folder)? {
                let name = name_of(&path).strip_suffix(".json");
                let name =
                    name.with_context(|| format!("{}: call the sample NAME.json", path.display()))?;
                list.push(Sample {
                    operation: operation.clone(),
                    what: name.split('-').next().unwrap_or_default().to_owned(),
                    name: name.to_owned(),
                    path,
                });
            }
        }
        Ok(Self {
            list,
            ..Self::default()
        })
    }

    /// The samples of an operation, sorted by name.
    pub fn of(&self, operation: &str) -> impl Iterator<Item = &Sample> {
        self.list
            .iter()
            .filter(move |sample| sample.operation == operation)
    }

    /// The samples of operations that are in no document checked so far.
    pub fn unclaimed(&self) -> impl Iterator<Item = &Sample> {
        self.list
            .iter()
            .filter(|sample| !self.operations.contains_key(&sample.operation))
    }

    /// Checks that each operation of a document has the samples it needs, and no others.
    pub(super) fn check(&mut self, document: &Document<'_>, findings: &mut Findings<'_>) {
        self.documents += 1;
        for operation in &document.operations {
            let first = *self
                .operations
                .entry(operation.name.clone())
                .or_insert(self.documents);
            if first != self.documents {
                findings.add(
                    operation.line,
                    MISSING,
                    "another document has an operation of this name: choose another, because it finds the samples",
                );
            }
            self.check_operation(document, operation, findings);
        }
    }

    fn check_operation<'a>(
        &self,
        document: &Document<'a>,
        operation: &OperationEntry<'a>,
        findings: &mut Findings<'_>,
    ) {
        let has_body = |node| {
            document
                .follow(node)
                .is_some_and(|node| !node.entries_at("content").is_empty())
        };
        let request = operation.node.get("requestBody").filter(|it| has_body(it));
        let responses = operation.node.entries_at("responses");
        let (successes, failures): (Vec<_>, Vec<_>) = responses
            .iter()
            .filter(|entry| has_body(&entry.node))
            .map(|entry| entry.key.as_str())
            .partition(|status| status.starts_with('2'));

        let known: Vec<&str> = (request.map(|_| REQUEST).into_iter())
            .chain(successes.iter().chain(&failures).copied())
            .collect();
        for sample in self.of(&operation.name) {
            if !known.contains(&sample.what.as_str()) {
                findings.add(
                    operation.line,
                    MISSING,
                    format!(
                        "{}.json is a sample of an undocumented body: document the body or remove the file",
                        sample.name
                    ),
                );
            }
        }
        if operation.node.text_at("x-surface") == Some("codec") {
            return;
        }
        let mut wanted: Vec<Vec<&str>> = request.iter().map(|_| vec![REQUEST]).collect();
        wanted.extend(successes.iter().map(|status| vec![*status]));
        wanted.extend(Some(failures).filter(|statuses| !statuses.is_empty()));
        for what in wanted {
            if !self
                .of(&operation.name)
                .any(|it| what.contains(&it.what.as_str()))
            {
                findings.add(
                    operation.line,
                    MISSING,
                    format!(
                        "no sample of {}: add {FOLDER}/{}/{}.json, or write `x-surface: codec`",
                        what.join(", "),
                        operation.name,
                        what[0]
                    ),
                );
            }
        }
    }
}

/// Lists a folder in order; a missing folder is empty.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    ensure!(
        folder.is_dir(),
        "{}: put samples into one folder per operation",
        folder.display()
    );
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> &str {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str);
    name.unwrap_or_default()
}
