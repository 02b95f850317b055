//! Builds errors: for calls, for code that combines calls, and for tests.

use std::sync::Arc;

use bytes::Bytes;

use super::text::{MAX_MESSAGE, code_of, one_line, request_id_of};
use super::{Applied, Error, ErrorKind, Facts};
use crate::BoxError;
use crate::config::Service;

/// Maximum number of earlier responses that an error keeps.
const MAX_PREVIOUS: usize = 16;

/// Builds an [`Error`], for code that combines calls and for tests of error handling.
///
/// Texts become one bounded line. The defaults are those of a call that was not sent: no status, 0 attempts, not applied,
/// not retryable. Each setter is named like the getter of [`Error`] that returns its value.
///
/// ```
/// use huaweicloud_core::{Error, ErrorKind};
///
/// let error = Error::builder(ErrorKind::Wait)
///     .operation("StopServer")
///     .message("timed out after 30s waiting for the server to stop")
///     .may_have_been_applied(true)
///     .advice("read the server before a retry")
///     .build();
/// assert!(error.may_have_been_applied());
/// let summary = "StopServer: timed out after 30s waiting for the server to stop";
/// assert_eq!(error.summary().to_string(), summary);
/// assert_eq!(error.to_string(), format!("{summary}: read the server before a retry"));
/// ```
#[derive(Debug)]
#[must_use = "build() returns the error"]
pub struct ErrorBuilder(Error);

impl Error {
    /// Starts an error of this kind.
    pub fn builder(kind: ErrorKind) -> ErrorBuilder {
        ErrorBuilder(Facts::new(kind, None).into())
    }

    /// Starts from this error, to change parts of it.
    pub fn into_builder(self) -> ErrorBuilder {
        ErrorBuilder(self)
    }

    /// Starts the error of a call that was not made because an earlier call failed, such as a project look-up. It takes
    /// status, code, request ID, advice and body from `failure`, which becomes its source. `what` comes before the
    /// message. Nothing was sent: the error has 0 attempts and was not applied.
    pub fn unmade(failure: Arc<Self>, what: &str) -> ErrorBuilder {
        let known = &*failure.0;
        let message = match &known.message {
            Some(message) => format!("{what}: {message}"),
            None => what.to_owned(),
        };
        let facts = Facts {
            service: known.service,
            status: known.status,
            code: known.code.clone(),
            request_id: known.request_id.clone(),
            retryable: known.retryable,
            unsent: known.unsent,
            advice: known.advice,
            body: known.body.clone(),
            ..Facts::new(known.kind, None)
        };
        ErrorBuilder(facts.into())
            .message(message.as_str())
            .source(failure)
    }

    /// The error of a refused setting. `message` says what is wrong and what to do.
    #[must_use]
    pub fn config(message: &str) -> Self {
        // Unbounded: it names every setting that is wrong.
        Facts::new(ErrorKind::Config, one_line(message, usize::MAX)).into()
    }

    /// The error of a call with a refused argument. `message` says what is wrong. Nothing was sent.
    #[must_use]
    pub fn refused(operation: &'static str, message: &str) -> Self {
        Self::builder(ErrorKind::Config)
            .operation(operation)
            .message(message)
            .advice("nothing was sent; fix the argument")
            .build()
    }
}

impl ErrorBuilder {
    /// Sets the service that defines the meaning of the code.
    pub fn service(mut self, service: &'static Service) -> Self {
        self.0.0.service = Some(service);
        self
    }

    /// Sets the operation.
    pub fn operation(mut self, id: &'static str) -> Self {
        self.0.0.operation = Some(id);
        self
    }

    /// Sets the HTTP status.
    pub fn status(mut self, status: impl Into<Option<u16>>) -> Self {
        self.0.0.status = status.into();
        self
    }

