//! The schema of errors: nothing in it may make an error unreadable.

use super::{Findings, responses::SHARED};
use crate::lint::{
    document::{Document, schemas_below},
    tree::Node,
};

pub(super) const CONSTRAINT: &str = "error-constraint";

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
];

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    if let Some(schema) = document.root.resolve(SHARED) {
        check_schema(document, schema, &mut Vec::new(), findings);
    }
}

fn check_schema<'a>(
    document: &Document<'a>,
    schema: &'a Node,
    seen: &mut Vec<*const Node>,
    findings: &mut Findings<'_>,
) {
    let Some(schema) = document.follow(schema) else {
        return;
    };
    let identity = std::ptr::from_ref(schema);
    if seen.contains(&identity) {
        return;
    }
    seen.push(identity);
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
    for schema in schemas_below(schema) {
        check_schema(document, schema, seen, findings);
    }
}
