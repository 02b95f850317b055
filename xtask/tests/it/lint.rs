//! The lint: one clear message for each broken document.

use std::{collections::BTreeSet, fs, path::PathBuf};

use xtask::lint;

use crate::workspace;

/// The broken documents, each with the text that it must give. To write the texts anew, run the tests with `WRITE_MESSAGES` set and
/// read what changed.
fn broken() -> Vec<PathBuf> {
    let folder = workspace::root().join("xtask/tests/broken");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn each_broken_document_gives_its_messages() {
    for path in broken() {
        let source = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let message = match lint::read(name, &source) {
            Ok(_) => panic!("{name} is not refused"),
            Err(problems) => format!("{problems}\n"),
        };
        let expected = path.with_extension("txt");
        if std::env::var_os("WRITE_MESSAGES").is_some() {
            fs::write(&expected, &message).unwrap();
        }
        let expected = fs::read_to_string(expected).unwrap_or_default();
        assert_eq!(message, expected, "messages for {name}");
    }
}

#[test]
fn each_rule_has_a_broken_document() {
    let mut found = BTreeSet::new();
    for path in broken() {
        let source = fs::read_to_string(path).unwrap();
        let problems = lint::read("broken.yaml", &source).unwrap_err();
        found.extend(problems.list.iter().map(|problem| problem.rule));
    }
    let rules: BTreeSet<&str> = lint::RULES.iter().copied().collect();
    assert_eq!(found, rules);
}

#[test]
fn each_rule_is_explained() {
    let readme = fs::read_to_string(workspace::root().join("spec/README.md")).unwrap();
    for rule in lint::RULES {
        assert!(readme.contains(&format!("\n| `{rule}` | ")), "{rule}");
    }
}

#[test]
fn a_sound_document_is_read() {
    let source = include_str!("../sound.yaml");
    let document = lint::read("sound.yaml", source).unwrap();
    let ids: Vec<_> = document
        .operations()
        .filter_map(|(_, _, operation)| operation.operation_id.as_deref())
        .collect();
    assert_eq!(ids, ["ShowTask", "CheckTask", "StopTask"]);
}

#[test]
fn the_command_passes_on_this_workspace() {
    let output = workspace::run(&workspace::root(), &["spec"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_command_lists_all_problems_and_fails() {
    let copy = workspace::copy();
    let spec = copy.path().join("spec/dcs-migration.yaml");
    let broken = workspace::root().join("xtask/tests/broken");
    fs::copy(broken.join("several.yaml"), spec).unwrap();
    let output = workspace::run(copy.path(), &["spec"]);
    assert_eq!(output.status.code(), Some(1));
    let expected = fs::read_to_string(broken.join("several.txt")).unwrap();
    let expected = expected.replace("several.yaml", "spec/dcs-migration.yaml");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
}
