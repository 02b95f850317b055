//! Rules on single files and on the layout.

use std::{collections::BTreeSet, path::Path};

use super::File;

/// The entries allowed at the top, besides dotfiles.
const TOP: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "crates",
    "spec",
    "xtask",
];

/// The most lines that a hand-written file may have.
const MOST_LINES: usize = 400;

/// Marks of unfinished work that clippy does not refuse. Written in halves, so that this file passes too.
const LEFT_OVERS: [[&str; 2]; 2] = [["#[ign", "ore"], ["FIX", "ME"]];

/// The crate that is independent of services, and the words that it must not mention.
const NO_SERVICE: (&str, [&str; 2]) = ("crates/huaweicloud-core/", ["dcs", "migration"]);

/// Finds source and Markdown files that break a rule.
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
                    "{path}: {count} lines, at most {MOST_LINES}: split it"
                ));
            }
            let is_documented = file.text.starts_with("//!") || file.text.starts_with("#![doc");
            if !is_documented {
                problems.push(format!(
                    "{path}:1: start with `//!` and the purpose of the file"
                ));
            }
        }
    }
    problems
}

/// Finds entries in the wrong place, and integration tests that are not compiled.
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
            "{top}: only {} and dotfiles are allowed at the top",
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
                    "{}: not compiled: add `mod {module};` to {}",
                    file.path, main.path
                ));
            }
        }
    }
    problems
}

/// Finds mentions of a service in the crate that is independent of services.
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
                "{}:{}: `{word}` in a crate that is independent of services: move it to a crate above, or reword it",
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
            return Some(format!("`{word}`: finish it or remove it"));
        }
    }
    let text = line.trim_start_matches(['/', '!', ' ']);
    let fence = text.strip_prefix("```")?;
    fence
        .split([',', ' '])
        .any(|word| word == "ignore")
        .then(|| "ignored example: let it compile, or mark it `text`".to_owned())
}

pub(super) fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

/// Whether `cargo xtask gen` writes a file.
pub(super) fn is_generated(path: &str) -> bool {
    path.contains("/generated/")
}
