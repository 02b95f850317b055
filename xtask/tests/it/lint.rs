//! The lint: its messages for each broken document.

use std::{collections::BTreeSet, fmt::Write, fs};

use xtask::lint::{self, Samples};

use crate::{
    broken::{self, SOUND},
    workspace,
};

fn messages(source: &str) -> Vec<String> {
    let problems = lint::read("", source).map(drop).err();
    let text = problems.map(|problems| problems.to_string());
    let lines = text.iter().flat_map(|text| text.lines());
    lines
        .map(|line| line.trim_start_matches(':').to_owned())
        .collect()
}

#[test]
fn broken_document_gives_its_messages() {
    let documents = broken::documents();
    if std::env::var_os("WRITE_MESSAGES").is_some() {
        let text = fs::read_to_string(broken::file()).unwrap();
        let mut parts = text.split("\n== ");
        let mut written = parts.next().unwrap().to_owned();
        for (part, document) in parts.zip(&documents) {
            written += "\n== ";
            for line in part
                .lines()
                .filter(|line| line.starts_with(['-', '+']) || *line == document.name)
            {
                writeln!(written, "{line}").unwrap();
            }
            for message in messages(&document.source) {
                writeln!(written, "> {message}").unwrap();
            }
        }
        fs::write(broken::file(), written).unwrap();
    }
    for document in broken::documents() {
        let messages = messages(&document.source);
        assert!(!messages.is_empty(), "{} passes", document.name);
        assert_eq!(messages, document.messages, "{}", document.name);
    }
}

#[test]
fn rule_has_a_broken_document() {
    let mut found = BTreeSet::new();
    for document in broken::documents() {
        let problems = lint::read("broken.yaml", &document.source).unwrap_err();
        found.extend(problems.list.iter().map(|problem| problem.rule));
    }
    let without_samples = lint::check("sound.yaml", SOUND, Some(&mut Samples::default()));
    let problems = without_samples.unwrap_err();
    found.extend(problems.list.iter().map(|problem| problem.rule));
    let rules: BTreeSet<&str> = lint::RULES.iter().copied().collect();
    assert_eq!(found, rules);
}

#[test]
fn rule_is_in_the_readme() {
    let readme = fs::read_to_string(workspace::root().join("spec/README.md")).unwrap();
    for rule in lint::RULES {
        assert!(readme.contains(&format!("\n| `{rule}` | ")), "{rule}");
    }
}

#[test]
fn sound_document_is_read() {
    let document = lint::read("sound.yaml", SOUND).unwrap();
    let ids: Vec<_> = document
        .operations()
        .filter_map(|(_, _, operation)| operation.operation_id.as_deref())
        .collect();
    assert_eq!(ids, ["ShowTask", "CheckTask", "StopTask"]);
}

#[test]
fn member_named_like_a_key_is_read() {
    let names = [
        "type",
        "items",
        "properties",
        "required",
        "x-repeats",
        "$id",
    ];
    let members = names.map(|name| {
        format!("        {name}:\n          type: string\n          description: A member.\n")
    });
    let at = "        status:\n";
    let source = SOUND.replacen(at, &format!("{}{at}", members.concat()), 1);
    assert_eq!(messages(&source), [""; 0]);
}

#[test]
fn spec_passes_on_this_workspace() {
    let output = workspace::run(&workspace::root(), &["spec"]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn spec_with_problems_lists_only_those_and_fails() {
    let copy = workspace::copy();
    let spec = copy.path().join("spec/dcs-migration.yaml");
    let several = broken::documents().pop().unwrap();
    fs::write(spec, &several.source).unwrap();
    let output = workspace::run(copy.path(), &["spec"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("no operation has this sample"), "{text}");
    for message in several.messages {
        let line = format!("spec/dcs-migration.yaml:{message}\n");
        assert!(text.contains(&line), "{line}{text}");
    }
}
