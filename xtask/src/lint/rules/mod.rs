//! The rules, a file for each thing that they are about.

mod answers;
mod error_model;
mod keys;
mod members;
mod operations;
mod parameters;
mod references;
mod responses;
mod schemas;
mod versions;

use super::{document::Document, problem::Problem};

/// The name of a rule that is no rule of ours: the document must be YAML, and what OpenAPI says it is.
pub(super) const READABLE: &str = "readable";

/// The names of all rules.
pub const RULES: &[&str] = &[
    READABLE,
    keys::DUPLICATE,
    keys::UNKNOWN,
    versions::OPENAPI,
    versions::INFO,
    references::DANGLING,
    operations::ID,
    operations::REPEAT,
    operations::CHANGES,
    operations::SOURCE,
    parameters::PATH,
    responses::DEFAULT,
    responses::RANGE,
    responses::SUCCESS,
    responses::CODES,
    responses::ERROR_SCHEMA,
    error_model::CONSTRAINT,
    answers::ENUM,
    answers::PASSWORD,
    schemas::BODY,
    schemas::DESCRIBED,
    schemas::NAMED,
    schemas::NO_DEFAULT,
    schemas::PASSWORD_FORMAT,
    members::SECRET,
    members::FREE_TEXT,
];

/// Collects what the rules find.
struct Findings<'a> {
    document: &'a Document<'a>,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    fn add(&mut self, line: u64, rule: &'static str, message: String) {
        self.problems.push(Problem {
            line,
            operation: self.document.operation_at(line).map(str::to_owned),
            rule,
            message,
        });
    }
}

/// All that is wrong with a document, sorted by line.
pub(super) fn check(document: &Document<'_>) -> Vec<Problem> {
    let mut findings = Findings {
        document,
        problems: Vec::new(),
    };
    for rules in [
        answers::check,
        error_model::check,
        keys::check,
        members::check,
        operations::check,
        parameters::check,
        references::check,
        responses::check,
        schemas::check,
        versions::check,
    ] {
        rules(document, &mut findings);
    }
    let mut problems = findings.problems;
    problems.sort();
    // What several operations share is found once for each.
    problems.dedup();
    problems
}
