//! The error of every call.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;

use crate::BoxError;
use crate::config::{CodeMeaning, Service};

mod body;
mod builder;
mod kind;
mod line;
mod members;
mod text;

pub(crate) use body::ErrorBody;
pub use builder::ErrorBuilder;
pub use kind::ErrorKind;
pub(crate) use members::{Members, reports_an_error};
pub(crate) use text::request_id_of;

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed, and whether it [may have been applied](Self::may_have_been_applied).
///
/// `Display` is one bounded line: the operation, the HTTP status, the service's code and message, the request ID, and
/// what to do next. The line never holds a secret, a header or a cause; [`source`](StdError::source) gives the causes.
///
/// ```
/// use huaweicloud_core::{Error, ErrorKind};
///
/// fn next_step(error: &Error) -> &'static str {
///     match error {
///         error if error.may_have_been_applied() => "read the server before a retry",
///         error if error.is_retryable() => "retry later",
///         _ => "fix the request",
///     }
/// }
///
/// let error = Error::builder(ErrorKind::Service)
///     .operation("StopServer")
///     .status(400)
///     .code("ECS.4957")
///     .message("This operation is not allowed in the current state.")
///     .request_id("7c1f")
///     .build();
/// assert_eq!(next_step(&error), "fix the request");
/// assert_eq!(
///     error.to_string(),
///     "StopServer: HTTP 400 ECS.4957: This operation is not allowed in the current state. [request 7c1f]"
/// );
/// ```
pub struct Error(pub(crate) Box<Facts>);

/// The content of an error.
pub(crate) struct Facts {
    pub(crate) kind: ErrorKind,
    /// The service that defines the code.
    pub(crate) service: Option<&'static Service>,
    /// None for settings: they belong to no operation.
    pub(crate) operation: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    /// The service's message, or our own if there is none.
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) applied: Applied,
    pub(crate) retryable: bool,
    /// Whether the last attempt ended before anything was sent.
    pub(crate) unsent: bool,
    pub(crate) advice: &'static str,
    pub(crate) body: Bytes,
    /// The last earlier attempt that got a response.
    pub(crate) previous: Option<Error>,
    pub(crate) source: Option<BoxError>,
}

/// Whether the operation was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Applied {
    No,
    Perhaps,
    /// The service accepted the request; only a confirmation is missing.
    Accepted,
}

impl Facts {
    /// An error of which only kind and message are known. Nothing was sent.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Option<String>>) -> Self {
        Self {
            kind,
            service: None,
            operation: None,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            attempts: 0,
            applied: Applied::No,
            retryable: false,
            unsent: false,
            advice: "",
            body: Bytes::new(),
            previous: None,
            source: None,
        }
    }
}

impl From<Facts> for Error {
    fn from(facts: Facts) -> Self {
        Self(Box::new(facts))
    }
}

impl Error {
    /// The phase in which the last attempt failed.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status of the response, even if its body is broken.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The error code of the service or its gateway, such as `APIGW.0301`. Integers become their digits.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's message as one bounded line. If the response has no known shape, this is the beginning of its body;
    /// without a response, this is a message of the client.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The ID by which support finds the request: the header `X-Request-Id`, else the body's `request_id`, else the header
    /// `X-IAM-Trace-Id`.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The operation, by its name in the vendor documentation. None for settings.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// How many attempts were made. 0 if a setting or an argument was refused, or if the project look-up failed.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The error of the last earlier attempt that got a response. A later failure never hides it: the error's line names
    /// its status, code and request ID.
    ///
    /// Follow `previous()` of that error for earlier responses. At most 16 are kept.
    #[must_use]
    pub fn previous(&self) -> Option<&Self> {
        self.0.previous.as_ref()
    }

    /// The error of the latest attempt that got a response: this error if it has a [`status`](Self::status), else
    /// [`previous`](Self::previous).
    #[must_use]
    pub fn last_response(&self) -> Option<&Self> {
        match self.status() {
            Some(_) => Some(self),
            None => self.previous(),
        }
    }

