//! Answers: open to new values, and without passwords.

use std::collections::BTreeSet;

use super::Findings;
use crate::lint::{
    document::{Document, schemas_below},
    grammar::Kind,
    tree::Node,
};

pub(super) const ENUM: &str = "closed-enum";
pub(super) const PASSWORD: &str = "answer-password";

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for response in document.of_kind(Kind::Response) {
        for media in response.node.entries_at("content") {
            if let Some(schema) = media.node.get("schema") {
                check_schema(document, schema, &mut seen, findings);
            }
        }
    }
}

fn check_schema<'a>(
    document: &Document<'a>,
    schema: &'a Node,
    seen: &mut BTreeSet<*const Node>,
    findings: &mut Findings<'_>,
) {
    let Some(schema) = document.follow(schema) else {
        return;
    };
    if !seen.insert(std::ptr::from_ref(schema)) {
        return;
    }
    if let Some(entry) = schema.entry("enum") {
        findings.add(
            entry.line,
            ENUM,
            "an answer with a value that is not in the `enum` could not be read: describe the values in words".to_owned(),
        );
    }
    if let Some(entry) = schema.entry("format")
        && entry.node.text() == Some("password")
    {
        findings.add(entry.line, PASSWORD, message("`format: password`"));
    }
    for entry in schema.entries_at("properties") {
        if entry.key == "password" || entry.key.ends_with("_password") {
            findings.add(
                entry.line,
                PASSWORD,
                message(&format!("the member `{}`", entry.key)),
            );
        }
    }
    for schema in schemas_below(schema) {
        check_schema(document, schema, seen, findings);
    }
}

fn message(what: &str) -> String {
    format!(
        "{what} in an answer: give the answer a schema of its own without it, so that no password is ever read"
    )
}
