//! Members of requests and responses: open to new values, with secrets and free text marked.

use crate::lint::{
    document::Document,
    problem::Findings,
    tree::{Entry, Node, Value},
};

pub(super) const ENUM: &str = "closed-enum";
pub(super) const PASSWORD: &str = "response-password";
pub(super) const SECRET: &str = "secret-format";
pub(super) const FREE_TEXT: &str = "free-text";

/// The endings of names of secrets, in lower case and without separators.
const SECRETS: &[&str] = &[
    "apikey",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "token",
];
/// The endings of names of free text, in the same form.
const TEXTS: &[&str] = &["description", "error", "message", "msg", "reason"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for response in document.of("responses") {
        for media in response.entries_at("content") {
            let schema = media.node.get("schema").into_iter();
            for schema in schema.flat_map(|schema| document.schemas(schema)) {
                check_response_schema(schema, findings);
            }
        }
        for header in response.entries_at("headers") {
            if is_named(header, SECRETS) {
                check_header(document, header, findings);
            }
        }
    }
    for operation in &document.operations {
        let request = operation.node.get("requestBody");
        for entry in members(document, request) {
            if is_named(entry, SECRETS) && holds_text_without(document, &entry.node, is_password) {
                findings.add(
                    entry.line,
                    SECRET,
                    format!(
                        "the request member `{}` looks like a secret: add `format: password`, which hides its value",
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
                            "the response member `{}` looks like free text: add `x-free-text: true`, which removes secrets from it",
                            entry.key
                        ),
                    );
                }
            }
        }
    }
}

fn check_header(document: &Document<'_>, header: &Entry, findings: &mut Findings<'_>) {
    let node = document.follow(&header.node);
    let schema = node.and_then(|node| node.get("schema"));
    if schema.is_some_and(|schema| holds_text_without(document, schema, is_password)) {
        findings.add(
            header.line,
            SECRET,
            format!(
                "the response header `{}` looks like a secret: add `format: password`, which hides its value",
                header.key
            ),
        );
    }
}

fn is_named(entry: &Entry, endings: &[&str]) -> bool {
    let name = entry.key.to_lowercase().replace(['_', '-'], "");
    endings.iter().any(|ending| name.ends_with(ending))
}

fn is_password(schema: &Node) -> bool {
    schema.text_at("format") == Some("password")
}

fn is_marked(schema: &Node) -> bool {
    let mark = schema.get("x-free-text").map(|mark| &mark.value);
    matches!(mark, Some(Value::Bool(true)))
}

/// Whether a value may be text, or a list of texts, without the mark.
fn holds_text_without(document: &Document<'_>, schema: &Node, has_mark: fn(&Node) -> bool) -> bool {
    // Another rule reports a reference to nothing.
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
    let body = body.and_then(|body| document.follow(body));
    body.into_iter()
        .flat_map(|body| body.entries_at("content"))
        .filter_map(|media| media.node.get("schema"))
        .flat_map(|schema| document.schemas(schema))
        .flat_map(|schema| schema.entries_at("properties"))
        .collect()
}

fn check_response_schema(schema: &Node, findings: &mut Findings<'_>) {
    if let Some(entry) = schema.entry("enum") {
        findings.add(
            entry.line,
            ENUM,
            "a response with a value outside the `enum` could not be read: list the values in the description",
        );
    }
    if let Some(entry) = schema.entry("format")
        && is_password(schema)
    {
        findings.add(entry.line, PASSWORD, in_response("`format: password`"));
    }
    for entry in schema.entries_at("properties") {
        if entry.key == "password" || entry.key.ends_with("_password") {
            findings.add(
                entry.line,
                PASSWORD,
                in_response(&format!("the member `{}`", entry.key)),
            );
        }
    }
}

fn in_response(what: &str) -> String {
    format!(
        "{what} in a response: use a separate schema without it, so that no password is ever read"
    )
}
