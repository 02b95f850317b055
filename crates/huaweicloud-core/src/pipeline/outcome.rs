//! What became of a call: the facts that its result is built from.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::BoxError;
use crate::auth::{Missing, Refusal};
use crate::error::{Error, ErrorBody, request_id_of};
use crate::redact::Redactor;
use crate::transport::SendCause;

/// What is read of an answer that reports a failure, and what an error keeps of any.
pub(crate) const ERROR_BODY_CAP: usize = 64 * 1024;

/// What became of a call, over all its attempts.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) end: End,
    pub(crate) attempts: u32,
    /// Whether some attempt may have reached the service with no answer that rules out that it acted.
    pub(crate) may_have_acted: bool,
    /// The attempts before the last that were answered, the latest first.
    pub(crate) previous: Option<Error>,
}

/// How one attempt ended.
#[derive(Debug)]
pub(crate) enum End {
    Answered(Answer),
    Failed(Failure),
    /// There were no credentials: nothing was sent.
    NoCredentials(Missing),
    /// The service refused the access key a moment ago: nothing was sent.
    Held(Refusal),
}

impl End {
    /// Whether the service may have acted on this attempt.
    pub(crate) fn may_have_acted(&self) -> bool {
        match self {
            Self::Answered(answer) => !answer.is_refusal(),
            Self::Failed(failure) => failure.reason.may_have_sent(),
            Self::NoCredentials(_) | Self::Held(_) => false,
        }
    }
}

/// An answer whose head arrived; its body may have broken.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) body_end: BodyEnd,
    /// What must not be shown if the service sends it back.
    pub(crate) redactor: Redactor,
}

impl Answer {
    /// The code in its body, to decide by and not to be shown.
    pub(crate) fn code(&self) -> Option<String> {
        ErrorBody::code_in(&self.body)
    }

    /// The request id that its headers carry.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.header_text("x-request-id").or_else(|| self.trace_id())
    }

    /// What IAM calls the same.
    pub(crate) fn trace_id(&self) -> Option<String> {
        self.header_text("x-iam-trace-id")
    }

    /// A header as it may be shown: secrets are taken out before it is cut, which may go through one.
    pub(crate) fn header_text(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.headers.get(name)?.as_bytes());
        request_id_of(&self.redactor.text(text.into_owned()))
    }

    /// Whether this answer proves that the service did not act. Load balancers send a bare 408 or 503 also after they
    /// have forwarded the request: only an error code that says more than the status is from the service or its gateway.
    fn is_refusal(&self) -> bool {
        match self.status.as_u16() {
            408 | 503 => self.code().is_some_and(|code| code != self.status.as_str()),
            400..=499 => true,
            _ => false,
        }
    }

    /// Whether the call may be made again after this answer without acting twice.
    pub(crate) fn is_repeatable(&self, repeats_ambiguous: bool) -> bool {
        let is_ambiguous = match self.status.as_u16() {
            429 => return true,
            408 | 503 if self.is_refusal() => return true,
            408 | 500 | 502..=504 => true,
            200..=299 => matches!(self.body_end, BodyEnd::Broken(_) | BodyEnd::TimedOut),
            _ => false,
        };
        is_ambiguous && repeats_ambiguous
    }
}

/// Headers may hold cookies and a body may hold passwords: neither is shown.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("body_end", &self.body_end)
            .finish_non_exhaustive()
    }
}

/// Where the reading of a body stopped.
#[derive(Debug)]
pub(crate) enum BodyEnd {
    Complete,
    /// More than the cap; what is kept is its beginning.
    TooLong,
    /// More values than a model is made of.
    TooManyValues,
    /// The connection broke.
    Broken(BoxError),
    /// The limit passed.
    TimedOut,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    /// More on the reason, in words of ours: what a library says is the source's to tell.
    pub(crate) detail: Option<String>,
    pub(crate) source: Option<BoxError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The request could not be made or signed.
    Unsendable,
    /// The limit passed, or was too near, before the request was sent.
    TooLate,
    /// The limit passed on the way: while connecting, sending or waiting.
    TimedOut,
    /// What the transport says.
    Send(SendCause),
}

impl Reason {
    /// Whether the request may have reached the service.
    pub(crate) fn may_have_sent(self) -> bool {
        matches!(self, Self::TimedOut | Self::Send(SendCause::Broken))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::header::SET_COOKIE;

    use super::*;
    use crate::auth::Credentials;

    fn answer(status: u16, body_end: BodyEnd) -> Answer {
        let cookie = (SET_COOKIE, "cookieInvented".parse().unwrap());
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::from_iter([cookie]),
            body: Bytes::from_static(b"bodyInvented"),
            body_end,
            redactor: Redactor::new(Some(Arc::new(Credentials::token("tokenInvented"))), None),
        }
    }

    #[test]
    fn a_broken_body_is_a_reason_to_repeat_a_read_only_where_it_was_to_tell_a_success() {
        for status in [200, 302, 400, 404, 501] {
            for body_end in [BodyEnd::TimedOut, BodyEnd::Broken("cut".into())] {
                let answer = answer(status, body_end);
                assert_eq!(answer.is_repeatable(true), status == 200, "{answer:?}");
                assert!(!answer.is_repeatable(false), "{answer:?}");
            }
        }
        for body_end in [BodyEnd::Complete, BodyEnd::TooLong] {
            assert!(!answer(200, body_end).is_repeatable(true));
        }
    }

    #[test]
    fn debug_shows_neither_headers_nor_body() {
        let shown = format!("{:?}", answer(500, BodyEnd::Complete));
        assert_eq!(
            shown,
            "Answer { status: 500, body_bytes: 12, body_end: Complete, .. }"
        );
    }
}
