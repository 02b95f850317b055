//! The generator and its runtime are one version: the one makes code for the other.

use std::fs;

use crate::workspace;

/// The versions of a package in the lock file.
fn locked(name: &str) -> Vec<String> {
    let lock = fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap();
    let name = format!("name = \"{name}\"");
    let lines: Vec<&str> = lock.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == name)
        .map(|pair| pair[1].trim_start_matches("version = ").to_owned())
        .collect()
}

#[test]
fn the_generator_and_its_runtime_agree() {
    let generator = locked("progenitor");
    assert_eq!(generator.len(), 1, "{generator:?}");
    assert_eq!(generator, locked("progenitor-impl"));
    assert_eq!(generator, locked("progenitor-client"));
}
