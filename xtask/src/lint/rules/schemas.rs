//! Schemas: named, described, without defaults, and secrets left to their type.

use super::Findings;
use crate::lint::{
    document::{Document, Object, schemas_below},
    grammar::Kind,
    tree::{Entry, Node},
};

pub(super) const BODY: &str = "body-schema";
pub(super) const DESCRIBED: &str = "described";
pub(super) const NAMED: &str = "named-schema";
pub(super) const NO_DEFAULT: &str = "schema-default";
pub(super) const PASSWORD_FORMAT: &str = "password-format";

/// What may stand beside `format: password`: with anything else the generator makes a plain string of it.
const BESIDE_PASSWORD: &[&str] = &["type", "format", "description", "nullable", "writeOnly"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let named = document.root.resolve("#/components/schemas");
    for entry in named.map(Node::entries).unwrap_or_default() {
        check_described("schema", entry, findings);
    }
    for Object { node, .. } in document.of_kind(Kind::Schema) {
        for entry in node.entries_at("properties") {
            check_described("property", entry, findings);
        }
        for schema in schemas_below(node) {
            check_named(schema, findings);
        }
        if node.text_at("format") == Some("password") {
            check_password(node, findings);
        }
        if let Some(entry) = node.entry("default") {
            findings.add(
                entry.line,
                NO_DEFAULT,
                "`default` in a schema becomes code that may panic: say it in the description"
                    .to_owned(),
            );
        }
    }
    for media in bodies(document) {
        match media.node.get("schema") {
            Some(schema) if !schema.entries().is_empty() => check_named(schema, findings),
            _ => findings.add(
                media.line,
                BODY,
                "a body without a schema makes the generator panic: give it one".to_owned(),
            ),
        }
    }
}

/// The bodies of requests and of successes by their media types. Those of errors have a rule of their own.
fn bodies<'a>(document: &Document<'a>) -> impl Iterator<Item = &'a Entry> {
    let requests = document.of_kind(Kind::RequestBody).map(|body| body.node);
    let successes = document.operations.iter().flat_map(|operation| {
        let responses = operation.node.entries_at("responses").iter();
        responses
            .filter(|entry| entry.key.starts_with('2'))
            .filter_map(|entry| document.follow(&entry.node))
    });
    requests
        .chain(successes)
        .flat_map(|body| body.entries_at("content"))
}

fn check_named(schema: &Node, findings: &mut Findings<'_>) {
    if let Some(entry) = schema.entry("properties") {
        findings.add(
            entry.line,
            NAMED,
            "an object that has no name of its own becomes a model with a made-up one: \
             put it under `#/components/schemas` and refer to it"
                .to_owned(),
        );
    }
}

fn check_described(what: &str, entry: &Entry, findings: &mut Findings<'_>) {
    let text = entry.node.text_at("description").unwrap_or_default();
    if text.trim().is_empty() {
        let hint = if entry.node.get("$ref").is_some() {
            "put the reference into a list under `allOf` and a description beside that"
        } else {
            "describe it"
        };
        findings.add(
            entry.line,
            DESCRIBED,
            format!("the {what} `{}` has no description: {hint}", entry.key),
        );
    }
}

fn check_password(schema: &Node, findings: &mut Findings<'_>) {
    for entry in schema.entries() {
        if !BESIDE_PASSWORD.contains(&entry.key.as_str()) {
            findings.add(
                entry.line,
                PASSWORD_FORMAT,
                format!(
                    "`{}` beside `format: password` makes a plain string of the secret: only {} may stand there",
                    entry.key,
                    BESIDE_PASSWORD.join(", ")
                ),
            );
        }
    }
}
