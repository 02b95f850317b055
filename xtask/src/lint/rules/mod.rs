//! The rules, a file for each thing that they are about.

mod keys;
mod members;
mod operations;
mod responses;
mod schemas;

use openapiv3::OpenAPI;

use super::{document::Document, problem::Findings, samples::MISSING};

/// The name of a rule that is no rule of ours: the document must be YAML, and what OpenAPI says it is.
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

/// Checks a document by all rules; `read` is what the generator would see of it.
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
