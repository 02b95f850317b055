//! References: each points to something of the right kind in the same document.

use super::Findings;
use crate::lint::document::Document;

pub(super) const DANGLING: &str = "dangling-reference";

pub(super) fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for object in &document.objects {
        let Some(section) = object.kind.section() else {
            continue;
        };
        let Some(entry) = object.node.entry("$ref") else {
            continue;
        };
        let target = entry.node.text().unwrap_or_default();
        let fits = target.starts_with(&format!("#/components/{section}/"))
            && document.root.resolve(target).is_some();
        if !fits {
            findings.add(
                entry.line,
                DANGLING,
                format!("`{target}` points to nothing: name an entry of `#/components/{section}/`"),
            );
        }
    }
}
