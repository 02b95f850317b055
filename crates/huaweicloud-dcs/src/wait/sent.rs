//! What was sent, as far as its answer says what came of it.

use huaweicloud_dcs_api::Operation;

use crate::diagnosis::READ_FIRST;
use crate::error::{Error, ErrorKind, Facts, Result};
use crate::error_body::{MAX_MESSAGE, one_line};
use crate::response::Response;

/// A call that changes a task, sent, and its answer.
#[derive(Debug)]
pub(crate) struct Sent {
    operation: &'static Operation,
    answer: Answer,
    /// Of what was sent first.
    attempts: u32,
    /// Of what was sent a second time.
    attempts_again: u32,
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
    /// Sorts the result of a call; the error comes back if looking at the task would add nothing to it.
    pub(crate) fn sort(
        operation: &'static Operation,
        result: Result<Response<()>>,
    ) -> Result<Self> {
        let attempts = attempts_of(&result);
        let answer = match result {
            Ok(response) => Answer::Accepted(response),
            Err(error) if error.may_have_been_applied() => Answer::Lost(error),
            Err(error) if is_of_status(&error) => Answer::Refused(error),
            Err(error) => return Err(error),
        };
        Ok(Self {
            operation,
            answer,
            attempts,
            attempts_again: 0,
        })
    }

    /// What is known after it was sent a second time because its answer was lost.
    pub(crate) fn sent_again(mut self, result: Result<Response<()>>) -> Result<Self> {
        self.attempts_again = attempts_of(&result);
        match Self::sort(self.operation, result) {
            // The lost one stays what there is to tell of: it may be what the service refers to.
            Ok(again) if again.is_refused() => Ok(self),
            Ok(again) => Ok(Self {
                answer: again.answer,
                ..self
            }),
            // Nothing acted this time: what is still to be known is what became of the first.
            Err(error) if error.is_retryable() => Ok(self),
            Err(error) => Err(self.unconfirmed("a second one was refused", Some(error))),
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        matches!(self.answer, Answer::Lost(_))
    }

    pub(crate) fn is_refused(&self) -> bool {
        matches!(self.answer, Answer::Refused(_))
    }

    /// How many attempts everything that was sent took.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.saturating_add(self.attempts_again)
    }

    /// The answer, or the error that a look has to resolve.
    pub(crate) fn answer(&self) -> std::result::Result<&Response<()>, &Error> {
        match &self.answer {
            Answer::Accepted(response) => Ok(response),
            Answer::Refused(error) | Answer::Lost(error) => Err(error),
        }
    }

    /// The refusal, if it was one; else the error of what was sent and no look confirmed.
    pub(crate) fn refusal_or(self, message: &str, source: Option<Error>) -> Error {
        match self.answer {
            Answer::Refused(refusal) => refusal,
            answer => Self { answer, ..self }.unconfirmed(message, source),
        }
    }

    /// The error of what was sent and no look confirmed.
    pub(crate) fn unconfirmed(&self, message: &str, source: Option<Error>) -> Error {
        let (may_have_been_applied, advice) = match &self.answer {
            Answer::Accepted(_) => (true, "it was accepted: read the task before you repeat it"),
            Answer::Lost(_) => (true, READ_FIRST),
            Answer::Refused(_) => (
                false,
                "it was refused while another one was under way: read the task",
            ),
        };
        let answer = self.answer();
        Facts {
            operation: Some(self.operation.id()),
            status: answer.map_or_else(Error::status, |response| Some(response.status())),
            code: answer.err().and_then(Error::code).map(str::to_owned),
            request_id: answer
                .map_or_else(Error::request_id, Response::request_id)
                .map(str::to_owned),
            attempts: self.attempts(),
            may_have_been_applied,
            advice,
            source: source.map(Into::into),
            ..Facts::new(ErrorKind::Wait, one_line(message, MAX_MESSAGE))
        }
        .into()
    }
}

/// Whether a task's status is what a call was refused for.
pub(crate) fn is_of_status(error: &Error) -> bool {
    error.code() == Some("DCS.4957")
}

fn attempts_of(result: &Result<Response<()>>) -> u32 {
    result
        .as_ref()
        .map_or_else(Error::attempts, Response::attempts)
}
