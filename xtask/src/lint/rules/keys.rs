//! Keys: none twice, none that OpenAPI does not know.

use super::Findings;
use crate::lint::{
    document::{Document, Object},
    grammar::{Keys, Kind},
    tree::{Node, Value},
};

pub(super) const DUPLICATE: &str = "duplicate-key";
pub(super) const UNKNOWN: &str = "unknown-key";

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    check_duplicates(document.root, findings);
    for object in &document.objects {
        check_known(object, findings);
    }
}

fn check_duplicates(node: &Node, findings: &mut Findings<'_>) {
    match &node.value {
        Value::Map(entries) => {
            for (position, entry) in entries.iter().enumerate() {
                if let Some(first) = entries[..position]
                    .iter()
                    .find(|first| first.key == entry.key)
                {
                    findings.add(
                        entry.line,
                        DUPLICATE,
                        format!(
                            "`{}` stands on line {} already: remove one",
                            entry.key, first.line
                        ),
                    );
                }
                check_duplicates(&entry.node, findings);
            }
        }
        Value::List(items) => {
            for item in items {
                check_duplicates(item, findings);
            }
        }
        Value::Text(_) | Value::Bool(_) | Value::Other => {}
    }
}

fn check_known(object: &Object<'_>, findings: &mut Findings<'_>) {
    let keys = object.kind.keys();
    let is_reference = object.kind.section().is_some() && object.node.get("$ref").is_some();
    for entry in object.node.entries() {
        let key = entry.key.as_str();
        if is_reference {
            if key != "$ref" {
                findings.add(entry.line, UNKNOWN, beside_reference(object.kind, key));
            }
        } else if keys.shape_of(key).is_none() {
            findings.add(entry.line, UNKNOWN, unknown(object.kind, &keys, key));
        }
    }
}

fn unknown(kind: Kind, keys: &Keys, key: &str) -> String {
    let name = kind.name();
    match keys {
        Keys::Fixed(keys) => {
            let known: Vec<&str> = keys.iter().map(|(known, _)| *known).collect();
            format!(
                "{name} has no key `{key}`: correct or remove it; the keys are {}",
                known.join(", ")
            )
        }
        Keys::Free(_, what, _) => format!("{name} have no key `{key}`: each key is {what}"),
    }
}

fn beside_reference(kind: Kind, key: &str) -> String {
    let hint = if kind == Kind::Schema {
        "put the reference into a list under `allOf`"
    } else {
        "remove it"
    };
    format!("`{key}` beside `$ref` is ignored: {hint}")
}
