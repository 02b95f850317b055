//! The rules, one file per subject.

mod keys;
mod members;
mod operations;
mod responses;
mod schemas;

use openapiv3::OpenAPI;

use super::{document::Document, problem::Findings, samples::MISSING};

/// The rule that a document is YAML with the types of OpenAPI.
pub(super) const READABLE: &str = "readable";

/// The names of all rules.
pub const RULES: &[&str] = &[
    READABLE,
    keys::DUPLICATE,
    keys::LOST,
    keys::EXTENSION,
    keys::VERSION,
    operations::ID,
    operations::REPEAT,
    operations::CHANGES,
    operations::SURFACE,
    operations::SOURCE,
    operations::PATH,
    operations::SCALAR,
    responses::DEFAULT,
    responses::RANGE,
    responses::SUCCESS,
    responses::CODES,
    responses::ERROR_SCHEMA,
    responses::CONSTRAINT,
    responses::JSON,
    members::ENUM,
    members::PASSWORD,
    members::SECRET,
    members::FREE_TEXT,
    schemas::DANGLING,
    schemas::UNUSED,
    schemas::TYPE,
    schemas::NULLABLE,
    schemas::REQUIRED,
    schemas::DESCRIBED,
    schemas::NAMED,
    schemas::NO_DEFAULT,
    schemas::PASSWORD_FORMAT,
    MISSING,
];

/// Checks a document against all rules; `read` is the document as the generator reads it.
pub(super) fn check(document: &Document<'_>, read: Option<&OpenAPI>, findings: &mut Findings<'_>) {
    keys::check(document, read, findings);
    for rules in [
        members::check,
        operations::check,
        responses::check,
        schemas::check,
    ] {
        rules(document, findings);
    }
}
