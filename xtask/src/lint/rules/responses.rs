//! Responses and bodies: one success, only JSON, each error code, and one schema for all errors.

use crate::lint::{
    document::Document,
    problem::Findings,
    tree::{Entry, Node},
};

pub(super) const DEFAULT: &str = "default-response";
pub(super) const RANGE: &str = "status-range";
pub(super) const SUCCESS: &str = "one-success";
pub(super) const CODES: &str = "error-codes";
pub(super) const ERROR_SCHEMA: &str = "error-schema";
pub(super) const CONSTRAINT: &str = "error-constraint";
pub(super) const JSON: &str = "json-body";

/// The codes that every operation documents.
const ERROR_CODES: &[&str] = &["400", "401", "403", "404", "500"];

/// The schema of all errors.
const SHARED: &str = "#/components/schemas/ErrorResponse";

/// The keys allowed in the schema of errors; other keys restrict what can be read.
const HARMLESS: &[&str] = &[
    "$ref",
    "allOf",
    "description",
    "example",
    "items",
    "nullable",
    "oneOf",
    "properties",
    "title",
    "type",
    "x-rust-path",
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for operation in &document.operations {
        let responses = operation.node.entry("responses");
        let line = responses.map_or(operation.line, |entry| entry.line);
        let entries = responses.map_or(&[][..], |entry| entry.node.entries());
        check_codes(entries, line, findings);
        for entry in entries
            .iter()
            .filter(|entry| entry.key.starts_with(['4', '5']))
        {
            check_error(document, entry, findings);
        }
    }
    for body in document.of("requestBodies").chain(document.of("responses")) {
        check_body(body, findings);
    }
    let shared = document.root.resolve(SHARED).into_iter();
    for schema in shared.flat_map(|schema| document.schemas(schema)) {
        check_constraints(schema, findings);
    }
}

fn check_body(body: &Node, findings: &mut Findings<'_>) {
    for media in body.entries_at("content") {
        let schema = media.node.get("schema");
        if media.key != "application/json" {
            findings.add(
                media.line,
                JSON,
                format!(
                    "clients cannot send or read a body of `{}`: use application/json",
                    media.key
                ),
            );
        } else if schema.is_none_or(|schema| schema.entries().is_empty()) {
            findings.add(
                media.line,
                JSON,
                "the generator panics on a body without a schema: add a schema, or remove the content",
            );
        }
    }
}

fn check_codes(entries: &[Entry], line: u64, findings: &mut Findings<'_>) {
    for entry in entries {
        if entry.key == "default" {
            findings.add(
                entry.line,
                DEFAULT,
                "the generator panics on `default`, which is both success and error: list each code",
            );
        } else if entry.key.ends_with("XX") {
            findings.add(
                entry.line,
                RANGE,
                format!(
                    "the range `{}` overlaps single codes: list each code",
                    entry.key
                ),
            );
        }
    }
    let successes: Vec<&str> = entries
        .iter()
        .map(|entry| entry.key.as_str())
        .filter(|key| key.starts_with('2'))
        .collect();
    if successes.len() != 1 {
        findings.add(
            line,
            SUCCESS,
            format!(
                "{}: document exactly one success code",
                if successes.is_empty() {
                    "no success code".to_owned()
                } else {
                    format!("{} are success codes", successes.join(", "))
                }
            ),
        );
    }
    let missing: Vec<&str> = ERROR_CODES
        .iter()
        .copied()
        .filter(|code| !entries.iter().any(|entry| entry.key == *code))
        .collect();
    if !missing.is_empty() {
        findings.add(
            line,
            CODES,
            format!("no response for {}: add each", missing.join(", ")),
        );
    }
}

fn check_error(document: &Document<'_>, entry: &Entry, findings: &mut Findings<'_>) {
    // Another rule reports a reference to nothing.
    let Some(response) = document.follow(&entry.node) else {
        return;
    };
    let content = response.entry("content");
    let schema = content
        .and_then(|content| content.node.get("application/json"))
        .and_then(|media| media.entry("schema"));
    let reference = schema.and_then(|schema| schema.node.text_at("$ref"));
    let is_alone = content.is_some_and(|content| content.node.entries().len() == 1);
    if reference != Some(SHARED) || !is_alone {
        let line = schema
            .or(content)
            .map_or_else(|| line_of(response, entry), |entry| entry.line);
        findings.add(
            line,
            ERROR_SCHEMA,
            format!("an error body must be application/json with the schema `$ref: '{SHARED}'` and nothing else"),
        );
    }
}

/// The line where a response is defined, not where it is referred to.
fn line_of(response: &Node, entry: &Entry) -> u64 {
    if entry.node.get("$ref").is_some() {
        response.line
    } else {
        entry.line
    }
}

fn check_constraints(schema: &Node, findings: &mut Findings<'_>) {
    for entry in schema.entries() {
        if !HARMLESS.contains(&entry.key.as_str()) {
            findings.add(
                entry.line,
                CONSTRAINT,
                format!(
                    "`{}` in the schema of errors makes errors that break it unreadable: remove it",
                    entry.key
                ),
            );
        }
    }
}
