//! Keys and values: no duplicates, and none that the generator would lose.

use openapiv3::OpenAPI;
use serde_json::Value as Json;

use crate::lint::{
    document::Document,
    problem::Findings,
    tree::{Entry, Node, Value, escape},
};

pub(super) const DUPLICATE: &str = "duplicate-key";
pub(super) const LOST: &str = "lost-key";
pub(super) const EXTENSION: &str = "unknown-extension";
pub(super) const VERSION: &str = "openapi-version";

/// The `x-` keys that this workspace reads.
const EXTENSIONS: &[&str] = &[
    "x-changes",
    "x-free-text",
    "x-repeat",
    "x-repeat-reason",
    "x-rust-path",
    "x-surface",
];

/// The maps whose keys are names, which may start with `x-`.
const NAMES: &[&str] = &["headers", "properties", "schemas"];

pub(super) fn check(document: &Document<'_>, read: Option<&OpenAPI>, findings: &mut Findings<'_>) {
    check_version(document, findings);
    check_keys("", document.root, findings);
    // Another rule reports a document that cannot be read.
    if let Some(read) = read.and_then(|read| serde_json::to_value(read).ok()) {
        check_survival("#", document.root, &read, findings);
    }
}

fn check_version(document: &Document<'_>, findings: &mut Findings<'_>) {
    let version = document.root.entry("openapi");
    let text = version.and_then(|entry| entry.node.text());
    if !text.is_some_and(|text| text.starts_with("3.0.")) {
        findings.add(
            version.map_or(document.root.line, |entry| entry.line),
            VERSION,
            format!(
                "the generator does not read OpenAPI {}: write `openapi: 3.0.3`",
                text.unwrap_or("without a version")
            ),
        );
    }
}

fn check_keys(name: &str, node: &Node, findings: &mut Findings<'_>) {
    let entries = node.entries();
    for (position, entry) in entries.iter().enumerate() {
        let key = entry.key.as_str();
        let earlier = entries[..position].iter().find(|first| first.key == key);
        if let Some(Entry { line, .. }) = earlier {
            findings.add(
                entry.line,
                DUPLICATE,
                format!("`{key}` is already on line {line}: remove one"),
            );
        }
        if key.starts_with("x-") && !NAMES.contains(&name) && !EXTENSIONS.contains(&key) {
            findings.add(
                entry.line,
                EXTENSION,
                format!(
                    "unknown extension `{key}`: correct or remove it; known are {}",
                    EXTENSIONS.join(", ")
                ),
            );
        }
        check_keys(key, &entry.node, findings);
    }
    for item in node.items() {
        check_keys("", item, findings);
    }
}

/// Compares the document with what the generator reads of it.
fn check_survival(path: &str, written: &Node, read: &Json, findings: &mut Findings<'_>) {
    match (&written.value, read) {
        (Value::Map(entries), Json::Object(members)) => {
            for entry in entries {
                let path = format!("{path}/{}", escape(&entry.key));
                match members.get(&entry.key) {
                    Some(read) => check_survival(&path, &entry.node, read, findings),
                    None => findings.add(entry.line, LOST, lost(&path, &entry.key, written)),
                }
            }
        }
        (Value::List(items), Json::Array(read)) if items.len() == read.len() => {
            for (index, (item, read)) in items.iter().zip(read).enumerate() {
                check_survival(&format!("{path}/{index}"), item, read, findings);
            }
        }
        (Value::Text(text), Json::String(read)) if text == read => {}
        (Value::Bool(value), Json::Bool(read)) if value == read => {}
        // An integer may have become a fraction with zeros.
        (Value::Number(number), Json::Number(read)) if number.as_f64() == read.as_f64() => {}
        (Value::Null, Json::Null) => {}
        _ => findings.add(
            written.line,
            LOST,
            format!("{path} is read as `{read}`: write it like that, or correct it"),
        ),
    }
}

fn lost(path: &str, key: &str, holder: &Node) -> String {
    if holder.get("$ref").is_none() {
        format!(
            "{path} is not a key of OpenAPI 3.0.3 here, or it only states the default: correct or remove it"
        )
    } else {
        format!(
            "{path} is ignored, because `{key}` is next to `$ref`: \
             put the reference into a list under `allOf`, or remove the key"
        )
    }
}
