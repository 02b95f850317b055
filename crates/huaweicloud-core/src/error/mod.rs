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
pub(crate) use members::{Members, PAIRS, Said};
pub(crate) use text::request_id_of;

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, and whether the service may have acted all the same.
///
/// `Display` is one bounded line that says what happened and what to do next: the operation, the HTTP status, the
/// service's code and message, the request id. It never holds a secret, a header or a cause; causes are under
/// [`source`](StdError::source).
///
/// ```text
/// StopServer: HTTP 400 ECS.4957: This operation is not allowed in the current state.
/// [request 7c1f…]: the server's status forbids it: read the server first
/// ```
pub struct Error(pub(crate) Box<Facts>);

/// What an error knows.
pub(crate) struct Facts {
    pub(crate) kind: ErrorKind,
    /// Whose codes these are.
    pub(crate) service: Option<&'static Service>,
    /// None for settings, which belong to no operation.
    pub(crate) operation: Option<&'static str>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    /// The service's words, or our own where it said nothing.
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) applied: Applied,
    pub(crate) retryable: bool,
    /// Whether the last attempt ended before anything was sent.
    pub(crate) unsent: bool,
    pub(crate) advice: &'static str,
    pub(crate) body: Bytes,
    /// The last attempt before this one that was answered.
    pub(crate) previous: Option<Error>,
    pub(crate) source: Option<BoxError>,
}

/// What is known of the operation having been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Applied {
    No,
    Perhaps,
    /// The service accepted the request. Only a confirmation is missing.
    Accepted,
}

impl Facts {
    /// An error with nothing sent and nothing known but its kind and what is to be said.
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
    /// The phase in which the call failed, on its last attempt.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status, if the head of an answer arrived; also when its body broke.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The error code of the service or its gateway, such as `APIGW.0301`; integers as their digits.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the service said, on one line and bounded. Where its answer had no known shape, the beginning of its body;
    /// where there was no answer, our own words.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The id under which support finds the request: header `X-Request-Id`, else the body's `request_id`, else
    /// `X-IAM-Trace-Id`.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The operation, by the name it has in the service's documentation. None for settings.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// How many attempts were made; 0 if a setting or an argument was refused, or if the project could not be looked up.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The last attempt before this one that got a response, as the error that it would have been; nothing if there was
    /// none. A later failure never hides it, and the line of the error names its status, code and request id.
    ///
    /// It has a `previous()` of its own if more attempts got a response: at most 16 are kept.
    ///
    /// ```
    /// # fn log(error: &huaweicloud_core::Error) {
    /// let mut earlier = error.previous();
    /// while let Some(response) = earlier {
    ///     eprintln!("attempt {}: request {:?}", response.attempts(), response.request_id());
    ///     earlier = response.previous();
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn previous(&self) -> Option<&Self> {
        self.0.previous.as_ref()
    }

    /// The latest attempt that got a response, as its error: this error if it has a [`status`](Self::status), else
    /// [`previous`](Self::previous).
    #[must_use]
    pub fn last_response(&self) -> Option<&Self> {
        match self.status() {
            Some(_) => Some(self),
            None => self.previous(),
        }
    }

    /// What to do next: the end of the line that `Display` gives.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        Some(self.0.advice).filter(|advice| !advice.is_empty())
    }

    /// Whether the same call may succeed if made again later, and cannot act twice by that.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether the operation may have been carried out although it is reported as failed.
    ///
    /// True if some attempt may have reached the service and no response proved that the service did not act. These are
    /// proof: a 4xx other than 408, and a 408 or 503 whose body has an error code of its own. Load balancers send a bare
    /// 503 also after they have forwarded a request. False if nothing was sent, and for calls that only read. If it is
    /// true, read what the call changes before you repeat it.
    #[must_use]
    pub fn may_have_been_applied(&self) -> bool {
        self.0.applied >= Applied::Perhaps
    }

    /// Whether the service accepted the request, and only the confirmation is missing that it was carried out.
    ///
    /// Only the error of a wait says this, and then [`may_have_been_applied`](Self::may_have_been_applied) is true, too. The
    /// request need not be repeated: read what it changes until the change shows.
    #[must_use]
    pub fn was_accepted(&self) -> bool {
        self.0.applied == Applied::Accepted
    }

    /// Whether the call was refused by a 408, 429 or 503 and was not applied: the same call may succeed later.
    ///
    /// Counts also if it was IAM that refused a token for the call. Errors without a refusal may be
    /// [retryable](Self::is_retryable), too, such as a failure to connect.
    #[must_use]
    pub fn is_refused_for_now(&self) -> bool {
        matches!(self.status(), Some(408 | 429 | 503)) && !self.may_have_been_applied()
    }

    /// Whether the credentials failed: the service answered 401, or there were none to send
    /// ([`ErrorKind::Credentials`]). True also if that is the cause of this error, such as the 401 of a poll.
    ///
    /// Make no more calls with these credentials: failures in a row lock an access key.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        let cause = || self.0.source.as_deref()?.downcast_ref::<Self>();
        self.status() == Some(401)
            || self.kind() == ErrorKind::Credentials
            || cause().is_some_and(Self::is_unauthorized)
    }

    /// Whether the service said that what the call names does not exist: by a code that means that, or by a 404 of its own.
    ///
    /// A 404 for a path that the gateway or the service does not know is not that: there, region or endpoint are wrong.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.means(CodeMeaning::NotFound)
    }

    /// Whether the service refused the call because of the present status of what it names. Unless an earlier attempt
    /// [may have been applied](Self::may_have_been_applied), the call was not.
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

    /// The beginning of the answer's body as it arrived, at most 64 KiB, for failures that were answered; empty
    /// otherwise.
    ///
    /// Secrets of this call are replaced by `[redacted]`: as sent, escaped as in JSON, percent-encoded, as HTML, and as
    /// base64; those under 8 characters only as whole words. Other encodings, such as hexadecimal, are not
    /// covered. Neither are secrets of other calls, such as a token that was renewed meanwhile. Where the body was cut off,
    /// fewer than 8 characters of a secret may be left. Whatever else the service wrote there stays.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }
}

/// Shows no body.
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
    fn it_is_one_pointer_wide_and_can_cross_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
    }

    fn with_status(status: impl Into<Option<u16>>) -> ErrorBuilder {
        Error::builder(ErrorKind::Service).status(status)
    }

    #[test]
    fn refused_for_now_is_408_429_or_503_that_was_not_applied() {
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
    fn unauthorized_is_401_or_no_credentials_here_or_in_a_cause() {
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
    fn last_response_is_this_error_or_the_previous_one() {
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
    fn debug_shows_what_is_known_but_the_body() {
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
