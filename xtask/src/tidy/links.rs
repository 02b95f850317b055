//! Relative links in Markdown files: each target must exist in the repository.

use super::{File, sources::has_extension};

/// Finds links whose target does not exist.
#[must_use]
pub fn links(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    for File { path, text } in files.iter().filter(|file| has_extension(&file.path, "md")) {
        for (number, line) in text.lines().enumerate() {
            let ends = line.split("](").skip(1);
            // Without the anchor: empty for a link within the page.
            let targets = ends.filter_map(|end| end.split([')', '#']).next());
            for target in targets.filter(|target| !target.is_empty() && !target.contains(':')) {
                if !resolved(path, target).is_some_and(|target| exists(&target, files)) {
                    let line = number + 1;
                    problems.push(format!(
                        "{path}:{line}: {target} does not exist: correct the link"
                    ));
                }
            }
        }
    }
    problems
}

/// The target of a link from the workspace's root; `None` outside the workspace.
fn resolved(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in target.split('/').filter(|part| !part.is_empty()) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn exists(path: &str, files: &[File]) -> bool {
    let folder = format!("{path}/");
    let is_it = |file: &File| file.path == path || file.path.starts_with(&folder);
    files.iter().any(is_it)
}
