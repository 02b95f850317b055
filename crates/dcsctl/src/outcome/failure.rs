//! The failure of a command.

use std::fmt;

use huaweicloud_dcs::Error;

use super::exit::Exit;
use super::record::{Outcome, OutcomeRecord, error_line};
use crate::clock;

/// The failure of a command: its message and exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    record: Box<OutcomeRecord>,
    exit: Exit,
    may_pass: bool,
}

impl Failure {
    /// A failure to fix on the command line or in the environment. Nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(message.into(), Outcome::Failed, Exit::Usage)
    }

    /// The failure of a call.
    pub(crate) fn of(error: &Error) -> Self {
        Self {
            text: error_line(error),
            record: Box::new(OutcomeRecord::of_error(None, error)),
            exit: Exit::of(error),
            may_pass: error.is_retryable(),
        }
    }

    /// A request that may have been applied, without an error of the library.
    pub(crate) fn may_have_been_applied(message: String) -> Self {
        Self::new(message, Outcome::Unknown, Exit::MayHaveBeenApplied)
    }

    /// A request that the service accepted, as `record` says, but that was not confirmed.
    pub(crate) fn not_confirmed(message: &str, record: OutcomeRecord) -> Self {
        Self {
            record: Box::new(OutcomeRecord {
                outcome: Outcome::Accepted,
                message: Some(message.to_owned()),
                time: clock::now(),
                ..record
            }),
            ..Self::new(
                format!("accepted, not confirmed: {message}"),
                Outcome::Accepted,
                Exit::MayHaveBeenApplied,
            )
        }
    }

    /// Adds what to do next.
    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        let before = self.record.advice.take();
        self.record.advice =
            Some(before.map_or_else(|| advice.to_owned(), |before| format!("{before}: {advice}")));
        Self {
            text: format!("{}: {advice}", self.text),
            ..self
        }
    }

    /// Sets the exit code of an interruption with nothing in flight.
    pub(crate) fn interrupted(self) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..self
        }
    }

    /// A failure of this machine, not of the service.
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

    /// Whether the same call may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        self.may_pass
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
