//! Why a command did not do its work.

use std::fmt;

use huaweicloud_dcs::Error;

use super::exit::Exit;
use super::record::{Outcome, OutcomeRecord, error_line};
use crate::clock;

/// Why a command did not do its work: what is said, and the code.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    record: Box<OutcomeRecord>,
    exit: Exit,
    may_pass: bool,
}

impl Failure {
    /// Something to fix on the command line or in the environment; nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(message.into(), Outcome::Failed, Exit::Usage)
    }

    /// A call that failed.
    pub(crate) fn of(error: &Error) -> Self {
        Self {
            text: error_line(error),
            record: Box::new(OutcomeRecord::of_error(None, error)),
            exit: Exit::of(error),
            may_pass: error.is_retryable(),
        }
    }

    /// Something that may have been done, without a call's error that says so.
    pub(crate) fn may_have_been_applied(message: String) -> Self {
        Self::new(message, Outcome::Unknown, Exit::MayHaveBeenApplied)
    }

    /// The same of something that the service accepted, as `record` says, and of which no confirmation came.
    pub(crate) fn not_confirmed(message: &str, record: OutcomeRecord) -> Self {
        Self {
            record: Box::new(OutcomeRecord {
                outcome: Outcome::Accepted,
                message: Some(message.to_owned()),
                time: clock::now(),
                ..record
            }),
            ..Self::new(
                format!("accepted, confirmation missing: {message}"),
                Outcome::Accepted,
                Exit::MayHaveBeenApplied,
            )
        }
    }

    /// The same with what to do about it.
    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        let before = self.record.advice.take();
        self.record.advice =
            Some(before.map_or_else(|| advice.to_owned(), |before| format!("{before}: {advice}")));
        Self {
            text: format!("{}: {advice}", self.text),
            ..self
        }
    }

    /// The same where the program was told to end with nothing under way.
    pub(crate) fn interrupted(self) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..self
        }
    }

    /// Something that has to do with this machine alone.
    pub(crate) fn local(message: String) -> Self {
        Self::new(message, Outcome::Failed, Exit::Failed)
    }

    fn new(message: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            record: Box::new(OutcomeRecord {
                message: Some(message.clone()),
                ..OutcomeRecord::new(None, outcome)
            }),
            text: message,
            exit,
            may_pass: false,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn record(&self) -> &OutcomeRecord {
        &self.record
    }

    /// Whether the same call may go well later.
    pub(crate) fn may_pass(&self) -> bool {
        self.may_pass
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
