//! Versions: that of OpenAPI and that of the document.

use super::Findings;
use crate::lint::document::Document;

pub(super) const OPENAPI: &str = "openapi-version";
pub(super) const INFO: &str = "ascii-version";

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let version = document.root.entry("openapi");
    let text = version.and_then(|entry| entry.node.text());
    if !text.is_some_and(|text| text.starts_with("3.0.")) {
        findings.add(
            version.map_or(document.root.line, |entry| entry.line),
            OPENAPI,
            format!(
                "OpenAPI {} is not what the generator reads: write `openapi: 3.0.3`",
                text.unwrap_or("of no version")
            ),
        );
    }
    let version = document
        .root
        .get("info")
        .and_then(|info| info.entry("version"));
    if let Some(entry) = version
        && let Some(text) = entry.node.text()
        && !text.is_ascii()
    {
        findings.add(
            entry.line,
            INFO,
            format!("info.version `{text}` is not ASCII: the generator makes a header of it, and every call would panic"),
        );
    }
}