    /// What to do next. The error's line ends with it.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        Some(self.0.advice).filter(|advice| !advice.is_empty())
    }

    /// Whether a later retry of the same call may succeed and cannot act twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether the request may have reached the service and no response proved that it was refused.
    ///
    /// | outcome of an attempt | may have been applied |
    /// | --- | --- |
    /// | not sent: no connection, no credentials, a refused argument | no |
    /// | 4xx other than 408 | no |
    /// | 408 or 503 whose body has an error code of its own | no |
    /// | any other 408 or 503: load balancers send these also after forwarding a request | yes |
    /// | any other response that is no success | yes |
    /// | timeout or broken connection after a part was sent | yes |
    ///
    /// A "yes" of one attempt stays true after later attempts. Calls that only read are never applied. If this is true,
    /// read the resource before a retry.
    #[must_use]
    pub fn may_have_been_applied(&self) -> bool {
        self.0.applied >= Applied::Perhaps
    }

    /// Whether the service accepted the request and only the confirmation is missing.
    ///
    /// Only the error of a wait says this, and then [`may_have_been_applied`](Self::may_have_been_applied) is true, too. Do
    /// not retry: read the resource until the change shows.
    #[must_use]
    pub fn was_accepted(&self) -> bool {
        self.0.applied == Applied::Accepted
    }

    /// Whether a 408, 429 or 503 refused the call, so that a later retry may succeed. The call was not applied.
    ///
    /// Also true if IAM refused a token for the call in this way. Other errors may be [retryable](Self::is_retryable),
    /// too, such as a failure to connect.
    #[must_use]
    pub fn is_refused_for_now(&self) -> bool {
        matches!(self.status(), Some(408 | 429 | 503)) && !self.may_have_been_applied()
    }

    /// Whether the credentials failed: the service responded 401, or there were none to send
    /// ([`ErrorKind::Credentials`]). Also true if a cause is such an error, for example the 401 of a poll.
    ///
    /// Stop calling with these credentials: repeated failures lock an access key.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        let cause = || self.0.source.as_deref()?.downcast_ref::<Self>();
        self.status() == Some(401)
            || self.kind() == ErrorKind::Credentials
            || cause().is_some_and(Self::is_unauthorized)
    }

    /// Whether the service says that the resource does not exist: by an error code, or by a 404 with a code of its own.
    ///
    /// False for a 404 of the gateway and for an unknown path: check region and endpoint.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.means(CodeMeaning::NotFound)
    }

    /// Whether the service refused the call because of the present status of the resource. The call was not applied,
    /// unless an earlier attempt [may have been](Self::may_have_been_applied).
    #[must_use]
    pub fn is_wrong_status(&self) -> bool {
        self.means(CodeMeaning::WrongStatus)
    }

    fn means(&self, meaning: CodeMeaning) -> bool {
        let (Some(service), Some(code)) = (self.0.service, self.code()) else {
            return false;
        };
        service.meaning_of(self.status(), code) == meaning
    }

    /// The first 64 KiB of the response body, with secrets replaced. Empty without a response.
    ///
    /// `[redacted]` replaces the secrets of this call: as sent, escaped as in JSON, percent-encoded, as HTML, and as
    /// base64. Secrets under 8 characters are found only as whole words. Not covered are other encodings, such as
    /// hexadecimal, and secrets of other calls, such as a token renewed meanwhile. A cut may leave fewer than 8
    /// characters of a secret.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }
}

/// Leaves the body out.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.0;
        f.debug_struct("Error")
            .field("kind", &facts.kind)
            .field("operation", &facts.operation)
            .field("status", &facts.status)
            .field("code", &facts.code)
            .field("message", &facts.message)
            .field("request_id", &facts.request_id)
            .field("attempts", &facts.attempts)
            .field("may_have_been_applied", &self.may_have_been_applied())
            .field("advice", &facts.advice)
            .field("previous", &facts.previous)
            .field("source", &facts.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_one_pointer_wide_and_send_sync() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
    }

    fn with_status(status: impl Into<Option<u16>>) -> ErrorBuilder {
        Error::builder(ErrorKind::Service).status(status)
    }

    #[test]
    fn refused_for_now_is_an_unapplied_408_429_or_503() {
        for (status, expected) in [
            (408, true),
            (429, true),
            (503, true),
            (400, false),
            (401, false),
            (500, false),
            (504, false),
        ] {
            let is_refused = |may| {
                let error = with_status(status).may_have_been_applied(may).build();
                error.is_refused_for_now()
            };
            assert_eq!(
                (is_refused(false), is_refused(true)),
                (expected, false),
                "{status}"
            );
        }
        let unsent = Error::builder(ErrorKind::Connect).retryable(true).build();
        assert!(!unsent.is_refused_for_now());
    }

    #[test]
    fn unauthorized_is_401_or_no_credentials_also_in_cause() {
        let wait = |poll: Error| {
            let read = Error::builder(ErrorKind::Wait).source(poll).build();
            Error::builder(ErrorKind::Wait).source(read).build()
        };
        let credentials = || Error::builder(ErrorKind::Credentials).build();
        for error in [
            with_status(401).build(),
            credentials(),
            wait(with_status(401).build()),
            wait(credentials()),
        ] {
            assert!(error.is_unauthorized(), "{error:?}");
        }
        let other = Error::builder(ErrorKind::Connect).source("refused").build();
        for error in [with_status(403).build(), wait(other)] {
            assert!(!error.is_unauthorized(), "{error:?}");
        }
    }

    #[test]
    fn last_response_without_status_is_the_previous() {
        let earlier = || with_status(429).build();
        let last = |error: &Error| error.last_response().and_then(Error::status);
        assert_eq!(
            last(&with_status(503).previous(earlier()).build()),
            Some(503)
        );
        assert_eq!(
            last(&with_status(None).previous(earlier()).build()),
            Some(429)
        );
        assert_eq!(last(&with_status(None).build()), None);
    }

    #[test]
    fn debug_leaves_the_body_out() {
        let mut facts = Facts::new(ErrorKind::Service, "Not now.".to_owned());
        facts.code = Some("APIGW.0308".to_owned());
        facts.body = Bytes::from_static(b"bodyInvented");
        let shown = format!("{:?}", Error::from(facts));
        assert!(
            shown.contains("kind: Service") && shown.contains("APIGW.0308"),
            "{shown}"
        );
        assert!(!shown.contains("bodyInvented"), "{shown}");
    }
}
