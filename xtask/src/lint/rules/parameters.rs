//! Parameters in paths: one for each name in the template, and none without.

use super::Findings;
use crate::lint::{
    document::{Document, OperationEntry},
    tree::{Node, Value},
};

pub(super) const PATH: &str = "path-parameters";

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for operation in &document.operations {
        let parameters = path_parameters(document, operation);
        let names: Vec<&str> = parameters
            .iter()
            .filter_map(|parameter| parameter.text_at("name"))
            .collect();
        for name in names_in(operation.path) {
            if !names.contains(&name) {
                findings.add(
                    operation.line,
                    PATH,
                    format!("`{{{name}}}` in the path is no parameter: add one with `in: path`"),
                );
            }
        }
        for name in names {
            if !names_in(operation.path).any(|known| known == name) {
                findings.add(
                    operation.line,
                    PATH,
                    format!(
                        "the parameter `{name}` is not in the path: write it there as `{{{name}}}`"
                    ),
                );
            }
        }
        for parameter in parameters {
            let required = parameter.get("required").map(|node| &node.value);
            if !matches!(required, Some(Value::Bool(true))) {
                findings.add(
                    parameter.line,
                    PATH,
                    "a parameter in the path is always needed: say `required: true`".to_owned(),
                );
            }
        }
    }
}

/// The parameters of an operation and its path that stand in the path.
fn path_parameters<'a>(document: &Document<'a>, operation: &OperationEntry<'a>) -> Vec<&'a Node> {
    let of_path = operation.path_item.items_at("parameters");
    let own = operation.node.items_at("parameters");
    own.iter()
        .chain(of_path)
        .filter_map(|parameter| document.follow(parameter))
        .filter(|parameter| parameter.text_at("in") == Some("path"))
        .collect()
}

/// The names in the braces of a template.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}
