//! Responses and bodies: one success, JSON alone, each error by its code and with the one schema that all errors share.

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

/// What every operation documents.
const ERROR_CODES: &[&str] = &["400", "401", "403", "404", "500"];

/// The schema of all errors.
const SHARED: &str = "#/components/schemas/ErrorResponse";

/// What may stand in the schema of errors; all else narrows what is read.
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
                    "a body of `{}` is neither written nor read: only application/json is",
                    media.key
                ),
            );
        } else if schema.is_none_or(|schema| schema.entries().is_empty()) {
            findings.add(
                media.line,
                JSON,
                "a body without a schema makes the generator panic: give it one, or remove the content",
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
                "`default` counts as success and as error, and the generator panics: name each code",
            );
        } else if entry.key.ends_with("XX") {
            findings.add(
                entry.line,
                RANGE,
                format!(
                    "`{}` is a range, which overlaps single codes: name each code",
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
                "{}: document exactly one code of success",
                if successes.is_empty() {
                    "no success".to_owned()
                } else {
                    format!("{} are successes", successes.join(", "))
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
            format!("no response for {}: document each", missing.join(", ")),
        );
    }
}

fn check_error(document: &Document<'_>, entry: &Entry, findings: &mut Findings<'_>) {
    // A reference to nothing is reported as such.
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
            format!("the body of an error must be application/json with the schema `$ref: '{SHARED}'`, and that alone"),
        );
    }
}

/// The line of a response: where it is written, not where it is referred to.
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
                    "`{}` in the schema of errors loses the status and the text of every error \
                     that breaks it: remove it",
                    entry.key
                ),
            );
        }
    }
}
