//! Runs the program against the stand-in.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which the exception for tests does not cover"
)]

mod bad_input;
mod creating;
mod cutover;
mod documentation;
mod exit_codes;
mod interruption;
mod list;
mod operations;
mod orders;
mod output;
mod projects;
mod pty;
mod questions;
mod readme;
mod reference;
mod running;
mod secrets;
mod service;
mod settings;
mod show;
mod stand_in_program;
mod stop_sync;
mod story;
mod terminal;
mod wait;
mod watching;

/// A file without a `mod` line would silently not run.
#[test]
fn every_test_file_is_a_module() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_named = include_str!("main.rs").contains(&format!("\nmod {name};\n"));
        assert!(
            is_named || name == "main",
            "{} is not in main.rs",
            path.display()
        );
    }
}
