//! Members that hold a secret or free text: marked, so that no secret is shown.

use std::collections::BTreeSet;

use super::Findings;
use crate::lint::{
    document::{Document, schemas_below},
    tree::{Entry, Node, Value},
};

pub(super) const SECRET: &str = "secret-format";
pub(super) const FREE_TEXT: &str = "free-text";

/// How the name of a secret ends, in lower case.
const SECRETS: &[&str] = &["password", "secret", "token"];
/// How the name of free text ends, in lower case.
const TEXTS: &[&str] = &["description", "error", "message", "msg", "reason"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for operation in &document.operations {
        let request = operation.node.get("requestBody");
        for entry in members(document, request) {
            if is_named(entry, SECRETS) && holds_text_without(document, &entry.node, is_password) {
                findings.add(
                    entry.line,
                    SECRET,
                    format!(
                        "the member `{}` of a request looks like a secret: give it `format: password`, so that nothing shows it",
                        entry.key
                    ),
                );
            }
        }
        let responses = operation.node.entries_at("responses").iter();
        for response in responses.filter(|entry| entry.key.starts_with('2')) {
            for entry in members(document, Some(&response.node)) {
                if is_named(entry, TEXTS) && holds_text_without(document, &entry.node, is_marked) {
                    findings.add(
                        entry.line,
                        FREE_TEXT,
                        format!(
                            "the member `{}` of an answer looks like free text: mark it `x-free-text: true`, so that secrets are taken out of it",
                            entry.key
                        ),
                    );
                }
            }
        }
    }
}

fn is_named(entry: &Entry, endings: &[&str]) -> bool {
    let name = entry.key.to_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

fn is_password(schema: &Node) -> bool {
    schema.text_at("format") == Some("password")
}

fn is_marked(schema: &Node) -> bool {
    let mark = schema.get("x-free-text").map(|mark| &mark.value);
    matches!(mark, Some(Value::Bool(true)))
}

/// Whether a value may be text, or a list of texts, and does not have the mark.
fn holds_text_without(document: &Document<'_>, schema: &Node, has_mark: fn(&Node) -> bool) -> bool {
    // A reference to nothing is reported as such.
    let Some(schema) = document.follow(schema) else {
        return false;
    };
    let mut parts = ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .flat_map(|key| schema.items_at(key))
        .chain(schema.get("items"))
        .peekable();
    let is_text = match schema.text_at("type") {
        Some(kind) => kind == "string",
        None => parts.peek().is_none() && schema.get("properties").is_none(),
    };
    !has_mark(schema) && (is_text || parts.any(|part| holds_text_without(document, part, has_mark)))
}

/// All members of a body, at any depth.
fn members<'a>(document: &Document<'a>, body: Option<&'a Node>) -> Vec<&'a Entry> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let body = body.and_then(|body| document.follow(body));
    for media in body.into_iter().flat_map(|body| body.entries_at("content")) {
        if let Some(schema) = media.node.get("schema") {
            collect(document, schema, &mut seen, &mut found);
        }
    }
    found
}

fn collect<'a>(
    document: &Document<'a>,
    schema: &'a Node,
    seen: &mut BTreeSet<*const Node>,
    found: &mut Vec<&'a Entry>,
) {
    let Some(schema) = document.follow(schema) else {
        return;
    };
    if seen.insert(std::ptr::from_ref(schema)) {
        found.extend(schema.entries_at("properties"));
        for schema in schemas_below(schema) {
            collect(document, schema, seen, found);
        }
    }
}
