//! Operations: named, sourced, and clear about whether they may be repeated.

use std::collections::BTreeMap;

use heck::ToSnakeCase;

use super::Findings;
use crate::lint::{
    document::{Document, OperationEntry},
    tree::{Node, Value},
};

pub(super) const ID: &str = "operation-id";
pub(super) const REPEAT: &str = "repeat";
pub(super) const CHANGES: &str = "changes";
pub(super) const SOURCE: &str = "source";

/// Methods of the client's hooks, which a method of the same name would hide.
const RESERVED: &[&str] = &["exec", "pre", "post"];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let mut first_lines = BTreeMap::new();
    for operation in &document.operations {
        check_id(operation.node, operation.line, &mut first_lines, findings);
        check_repeat(operation.node, operation.line, findings);
        check_changes(operation, findings);
        let docs = operation.node.get("externalDocs");
        if docs.and_then(|docs| docs.text_at("url")).is_none() {
            findings.add(
                operation.line,
                SOURCE,
                "no `url` in `externalDocs`: link the page that documents the operation".to_owned(),
            );
        }
    }
}

fn check_id(
    operation: &Node,
    line: u64,
    first_lines: &mut BTreeMap<String, u64>,
    findings: &mut Findings<'_>,
) {
    let Some(entry) = operation.entry("operationId") else {
        findings.add(
            line,
            ID,
            "no `operationId`: give the operation the name that its page has".to_owned(),
        );
        return;
    };
    let id = entry.node.text().unwrap_or_default();
    let method = id.to_snake_case();
    if method.is_empty() {
        findings.add(entry.line, ID, "the operationId is no name".to_owned());
    } else if RESERVED.contains(&method.as_str()) {
        findings.add(
            entry.line,
            ID,
            format!(
                "operationId `{id}` would hide a method of the client's hooks: choose another name"
            ),
        );
    } else if let Some(first) = first_lines.get(&method) {
        findings.add(
            entry.line,
            ID,
            format!("operationId `{id}` makes the same method as that on line {first}: choose another name"),
        );
    } else {
        first_lines.insert(method, entry.line);
    }
}

fn check_repeat(operation: &Node, line: u64, findings: &mut Findings<'_>) {
    let entry = operation.entry("x-repeat");
    let word = entry.and_then(|entry| entry.node.text());
    if !matches!(word, Some("safe" | "never")) {
        findings.add(
            entry.map_or(line, |entry| entry.line),
            REPEAT,
            "it must say `x-repeat: safe` or `x-repeat: never`: whether an ambiguous call may be made again".to_owned(),
        );
    }
}

fn check_changes(operation: &OperationEntry<'_>, findings: &mut Findings<'_>) {
    let Some(entry) = operation.node.entry("x-changes") else {
        return;
    };
    let problem = match entry.node.value {
        _ if operation.method == "get" => "a GET never changes anything: remove `x-changes`",
        Value::Bool(false) => return,
        _ => "only `x-changes: false` says something: all but a GET change something by default",
    };
    findings.add(entry.line, CHANGES, problem.to_owned());
}
