//! Rules on single source files.

use std::path::Path;

use super::File;

/// The most lines a file written by hand may have.
const MOST_LINES: usize = 400;

/// What is left over of work that was not finished. Written in halves, so that this file may be looked at too.
const LEFT_OVERS: [[&str; 2]; 5] = [
    ["todo", "!("],
    ["unimplemented", "!("],
    ["dbg", "!("],
    ["#[ign", "ore"],
    ["FIX", "ME"],
];

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

fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

fn is_generated(path: &str) -> bool {
    path.contains("/generated/")
}
