//! What was sent, as far as its answer says what came of it.

use std::time::Duration;

use huaweicloud_core::{Error, ErrorKind, Operation, Response, Result};
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::watch::seen;
use crate::service::READ_FIRST;

/// A call that changes a task, sent once, and its answer.
#[derive(Debug)]
pub(crate) struct Sent {
    operation: &'static Operation,
    answer: Answer,
}

#[derive(Debug)]
enum Answer {
    Accepted(Response<()>),
    /// Refused because of the task's status, which may be that it is done.
    Refused(Error),
    /// No answer that says whether it was applied.
    Lost(Error),
}

impl Sent {
    /// Sorts the result of a call; the error comes back if reading the task would add nothing to it.
    pub(crate) fn sort(
        operation: &'static Operation,
        result: Result<Response<()>>,
    ) -> Result<Self> {
        let answer = match result {
            Ok(response) => Answer::Accepted(response),
            Err(error) if error.may_have_been_applied() => Answer::Lost(error),
            Err(error) if error.is_wrong_status() => Answer::Refused(error),
            Err(error) => return Err(error),
        };
        Ok(Self { operation, answer })
    }

    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.answer, Answer::Lost(_))
    }

    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.answer, Answer::Refused(_))
    }

    /// How many attempts it took.
    pub(crate) fn attempts(&self) -> u32 {
        self.answer()
            .map_or_else(Error::attempts, Response::attempts)
    }

    /// The answer, or the error that reading the task has to resolve.
    pub(crate) fn answer(&self) -> std::result::Result<&Response<()>, &Error> {
        match &self.answer {
            Answer::Accepted(response) => Ok(response),
            Answer::Refused(error) | Answer::Lost(error) => Err(error),
        }
    }

    /// The refusal, if it was one; else the error of what was sent and no poll confirmed.
    pub(crate) fn refusal_or(self, message: &str, source: Option<Error>) -> Error {
        match self.answer {
            Answer::Refused(refusal) => refusal,
            answer => Self { answer, ..self }.unconfirmed(message, source),
        }
    }

    /// The error of a request whose response was lost and of which the task shows nothing.
    pub(crate) fn unchanged(self, task: &MigrationTaskDetail, polled: Duration) -> Error {
        let message = format!(
            "the task has not changed in {:.0?} of polls: {}",
            polled,
            seen(Some(task))
        );
        let advice = "it may have been applied, but the task is unchanged: run it again";
        let error = self.unconfirmed(&message, None).into_builder();
        error.advice(advice).build()
    }

    /// The error of what was sent and no poll confirmed. `source` is what kept a poll from that; the error of what was
    /// sent follows it.
    pub(crate) fn unconfirmed(self, message: &str, source: Option<Error>) -> Error {
        let (may_have_been_applied, advice) = match &self.answer {
            Answer::Accepted(_) => (true, "it was accepted: read the task before you repeat it"),
            Answer::Lost(_) => (true, READ_FIRST),
            Answer::Refused(_) => (
                false,
                "it was refused while another one was under way: read the task",
            ),
        };
        let answer = self.answer();
        let mut error = Error::builder(ErrorKind::Wait)
            .operation(self.operation.id)
            .message(message)
            .status(answer.map_or_else(Error::status, |response| Some(response.status())))
            .code(answer.err().and_then(Error::code))
            .request_id(answer.map_or_else(Error::request_id, Response::request_id))
            .attempts(self.attempts())
            .may_have_been_applied(may_have_been_applied)
            .advice(advice);
        let sent = match self.answer {
            Answer::Accepted(_) => {
                error = error.accepted();
                None
            }
            Answer::Refused(sent) | Answer::Lost(sent) => {
                let mut sent = sent.into_builder();
                error = error.previous(sent.take_previous());
                Some(sent.build())
            }
        };
        let source = match (source, sent) {
            (Some(source), Some(sent)) => Some(source.into_builder().caused_by(sent).build()),
            (source, sent) => source.or(sent),
        };
        match source {
            Some(source) => error.source(source).build(),
            None => error.build(),
        }
    }
}

#[cfg(test)]
mod tests {
    use huaweicloud_dcs_api::operations::STOP_MIGRATION_TASK_SYNC;

    use super::*;

    #[test]
    fn only_a_response_that_was_read_was_accepted() {
        let poll = || {
            let poll = Error::builder(ErrorKind::Connect).source("refused");
            poll.retryable(true).build()
        };
        let lost = Error::builder(ErrorKind::Transport)
            .operation(STOP_MIGRATION_TASK_SYNC.id)
            .status(200)
            .may_have_been_applied(true)
            .source("cut off");
        for (answer, expected) in [
            (Ok(Response::from_body(())), true),
            (Err(lost.build()), false),
        ] {
            let sent = Sent::sort(&STOP_MIGRATION_TASK_SYNC, answer).unwrap();
            let error = sent.unconfirmed("late", Some(poll()));
            assert_eq!(error.was_accepted(), expected, "{error:?}");
            assert!(error.may_have_been_applied());
        }
    }
}
