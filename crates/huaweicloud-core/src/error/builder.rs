//! Builds errors: those of calls, and those of whoever makes something of several calls.

use std::sync::Arc;

use bytes::Bytes;

use super::text::{MAX_MESSAGE, code_of, one_line, request_id_of};
use super::{Applied, Error, ErrorKind, Facts};
use crate::BoxError;
use crate::config::Service;

/// How many earlier responses one error keeps.
const MOST_PREVIOUS: usize = 16;

/// Builds an [`Error`], for whoever reports what became of several calls, and for tests of the code that handles one.
///
/// Texts become one bounded line. What is not set is unknown: nothing was sent, and nothing may have been applied.
///
/// ```
/// use huaweicloud_core::{Error, ErrorKind};
///
/// let error = Error::builder(ErrorKind::Wait)
///     .operation("StopServer")
///     .message("the server is not seen to have stopped within 30s")
///     .may_have_been_applied(true)
///     .advice("read the server before you repeat it")
///     .build();
/// assert!(error.may_have_been_applied());
/// assert_eq!(
///     error.to_string(),
///     "StopServer: the server is not seen to have stopped within 30s: read the server before you repeat it"
/// );
/// ```
#[derive(Debug)]
#[must_use = "a builder is no error until build() is called"]
pub struct ErrorBuilder(Error);

impl Error {
    /// Begins an error of which nothing is known but its kind.
    pub fn builder(kind: ErrorKind) -> ErrorBuilder {
        ErrorBuilder(Facts::new(kind, None).into())
    }

    /// Begins a changed error: all that is known of this one stays until it is set anew.
    pub fn into_builder(self) -> ErrorBuilder {
        ErrorBuilder(self)
    }

    /// Begins the error of a call that was not made because one before it failed, such as the look-up of a project or the
    /// call for a token. What is known of the failure is known of this error, with `what` in front of its message; the
    /// failure becomes the source. Nothing was sent: it has no attempts and cannot have been applied.
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

    /// The error of a setting or an argument that was refused, with what is wrong and what to do.
    #[must_use]
    pub fn config(message: &str) -> Self {
        // Unbounded: it names every setting that is wrong.
        Facts::new(ErrorKind::Config, one_line(message, usize::MAX)).into()
    }

    /// The error of a call of an operation whose arguments were refused, with what is wrong. Nothing was sent.
    #[must_use]
    pub fn refused(operation: &'static str, message: &str) -> Self {
        Self::builder(ErrorKind::Config)
            .operation(operation)
            .message(message)
            .advice("nothing was sent: fix it and call again")
            .build()
    }
}

impl ErrorBuilder {
    /// Sets the phase in which the call failed.
    pub fn kind(mut self, kind: ErrorKind) -> Self {
        self.0.0.kind = kind;
        self
    }

    /// Sets the service whose codes these are: it says what they mean.
    pub fn service(mut self, service: &'static Service) -> Self {
        self.0.0.service = Some(service);
        self
    }

    /// Sets the operation, by the name it has in the service's documentation.
    pub fn operation(mut self, id: &'static str) -> Self {
        self.0.0.operation = Some(id);
        self
    }

    /// Sets the HTTP status of the response.
    pub fn status(mut self, status: impl Into<Option<u16>>) -> Self {
        self.0.0.status = status.into();
        self
    }

    /// Sets the service's error code. Blanks in it are removed.
    pub fn code<'a>(mut self, code: impl Into<Option<&'a str>>) -> Self {
        self.0.0.code = code.into().and_then(code_of);
        self
    }

    /// Sets what happened, in the service's words or in those of the program.
    pub fn message<'a>(mut self, message: impl Into<Option<&'a str>>) -> Self {
        self.0.0.message = message.into().and_then(|text| one_line(text, MAX_MESSAGE));
        self
    }

    /// Sets the id under which support finds the request.
    pub fn request_id<'a>(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.0.0.request_id = id.into().and_then(request_id_of);
        self
    }

    /// Sets how many attempts were made. Default 0.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.0.0.attempts = attempts;
        self
    }

    /// Sets whether the operation may have been carried out although it is reported as failed. Default false.
    pub fn may_have_been_applied(mut self, may: bool) -> Self {
        self.0.0.applied = if may {
            self.0.0.applied.max(Applied::Perhaps)
        } else {
            Applied::No
        };
        self
    }

    /// Says that the service accepted the request, so that only a confirmation is missing. The operation may have been
    /// carried out, then.
    pub fn accepted(mut self) -> Self {
        self.0.0.applied = Applied::Accepted;
        self
    }

    /// Sets whether the same call may succeed if made again later, and cannot act twice by that. Default false.
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.0.0.retryable = retryable;
        self
    }

    /// Sets whether to say that nothing was sent. Default false.
    pub fn unsent(mut self, unsent: bool) -> Self {
        self.0.0.unsent = unsent;
        self
    }

    /// Sets what to do next: the end of the error's line.
    pub fn advice(mut self, advice: &'static str) -> Self {
        self.0.0.advice = advice;
        self
    }

    /// Sets the cause, and drops the one there was.
    pub fn source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.0.source = Some(source.into());
        self
    }

    /// Sets another error as the first cause, before that which there is. Where both have causes, the other one becomes
    /// the cause of the first, unless that is a library's: then it stays as it is.
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

    /// Adds earlier attempts. Of those without a response, only their own earlier responses are kept. The body of a
    /// response is kept only for the latest: an error stays small however many attempts there were.
    pub fn previous(mut self, earlier: impl Into<Option<Error>>) -> Self {
        let Some(mut earlier) = earlier.into() else {
            return self;
        };
        if earlier.0.status.is_none() {
            let before = earlier.0.previous.take();
            return self.previous(before);
        }
        let mut end = &mut self.0.0.previous;
        while let Some(error) = end {
            end = &mut error.0.previous;
        }
        *end = Some(earlier);
        let mut kept = 0;
        let mut next = self.0.0.previous.as_mut();
        while let Some(error) = next {
            kept += 1;
            if kept > 1 {
                error.0.body = Bytes::new();
            }
            if kept == MOST_PREVIOUS {
                error.0.previous = None;
            }
            next = error.0.previous.as_mut();
        }
        self
    }

    /// Takes the earlier responses out, for another error.
    pub fn take_previous(&mut self) -> Option<Error> {
        self.0.0.previous.take()
    }

    /// The error.
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
    fn a_cause_comes_before_those_that_were_there_unless_it_has_one_of_its_own() {
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
    fn what_was_accepted_may_have_been_applied() {
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
    fn texts_become_one_bounded_line() {
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
