//! The whole help as a file, so that every change shows in a diff.

use std::env;
use std::fmt::Write as _;
use std::fs;

use crate::service::{bare, run};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference.txt");
const REFRESH: &str = "REFRESH_REFERENCE";

/// The help of the program and of each command.
fn help() -> String {
    let of = |command: &str| {
        run(&mut bare(&format!("{command} --help")))
            .ended_with(0)
            .stdout
    };
    let program = of("");
    let commands = program
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let names = commands.filter_map(|line| line.split_whitespace().next());
    let mut all = format!("$ dcsctl --help\n{program}");
    for name in names.filter(|name| *name != "help") {
        write!(all, "\n$ dcsctl {name} --help\n{}", of(name)).unwrap();
    }
    all
}

#[test]
fn help_matches_the_reference_file() {
    let help = help();
    assert!(help.contains("$ dcsctl stop-sync") && help.contains("$ dcsctl show"));
    if env::var_os(REFRESH).is_some() {
        fs::write(FILE, &help).unwrap();
    }
    let kept = fs::read_to_string(FILE).unwrap_or_default();
    let differing = help
        .lines()
        .zip(kept.lines())
        .find(|(now, then)| now != then);
    assert!(
        help == kept,
        "the help has changed, first in {differing:?}; if intended, run {REFRESH}=1 cargo test -p dcsctl reference"
    );
}

#[test]
fn help_lines_fit_120_columns() {
    for line in help().lines() {
        assert!(line.chars().count() <= 120, "{line}");
    }
}

#[test]
fn version_option_prints_the_version() {
    let ran = run(&mut bare("--version")).ended_with(0);
    assert_eq!(
        ran.stdout,
        concat!("dcsctl ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
