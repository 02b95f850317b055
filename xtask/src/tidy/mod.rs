//! `cargo xtask tidy`: checks the rules of this repository that no other tool checks.

mod circles;
mod lines;
mod links;
mod packages;
mod sources;
mod words;

use std::{
    io::{self, Write},
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, ensure};

use crate::workspace;

pub use circles::circles;
pub use lines::lines;
pub use links::links;
pub use packages::packages;
pub use sources::{layout, sources};
pub use words::{long_sentences, long_test_names};

/// The most words that a sentence may have.
const MOST_WORDS: usize = 30;

/// The most words that a sentence should have.
const AIM: usize = 25;

/// A text file of the repository.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "tests build files by hand")]
pub struct File {
    /// Its path from the workspace's root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// Options of `tidy`.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[non_exhaustive]
pub struct Arguments {
    /// Only count the lines of each crate.
    #[arg(long)]
    pub lines: bool,
    /// Only list the sentences over 25 words.
    #[arg(long)]
    pub words: bool,
}

/// Checks all rules and lists all problems.
///
/// # Errors
///
/// If the repository cannot be read.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let files = files(root)?;
    if arguments.lines {
        for line in lines(&files) {
            writeln!(io::stdout(), "{line}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.words {
        for sentence in long_sentences(&files, AIM) {
            writeln!(io::stdout(), "{sentence}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut problems = layout(&files);
    problems.extend(sources(&files));
    problems.extend(circles(&files));
    problems.extend(links(&files));
    problems.extend(long_sentences(&files, MOST_WORDS));
    problems.extend(long_test_names(&files));
    problems.extend(packages(&workspace::metadata(root)?.packages, &files));
    problems.sort();
    for problem in &problems {
        writeln!(io::stderr(), "{problem}")?;
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// All text files that git tracks or would add.
fn files(root: &Path) -> anyhow::Result<Vec<File>> {
    let listing = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root)
        .output()
        .context("cannot run git, which lists the files of the repository")?;
    ensure!(
        listing.status.success(),
        "git cannot list the files of the repository"
    );
    let names = String::from_utf8(listing.stdout).context("a file name is not UTF-8")?;
    let files = names
        .split_terminator('\0')
        // Skips files that were deleted but not committed, and files that are not text.
        .filter_map(|path| {
            let text = std::fs::read_to_string(root.join(path)).ok()?;
            Some(File {
                path: path.to_owned(),
                text,
            })
        })
        .collect();
    Ok(files)
}