    /// Sets the error code, without its whitespace.
    pub fn code<'a>(mut self, code: impl Into<Option<&'a str>>) -> Self {
        self.0.0.code = code.into().and_then(code_of);
        self
    }

    /// Sets the message.
    pub fn message<'a>(mut self, message: impl Into<Option<&'a str>>) -> Self {
        self.0.0.message = message.into().and_then(|text| one_line(text, MAX_MESSAGE));
        self
    }

    /// Sets the request ID.
    pub fn request_id<'a>(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.0.0.request_id = id.into().and_then(request_id_of);
        self
    }

    /// Sets the number of attempts.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.0.0.attempts = attempts;
        self
    }

    /// Sets whether the operation may have been applied. `false` also takes [`accepted`](Self::accepted) back.
    pub fn may_have_been_applied(mut self, may: bool) -> Self {
        self.0.0.applied = if may {
            self.0.0.applied.max(Applied::Perhaps)
        } else {
            Applied::No
        };
        self
    }

    /// Marks the request as accepted: [`Error::was_accepted`] and [`Error::may_have_been_applied`].
    pub fn accepted(mut self) -> Self {
        self.0.0.applied = Applied::Accepted;
        self
    }

    /// Sets whether a later retry may succeed and cannot act twice.
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.0.0.retryable = retryable;
        self
    }

    /// Sets whether the error's line says that nothing was sent.
    pub fn unsent(mut self, unsent: bool) -> Self {
        self.0.0.unsent = unsent;
        self
    }

    /// Sets the advice at the end of the error's line.
    pub fn advice(mut self, advice: &'static str) -> Self {
        self.0.0.advice = advice;
        self
    }

    /// Replaces the cause.
    pub fn source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.0.source = Some(source.into());
        self
    }

    /// Inserts `cause` before the current cause. If `cause` has a cause itself, it goes to the end of the chain
    /// instead. A current cause of another type is then kept alone.
    pub fn caused_by(mut self, mut cause: Error) -> Self {
        self.0.0.source = match self.0.0.source.take() {
            Some(source) if cause.0.source.is_some() => Some(match source.downcast::<Error>() {
                Ok(first) => first.into_builder().caused_by(cause).build().into(),
                Err(source) => source,
            }),
            source => {
                cause.0.source = source.or(cause.0.source);
                Some(cause.into())
            }
        };
        self
    }

    /// Adds an earlier attempt and its own earlier attempts, if they got a response. Only the latest keeps its body, to
    /// keep the error small.
    pub fn previous(mut self, earlier: impl Into<Option<Error>>) -> Self {
        let mut earlier = match earlier.into() {
            Some(mut error) if error.0.status.is_none() => error.0.previous.take(),
            earlier => earlier,
        };
        let mut end = &mut self.0.0.previous;
        for index in 0..MAX_PREVIOUS {
            if end.is_none() {
                *end = earlier.take();
            }
            let Some(error) = end else {
                return self;
            };
            if index > 0 {
                error.0.body = Bytes::new();
            }
            end = &mut error.0.previous;
        }
        *end = None;
        self
    }

    /// Takes the earlier responses out, for another error.
    pub fn take_previous(&mut self) -> Option<Error> {
        self.0.0.previous.take()
    }

    /// Returns the error.
    #[must_use]
    pub fn build(self) -> Error {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as StdError;

    use super::*;

    #[test]
    fn cause_with_its_own_cause_follows_the_present_one() {
        let error = |text: &str, source: Option<&str>| {
            let error = Error::builder(ErrorKind::Wait).message(text);
            match source {
                Some(source) => error.source(source).build(),
                None => error.build(),
            }
        };
        for (own, of_cause, expected) in [
            (None, None, "late, refused"),
            (None, Some("cut"), "late, refused, cut"),
            (Some("missed"), None, "late, refused, missed"),
            (Some("missed"), Some("cut"), "late, missed"),
        ] {
            let late = error("late", own).into_builder();
            let error = late.caused_by(error("refused", of_cause)).build();
            let first: &dyn StdError = &error;
            let causes = std::iter::successors(Some(first), |error| StdError::source(*error));
            let texts: Vec<_> = causes.map(ToString::to_string).collect();
            assert_eq!(texts.join(", "), expected);
        }
    }

    #[test]
    fn accepted_request_may_have_been_applied() {
        let accepted = || Error::builder(ErrorKind::Wait).accepted();
        for error in [accepted(), accepted().may_have_been_applied(true)] {
            let error = error.build();
            assert!(error.was_accepted() && error.may_have_been_applied());
        }
        let lost = Error::builder(ErrorKind::Wait).may_have_been_applied(true);
        for error in [lost, accepted().may_have_been_applied(false)] {
            assert!(!error.build().was_accepted());
        }
    }

    #[test]
    fn builder_texts_become_one_bounded_line() {
        let error = Error::builder(ErrorKind::Service)
            .code(" ECS. 4957\n")
            .message("a\r\nb\u{202e}c ".repeat(1000).as_str())
            .request_id("")
            .build();
        assert_eq!((error.code(), error.request_id()), (Some("ECS.4957"), None));
        let message = error.message().unwrap_or_default();
        assert!(message.starts_with("a b c a") && message.chars().count() == MAX_MESSAGE + 1);
    }
}
