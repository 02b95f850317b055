//! Documents that break a rule: edits of the sound document, from `broken.txt`.

use std::{fs, path::PathBuf};

use crate::workspace;

/// The document that breaks no rule.
pub(crate) const SOUND: &str = include_str!("../sound.yaml");

/// A document that breaks a rule.
pub(crate) struct Broken {
    pub(crate) name: String,
    pub(crate) source: String,
    /// The messages of the lint, one line per problem, without the file name.
    pub(crate) messages: Vec<String>,
}

pub(crate) fn file() -> PathBuf {
    workspace::root().join("xtask/tests/broken.txt")
}

pub(crate) fn documents() -> Vec<Broken> {
    let text = fs::read_to_string(file()).unwrap();
    text.split("\n== ").skip(1).map(read).collect()
}

fn read(text: &str) -> Broken {
    let (name, lines) = text.split_once('\n').unwrap();
    let mut source = SOUND.to_owned();
    let mut messages = Vec::new();
    let [mut from, mut to] = [String::new(), String::new()];
    // The added line completes the last edit.
    for line in lines.lines().chain(["-"]) {
        match line.split_at_checked(1) {
            Some(("-", line)) => {
                if !to.is_empty() {
                    assert!(
                        source.contains(&from),
                        "{name}: not in the sound document: {from}"
                    );
                    source = source.replacen(&from, &to, 1);
                    [from, to] = [String::new(), String::new()];
                }
                from = format!("{from}{line}\n");
            }
            Some(("+", line)) => to = format!("{to}{line}\n"),
            Some((">", line)) => messages.push(line.trim_start().to_owned()),
            _ => assert!(line.is_empty(), "{name}: {line}"),
        }
    }
    Broken {
        name: name.to_owned(),
        source,
        messages,
    }
}
