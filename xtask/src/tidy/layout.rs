//! What lies where.

use std::collections::BTreeSet;

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
