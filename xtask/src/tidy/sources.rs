//! Rules on single files, and on what lies where.

use std::{collections::BTreeSet, path::Path};

use super::File;

/// What may lie at the top, besides dotfiles.
const TOP: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "crates",
    "spec",
    "xtask",
];

/// The most lines a file written by hand may have.
const MOST_LINES: usize = 400;

/// Marks of unfinished work that clippy does not refuse. Written in halves, so that this file passes too.
const LEFT_OVERS: [[&str; 2]; 2] = [["#[ign", "ore"], ["FIX", "ME"]];

/// The crate that knows no service, and words that would say that it does.
const NO_SERVICE: (&str, [&str; 2]) = ("crates/huaweicloud-core/", ["dcs", "migration"]);

/// Says which source files and texts break a rule.
#[must_use]
pub fn sources(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        let path = &file.path;
        if is_rust(path) || has_extension(path, "md") {
            for (number, line) in file.text.lines().enumerate() {
                if let Some(problem) = in_line(line) {
                    problems.push(format!("{path}:{}: {problem}", number + 1));
                }
            }
        }
        problems.extend(services(file));
        if is_rust(path) && !is_generated(path) {
            let count = file.text.lines().count();
            if count > MOST_LINES {
                problems.push(format!(
                    "{path}: {count} lines: split it, {MOST_LINES} are the most"
                ));
            }
            let is_documented = file.text.starts_with("//!") || file.text.starts_with("#![doc");
            if !is_documented {
                problems.push(format!(
                    "{path}:1: begin with `//!` and what the file is for"
                ));
            }
        }
    }
    problems
}

/// Says what lies where it should not, and which integration tests are never compiled.
#[must_use]
pub fn layout(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    let tops: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .filter(|top| !top.starts_with('.') && !TOP.contains(top))
        .collect();
    for top in tops {
        problems.push(format!(
            "{top}: only {} and dotfiles lie at the top",
            TOP.join(", ")
        ));
    }
    for main in files
        .iter()
        .filter(|file| file.path.ends_with("/tests/it/main.rs"))
    {
        let folder = main.path.trim_end_matches("main.rs");
        for file in files {
            let Some(module) = file
                .path
                .strip_prefix(folder)
                .and_then(|name| name.strip_suffix(".rs"))
            else {
                continue;
            };
            let is_listed = main
                .text
                .lines()
                .any(|line| line.trim() == format!("mod {module};"));
            if module != "main" && !module.contains('/') && !is_listed {
                problems.push(format!(
                    "{}: never compiled: write `mod {module};` in {}",
                    file.path, main.path
                ));
            }
        }
    }
    problems
}

/// Says where a crate that knows no service mentions one.
fn services(file: &File) -> Vec<String> {
    let (folder, words) = NO_SERVICE;
    let name = file.path.strip_prefix(folder);
    if !name.is_some_and(|name| name.starts_with("src/") || name == "README.md") {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let line = line.to_lowercase();
        for word in words.into_iter().filter(|word| line.contains(word)) {
            problems.push(format!(
                "{}:{}: `{word}` in a crate that knows no service: move it to a crate above, or say it without",
                file.path,
                number + 1
            ));
        }
    }
    problems
}

fn in_line(line: &str) -> Option<String> {
    for word in LEFT_OVERS.map(|halves| halves.concat()) {
        if line.contains(&word) {
            return Some(format!("`{word}` is left over: finish it or take it out"));
        }
    }
    let text = line.trim_start_matches(['/', '!', ' ']);
    let fence = text.strip_prefix("```")?;
    fence
        .split([',', ' '])
        .any(|word| word == "ignore")
        .then(|| "an example that is ignored rots: let it compile, or call it text".to_owned())
}

pub(super) fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

/// Whether a file is made by `cargo xtask gen`.
pub(super) fn is_generated(path: &str) -> bool {
    path.contains("/generated/")
}
