//! The problems that the lint finds.

use std::fmt;

use super::document::Document;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Problem {
    /// The line, counted from one.
    pub line: u64,
    /// The operation that the line belongs to.
    pub operation: Option<String>,
    /// The rule's name.
    pub rule: &'static str,
    /// The problem, and how to fix it.
    pub message: String,
}

/// All problems of one document, sorted by line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problems {
    /// The document.
    pub file: String,
    /// The problems: at least one.
    pub list: Vec<Problem>,
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{}:{}: ", self.file, problem.line)?;
            if let Some(operation) = &problem.operation {
                write!(formatter, "{operation}: ")?;
            }
            write!(formatter, "{} [{}]", problem.message, problem.rule)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Collects the problems that the rules find.
pub(super) struct Findings<'a> {
    document: &'a Document<'a>,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(document: &'a Document<'a>) -> Self {
        Self {
            document,
            problems: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, line: u64, rule: &'static str, message: impl Into<String>) {
        self.problems.push(Problem {
            line,
            operation: self.document.operation_at(line).map(str::to_owned),
            rule,
            message: message.into(),
        });
    }

    /// All problems, sorted by line and without duplicates.
    pub(super) fn into_sorted(mut self) -> Vec<Problem> {
        self.problems.sort();
        self.problems.dedup();
        self.problems
    }
}
