//! Each fault in `faults.md` names tests that exist, or gives a reason why there is none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rows that the table must have.
const ROWS: std::ops::RangeInclusive<u32> = 1..=106;
/// The folders to search for a module that is named without its path.
const FOLDERS: [&str; 4] = ["src", "src/client", "src/tests", "tests/it"];
/// The start of a reason.
const REASON: &str = "no test: ";

/// The problems of a table: rows that are missing, duplicate or empty, and tests that do not exist. `source` returns
/// the text of a named file.
fn problems(table: &str, source: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut rows = BTreeSet::new();
    for line in table.lines() {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let Some(number) = cells.first().and_then(|cell| cell.parse::<u32>().ok()) else {
            continue;
        };
        if !rows.insert(number) {
            problems.push(format!("{number} is there twice"));
        }
        let held_by = cells.get(2).copied().unwrap_or_default();
        if let Some(reason) = held_by.strip_prefix(REASON) {
            if reason.is_empty() {
                problems.push(format!("{number} has no reason"));
            }
            continue;
        }
        // Every second part is between backticks: `module::test`, or a file followed by its tests.
        let mut file = "";
        let mut tests = 0;
        for named in held_by.split('`').skip(1).step_by(2) {
            let (within, test) = match named.split_once("::") {
                Some(both) => both,
                None if is_file(named) => {
                    file = named;
                    continue;
                }
                None => (file, named),
            };
            tests += 1;
            if !source(within).is_some_and(|text| is_test_in(&text, test)) {
                problems.push(format!("{number}: there is no test {within}::{test}"));
            }
        }
        if tests == 0 {
            problems.push(format!("{number} has neither a test nor a reason"));
        }
    }
    let missing = ROWS.filter(|number| !rows.contains(number));
    problems.extend(missing.map(|number| format!("{number} is missing")));
    problems
}

/// Whether the text has a test function of this name.
fn is_test_in(text: &str, function: &str) -> bool {
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        let attribute = line.strip_prefix("#[").unwrap_or_default();
        if attribute.starts_with("test]") || attribute.starts_with("tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ") {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            if is_test && name == function {
                return true;
            }
            is_test = false;
        }
    }
    false
}

fn is_file(named: &str) -> bool {
    Path::new(named).extension().is_some_and(|end| end == "rs")
}

/// The text of a module of this crate (`wire`), or of a file of the crate or the workspace
/// (`crates/huaweicloud-sign/src/verify.rs`).
fn source(named: &str) -> Option<String> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let candidates: Vec<PathBuf> = if is_file(named) {
        vec![package.join(named), package.join("../..").join(named)]
    } else {
        let file = format!("{named}.rs");
        let folders = FOLDERS.iter();
        folders
            .map(|folder| package.join(folder).join(&file))
            .collect()
    };
    // Modules of the same name in several folders count as one source.
    let texts: Vec<_> = candidates
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    (!texts.is_empty()).then(|| texts.concat())
}

#[test]
fn each_fault_names_an_existing_test_or_a_reason() {
    let problems = problems(include_str!("faults.md"), &source);
    assert!(problems.is_empty(), "faults.md:\n{}", problems.join("\n"));
}

#[test]
fn incomplete_table_is_reported_row_by_row() {
    let text = "#[test]\nfn held() {}\n\nfn helper() {}\n#[tokio::test(start_paused = true)]\nasync fn too() {}\n";
    let source = |file: &str| {
        ["here", "src/here.rs"]
            .contains(&file)
            .then(|| text.to_owned())
    };
    let rows = |first: &str| {
        let rest = ROWS
            .skip(4)
            .map(|number| format!("| {number} | x | `here::too` |\n"));
        first.to_owned() + &rest.collect::<String>()
    };
    let good = "| 1 | x | `here::held`, `here::too` |\n| 2 | x | no test: none can be |\n| 3 | x | `here::held` |\n\
                | 4 | x | `src/here.rs` `held`, `too` |\n";
    assert_eq!(problems(&rows(good), &source), [""; 0]);
    let bad = "| 1 | x | `here::helper` and `there::held` |\n| 2 | x | no test: |\n| 3 | x | |\n\
               | 3 | x | `held`, `src/here.rs` |\n";
    assert_eq!(
        problems(&rows(bad), &source),
        [
            "1: there is no test here::helper",
            "1: there is no test there::held",
            "2 has neither a test nor a reason",
            "3 has neither a test nor a reason",
            "3 is there twice",
            "3: there is no test ::held",
            "4 is missing",
        ]
    );
}
