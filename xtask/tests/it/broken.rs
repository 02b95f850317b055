//! Documents that break a rule, each made of the sound one: `broken.txt` has them, and says how.

use std::{fs, path::PathBuf};

use crate::workspace;

/// The document that breaks no rule.
pub(crate) const SOUND: &str = include_str!("../sound.yaml");

/// A document that breaks a rule.
pub(crate) struct Broken {
    pub(crate) name: String,
    pub(crate) source: String,
    /// What the lint says, a line for each problem, without the name of the file.
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
    // A last line that replaces nothing, for the edit before it.
    for line in lines.lines().chain(["-"]) {
        match line.split_at_checked(1) {
            Some(("-", line)) => {
                if !to.is_empty() {
                    assert!(
                        source.contains(&from),
                        "{name}: not in the sound one: {from}"
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
