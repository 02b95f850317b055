//! Operations: name, source, retries, and parameters that a client can send.

use std::collections::BTreeMap;

use heck::ToSnakeCase;

use crate::lint::{
    document::{Document, OperationEntry},
    problem::Findings,
    tree::{Node, Value},
};

pub(super) const ID: &str = "operation-id";
pub(super) const REPEAT: &str = "repeat";
pub(super) const CHANGES: &str = "changes";
pub(super) const SURFACE: &str = "surface";
pub(super) const SOURCE: &str = "source";
pub(super) const PATH: &str = "path-parameters";
pub(super) const SCALAR: &str = "scalar-parameters";

/// Methods that every client already has.
const RESERVED: &[&str] = &["new"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let mut first_lines = BTreeMap::new();
    for operation in &document.operations {
        check_id(operation, &mut first_lines, findings);
        check_repeat(operation, findings);
        check_changes(operation, findings);
        check_surface(operation, findings);
        check_path(document, operation, findings);
        check_scalars(document, operation, findings);
        let docs = operation.node.get("externalDocs");
        if docs.and_then(|docs| docs.text_at("url")).is_none() {
            findings.add(
                operation.line,
                SOURCE,
                "no `url` in `externalDocs`: link the vendor documentation of the operation",
            );
        }
    }
}

fn check_id(
    operation: &OperationEntry<'_>,
    first_lines: &mut BTreeMap<String, u64>,
    findings: &mut Findings<'_>,
) {
    let Some(entry) = operation.node.entry("operationId") else {
        findings.add(
            operation.line,
            ID,
            "no `operationId`: use the name in the vendor documentation",
        );
        return;
    };
    let id = entry.node.text().unwrap_or_default();
    let method = id.to_snake_case();
    if method.is_empty() {
        findings.add(entry.line, ID, "the operationId is not a name");
    } else if RESERVED.contains(&method.as_str()) {
        findings.add(
            entry.line,
            ID,
            format!("operationId `{id}` becomes a method that every client already has: choose another name"),
        );
    } else if let Some(first) = first_lines.get(&method) {
        findings.add(
            entry.line,
            ID,
            format!("operationId `{id}` becomes the same method as the one on line {first}: choose another name"),
        );
    } else {
        first_lines.insert(method, entry.line);
    }
}

fn check_repeat(operation: &OperationEntry<'_>, findings: &mut Findings<'_>) {
    let entry = operation.node.entry("x-repeat");
    let line = entry.map_or(operation.line, |entry| entry.line);
    let is_safe = match entry.and_then(|entry| entry.node.text()) {
        Some("safe") => true,
        Some("never") => false,
        _ => {
            findings.add(
                line,
                REPEAT,
                "write `x-repeat: safe` or `x-repeat: never`: whether an ambiguous call may be retried",
            );
            return;
        }
    };
    let reason = operation.node.entry("x-repeat-reason");
    let needs_reason = is_safe && operation.method != "get";
    match reason {
        None if needs_reason => findings.add(
            line,
            REPEAT,
            format!(
                "a retried {} may act twice: write `x-repeat: never`, or say in `x-repeat-reason` why a second call does no harm",
                operation.method.to_uppercase()
            ),
        ),
        Some(reason) if !needs_reason => findings.add(
            reason.line,
            REPEAT,
            "`x-repeat-reason` is only for `x-repeat: safe` on a method other than GET: remove it",
        ),
        Some(reason) if reason.node.text().is_none_or(|text| text.trim().is_empty()) => findings
            .add(
                reason.line,
                REPEAT,
                "`x-repeat-reason` is empty: say why a second call does no harm",
            ),
        _ => {}
    }
}

fn check_changes(operation: &OperationEntry<'_>, findings: &mut Findings<'_>) {
    let Some(entry) = operation.node.entry("x-changes") else {
        return;
    };
    let problem = match entry.node.value {
        _ if operation.method == "get" => "a GET never changes anything: remove `x-changes`",
        Value::Bool(false) => return,
        _ => {
            "only `x-changes: false` is allowed: every method except GET changes something by default"
        }
    };
    findings.add(entry.line, CHANGES, problem);
}

fn check_surface(operation: &OperationEntry<'_>, findings: &mut Findings<'_>) {
    if let Some(entry) = operation.node.entry("x-surface")
        && entry.node.text() != Some("codec")
    {
        findings.add(
            entry.line,
            SURFACE,
            "only `x-surface: codec` is allowed, which means generated and not required elsewhere: correct or remove it",
        );
    }
}

fn check_path(
    document: &Document<'_>,
    operation: &OperationEntry<'_>,
    findings: &mut Findings<'_>,
) {
    let parameters: Vec<&Node> = operation
        .parameters()
        .filter_map(|parameter| document.follow(parameter))
        .filter(|parameter| parameter.text_at("in") == Some("path"))
        .collect();
    let named = || parameters.iter().filter_map(|it| it.text_at("name"));
    for name in names_in(operation.path) {
        if !named().any(|known| known == name) {
            findings.add(
                operation.line,
                PATH,
                format!("`{{{name}}}` in the path is not a parameter: add one with `in: path`"),
            );
        }
    }
    for name in named() {
        if !names_in(operation.path).any(|known| known == name) {
            findings.add(
                operation.line,
                PATH,
                format!("the parameter `{name}` is not in the path: add `{{{name}}}` there"),
            );
        }
    }
    for parameter in &parameters {
        let required = parameter.get("required").map(|node| &node.value);
        if !matches!(required, Some(Value::Bool(true))) {
            findings.add(
                parameter.line,
                PATH,
                "a path parameter is always required: write `required: true`",
            );
        }
    }
}

/// The names in braces in a path template.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn check_scalars<'a>(
    document: &Document<'a>,
    operation: &OperationEntry<'a>,
    findings: &mut Findings<'_>,
) {
    // Another rule reports a reference to nothing.
    for parameter in operation.parameters().filter_map(|it| document.follow(it)) {
        let name = parameter.text_at("name").unwrap_or_default();
        if parameter.text_at("in") == Some("cookie") {
            findings.add(
                parameter.line,
                SCALAR,
                format!("the parameter `{name}` is a cookie, and clients send none: remove it"),
            );
        }
        let schema = parameter.get("schema");
        if !schema.is_some_and(|schema| is_scalar(document, schema)) {
            findings.add(
                schema.unwrap_or(parameter).line,
                SCALAR,
                format!(
                    "the parameter `{name}` is a list or an object, which clients cannot send: \
                     use a schema of type string, integer, number or boolean"
                ),
            );
        }
    }
}

/// Whether a schema, or the schema that it refers to, has the type of a single value.
fn is_scalar<'a>(document: &Document<'a>, schema: &'a Node) -> bool {
    let mut schema = schema;
    // A longer chain of references is a loop.
    for _ in 0..8 {
        if let Some(kind) = schema.text_at("type") {
            return matches!(kind, "string" | "integer" | "number" | "boolean");
        }
        schema = match (document.follow(schema), schema.items_at("allOf")) {
            // Another rule reports a reference to nothing.
            (None, _) => return true,
            (Some(_), [one]) => one,
            (Some(target), _) => target,
        };
    }
    false
}
