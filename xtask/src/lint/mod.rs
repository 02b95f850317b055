//! `cargo xtask spec`: checks the rules of the OpenAPI documents.
//!
//! The rules run before the generator, on a tree with line numbers. The generator panics on some valid documents, silently drops keys
//! that it does not know, and turns other documents into code that does not compile.

mod bundle;
mod document;
mod problem;
mod rules;
mod samples;
pub(crate) mod tree;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use openapiv3::OpenAPI;

pub use bundle::bundle;
pub use problem::{Problem, Problems};
pub use rules::RULES;
pub use samples::{REQUEST, Sample, Samples};

use self::{document::Document, problem::Findings};
use crate::specs;

/// Options of `spec`.
#[derive(Clone, Debug, Default, clap::Args)]
#[non_exhaustive]
pub struct Arguments {
    /// Write each document as JSON into this folder, with its samples as `examples`.
    #[arg(long, value_name = "FOLDER")]
    pub bundle: Option<PathBuf>,
}

/// The text of each document by its path from the workspace's root.
///
/// # Errors
///
/// If a document cannot be read.
pub fn documents(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let files = specs::discover(root)?.into_iter().map(|spec| spec.file);
    files
        .map(|file| {
            let text = std::fs::read_to_string(root.join(&file))
                .with_context(|| format!("cannot read {file}"))?;
            Ok((file, text))
        })
        .collect()
}

/// Checks all documents and lists all problems; with `--bundle`, then writes the documents with their samples.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let documents = documents(root)?;
    let mut samples = Samples::read(root)?;
    let mut exit = ExitCode::SUCCESS;
    let mut sound = BTreeMap::new();
    for (file, source) in documents {
        match check(&file, &source, Some(&mut samples)) {
            Ok(document) => {
                writeln!(io::stdout(), "{file}: no problems")?;
                sound.insert(file, document);
            }
            Err(problems) => {
                writeln!(io::stderr(), "{problems}")?;
                exit = ExitCode::FAILURE;
            }
        }
    }
    // A document with problems may lack the operations of its samples.
    if exit == ExitCode::SUCCESS {
        for sample in samples.unclaimed() {
            let path = sample.path.display();
            let hint = "remove it or correct the name of its folder";
            writeln!(io::stderr(), "{path}: no operation has this sample: {hint}")?;
            exit = ExitCode::FAILURE;
        }
    }
    if let Some(folder) = &arguments.bundle
        && exit == ExitCode::SUCCESS
    {
        bundle::write(folder, sound, &samples)?;
    }
    Ok(exit)
}

/// Checks and reads a document, without its samples.
///
/// # Errors
///
/// All problems of the document.
pub fn read(file: &str, source: &str) -> Result<OpenAPI, Problems> {
    check(file, source, None)
}

/// Checks and reads a document, with the samples of its operations if they are given.
///
/// # Errors
///
/// All problems of the document.
pub fn check(file: &str, source: &str, samples: Option<&mut Samples>) -> Result<OpenAPI, Problems> {
    let fail = |list| Problems {
        file: file.to_owned(),
        list,
    };
    let root = tree::read(source).map_err(|error| fail(vec![unreadable(&error)]))?;
    let read = serde_saphyr::from_str::<OpenAPI>(source);
    let document = Document::new(&root);
    let mut findings = Findings::new(&document);
    rules::check(&document, read.as_ref().ok(), &mut findings);
    if let Some(samples) = samples {
        samples.check(&document, &mut findings);
    }
    let problems = findings.into_sorted();
    if problems.is_empty() {
        read.map_err(|error| fail(vec![unreadable(&error)]))
    } else {
        Err(fail(problems))
    }
}

fn unreadable(error: &serde_saphyr::Error) -> Problem {
    Problem {
        line: error.location().map_or(1, |location| location.line()),
        operation: None,
        rule: rules::READABLE,
        message: error.without_snippet().to_string(),
    }
}
