//! The record of an outcome: its name, its JSON object, and the message of an error.

use std::error::Error as _;
use std::fmt::Display;

use huaweicloud_dcs::{Error, ErrorKind, Response};
use serde::{Serialize, Serializer};

use crate::clock;
use crate::text::{one_line, shortened};

/// Maximum length of a cause in a message.
const CAUSE_LENGTH: usize = 200;

/// The outcome of a task. The names are stable: scripts read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Stopped,
    AlreadyStopped,
    Exchanged,
    AlreadyExchanged,
    RolledBack,
    AlreadyRolledBack,
    /// The service accepted the request and carries it out asynchronously.
    Accepted,
    Updated,
    Deleted,
    Failed,
    /// The request may have been applied.
    Unknown,
    NotStarted,
}

impl Outcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::AlreadyStopped => "already_stopped",
            Self::Exchanged => "exchanged",
            Self::AlreadyExchanged => "already_exchanged",
            Self::RolledBack => "rolled_back",
            Self::AlreadyRolledBack => "already_rolled_back",
            Self::Accepted => "accepted",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotStarted => "not_started",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The JSON object of an outcome. All keys are always present; unknown values are null.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OutcomeRecord {
    pub(crate) task_id: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) attempts: Option<u32>,
    pub(crate) request_id: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) code: Option<String>,
    /// The service's own message if it sent one, else one of this program.
    pub(crate) message: Option<String>,
    /// What to do next.
    pub(crate) advice: Option<String>,
    /// When the outcome was known.
    pub(crate) time: String,
}

impl OutcomeRecord {
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

    /// The record of an error.
    pub(crate) fn of_error(task_id: Option<String>, error: &Error) -> Self {
        let outcome = if error.was_accepted() {
            Outcome::Accepted
        } else if error.may_have_been_applied() {
            Outcome::Unknown
        } else {
            Outcome::Failed
        };
        let response = error.last_response().unwrap_or(error);
        Self {
            kind: Some(error.kind().as_str()),
            code: response.code().map(str::to_owned),
            message: Some(error_message(error)),
            advice: error.advice().map(str::to_owned),
            ..Self::new(task_id, outcome).sent(error)
        }
    }

    pub(crate) fn with_response<T>(self, response: &Response<T>) -> Self {
        Self {
            attempts: Some(response.attempts()),
            request_id: response.request_id().map(str::to_owned),
            http_status: Some(response.status()),
            ..self
        }
    }

    /// Adds attempts, request ID and HTTP status from an error, but not its message.
    pub(crate) fn sent(self, error: &Error) -> Self {
        let response = error.last_response().unwrap_or(error);
        Self {
            attempts: Some(error.attempts()),
            request_id: response.request_id().map(str::to_owned),
            http_status: response.status(),
            ..self
        }
    }
}

/// The error with its advice. Adds the root cause of connection and wait errors, such as an expired certificate or a task
/// that cannot be read.
///
/// Other kinds get no cause: it could quote the response.
pub(crate) fn error_line(error: &Error) -> String {
    with_cause(error, error)
}

/// The error without its advice.
pub(crate) fn error_summary(error: &Error) -> String {
    with_cause(error.summary(), error)
}

/// The service's own message if it sent one, else the status or the kind, with the root cause.
fn error_message(error: &Error) -> String {
    let message = error.message().map_or_else(
        || match error.status() {
            Some(status) => format!("HTTP {status}"),
            None => error.kind().to_string(),
        },
        str::to_owned,
    );
    with_cause(message, error)
}

fn with_cause(text: impl Display, error: &Error) -> String {
    match root_cause(error) {
        Some(cause) => format!("{text} (cause: {cause})"),
        None => text.to_string(),
    }
}

fn root_cause(error: &Error) -> Option<String> {
    if !matches!(
        error.kind(),
        ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Wait
    ) {
        return None;
    }
    let mut source = error.source()?;
    if let Some(error) = source.downcast_ref::<Error>() {
        return Some(error_line(error));
    }
    // Skip the errors of the libraries in between: they only add context.
    while let Some(next) = source.source() {
        source = next;
    }
    Some(shortened(&one_line(&source.to_string()), CAUSE_LENGTH))
}
