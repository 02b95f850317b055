//! `cargo xtask spec`: the rules that the OpenAPI documents keep.
//!
//! They are checked on a tree that knows its lines, before the generator sees the document: it panics on ordinary ones, drops what it
//! does not know without a word, and makes code that does not compile of others.

mod document;
mod grammar;
mod keys;
mod problem;
mod rules;
mod tree;

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context;
use openapiv3::OpenAPI;

pub use problem::{Problem, Problems};
pub use rules::RULES;

use self::document::Document;
use crate::specs::SPECS;

/// Checks all documents and lists all that is wrong with them.
///
/// # Errors
///
/// When a document cannot be read at all.
pub fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let mut exit = ExitCode::SUCCESS;
    for spec in SPECS {
        let source = std::fs::read_to_string(root.join(spec.file))
            .with_context(|| format!("{} cannot be read", spec.file))?;
        match read(spec.file, &source) {
            Ok(_) => writeln!(io::stdout(), "{}: breaks no rule", spec.file)?,
            Err(problems) => {
                writeln!(io::stderr(), "{problems}")?;
                exit = ExitCode::FAILURE;
            }
        }
    }
    Ok(exit)
}

/// Checks a document and reads it.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read(file: &str, source: &str) -> Result<OpenAPI, Problems> {
    let fail = |list| Problems {
        file: file.to_owned(),
        list,
    };
    let root = tree::read(source).map_err(|error| fail(vec![unreadable(&error)]))?;
    let problems = rules::check(&Document::new(&root));
    if !problems.is_empty() {
        return Err(fail(problems));
    }
    serde_saphyr::from_str(source).map_err(|error| fail(vec![unreadable(&error)]))
}

fn unreadable(error: &serde_saphyr::Error) -> Problem {
    let text = error.without_snippet().to_string();
    Problem {
        line: error.location().map_or(1, |location| location.line()),
        operation: None,
        rule: rules::READABLE,
        message: text,
    }
}
