//! What is known of an outcome: the members of its JSON object, all of them always.

use std::error::Error as _;
use std::iter::successors;

use huaweicloud_dcs::{Error, ErrorKind, Response};
use serde::Serialize;

use crate::outcome::Outcome;
use crate::{clock, error_text};

/// The members, in the order of the JSON object. Null where unknown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Members {
    pub(crate) task_id: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) attempts: Option<u32>,
    pub(crate) request_id: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) code: Option<String>,
    /// The service's own words if it sent some, else ours.
    pub(crate) message: Option<String>,
    /// What to do next.
    pub(crate) advice: Option<String>,
    /// When it was known.
    pub(crate) time: String,
}

impl Members {
    pub(crate) fn new(task_id: Option<String>, outcome: Outcome) -> Self {
        Self {
            task_id,
            outcome,
            attempts: None,
            request_id: None,
            http_status: None,
            kind: None,
            code: None,
            message: None,
            advice: None,
            time: clock::now(),
        }
    }

    /// Those of an error, which says whether it was applied.
    pub(crate) fn of_error(task_id: Option<String>, error: &Error) -> Self {
        let outcome = if was_accepted(error) {
            Outcome::Accepted
        } else if error.may_have_been_applied() {
            Outcome::Unknown
        } else {
            Outcome::Failed
        };
        Self {
            kind: Some(error.kind().as_str()),
            code: last_answer(error).code().map(str::to_owned),
            message: Some(error_text::message(error)),
            advice: error.advice().map(str::to_owned),
            ..Self::new(task_id, outcome).sent(error)
        }
    }

    pub(crate) fn answered<T>(self, response: &Response<T>) -> Self {
        Self {
            attempts: Some(response.attempts()),
            request_id: response.request_id().map(str::to_owned),
            http_status: Some(response.status()),
            ..self
        }
    }

    /// What was sent, where its error is no failure, or is told of by other members.
    pub(crate) fn sent(self, error: &Error) -> Self {
        let answer = last_answer(error);
        Self {
            attempts: Some(error.attempts()),
            request_id: answer.request_id().map(str::to_owned),
            http_status: answer.status(),
            ..self
        }
    }
}

/// The error of the latest attempt that got a response; the error itself if none did.
fn last_answer(error: &Error) -> &Error {
    match error.previous() {
        Some(earlier) if error.status().is_none() => earlier,
        _ => error,
    }
}

/// Whether the service accepted what was sent, and only its confirmation is missing. The error of a response that was
/// lost has the error of that request among its causes.
fn was_accepted(error: &Error) -> bool {
    let of_request = |cause: &&Error| cause.operation() == error.operation();
    error.kind() == ErrorKind::Wait
        && error.may_have_been_applied()
        && error.status().is_some()
        && causes(error).find(of_request).is_none()
}

fn causes(error: &Error) -> impl Iterator<Item = &Error> {
    successors(cause(error), |error| cause(error))
}

fn cause(error: &Error) -> Option<&Error> {
    error.source()?.downcast_ref()
}
