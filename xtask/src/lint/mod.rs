//! `cargo xtask spec`: the rules that the OpenAPI documents keep.
//!
//! They are checked on a tree that knows its lines, before the generator sees the document: it panics on ordinary ones, drops what it
//! does not know without a word, and makes code that does not compile of others.

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
    /// Write each document into this folder, with its samples as `examples`, for documentation tools and mock servers.
    #[arg(long, value_name = "FOLDER")]
    pub bundle: Option<PathBuf>,
}

/// The text of each document by its path from the workspace's root.
///
/// # Errors
///
/// When one cannot be read.
pub fn documents(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let files = specs::discover(root)?.into_iter().map(|spec| spec.file);
    files
        .map(|file| {
            let text = std::fs::read_to_string(root.join(&file))
                .with_context(|| format!("{file} cannot be read"))?;
            Ok((file, text))
        })
        .collect()
}

/// Checks all documents and lists all that is wrong with them, or writes them with their samples.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let documents = documents(root)?;
    let mut samples = Samples::read(root)?;
    let mut exit = ExitCode::SUCCESS;
    let mut sound = BTreeMap::new();
    for (file, source) in documents {
        match check(&file, &source, Some(&mut samples)) {
            Ok(document) => {
                writeln!(io::stdout(), "{file}: breaks no rule")?;
                sound.insert(file, document);
            }
            Err(problems) => {
                writeln!(io::stderr(), "{problems}")?;
                exit = ExitCode::FAILURE;
            }
        }
    }
    for sample in samples.unclaimed() {
        let path = sample.path.display();
        let hint = "remove it, or correct the name of its folder";
        writeln!(io::stderr(), "{path}: no operation has this sample: {hint}")?;
        exit = ExitCode::FAILURE;
    }
    if let Some(folder) = &arguments.bundle
        && exit == ExitCode::SUCCESS
    {
        bundle::write(folder, sound, &samples)?;
    }
    Ok(exit)
}

/// Checks a document and reads it. Samples are not looked for.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read(file: &str, source: &str) -> Result<OpenAPI, Problems> {
    check(file, source, None)
}

/// Checks a document and, where they are given, the samples of its operations, and reads it.
///
/// # Errors
///
/// All that is wrong with it.
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
