//! A response as it arrived: what it proves, and the error that it makes.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::BoxError;
use crate::auth::Credentials;
use crate::config::{CodeMeaning, Service};
use crate::error::{Error, ErrorBody, ErrorKind, Facts, request_id_of};
use crate::redact::Redactor;

/// How much of a body that reports a failure is read, and how much of any body an error keeps.
pub(crate) const ERROR_BODY_CAP: usize = 64 * 1024;

/// What to do about a success that the service does not send like this.
const CHECK_ENDPOINT: &str = "check the endpoint";
const ASK_FOR_LESS: &str = "ask for smaller pages";

/// A response whose head arrived. The body may be incomplete.
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why the body is not complete.
    pub(crate) cut: Option<Unreadable>,
    /// Removes what the request held in secret.
    pub(crate) redactor: Redactor,
    /// The signature was refused for its date, and the clock was corrected by this response.
    pub(crate) clock_corrected: bool,
}

/// Why the body of a success cannot be used.
pub(crate) struct Unreadable {
    pub(crate) kind: ErrorKind,
    pub(crate) message: &'static str,
    pub(crate) advice: &'static str,
    pub(crate) source: Option<BoxError>,
}

impl Unreadable {
    pub(crate) fn undocumented(source: impl Into<BoxError>) -> Self {
        Self {
            kind: ErrorKind::Decode,
            message: "the response is not what the service documents",
            advice: CHECK_ENDPOINT,
            source: Some(source.into()),
        }
    }

    /// The body exceeds a limit: of 8 MiB, or of values.
    pub(crate) fn too_much(message: &'static str) -> Self {
        Self {
            kind: ErrorKind::Decode,
            message,
            advice: ASK_FOR_LESS,
            source: None,
        }
    }

    pub(crate) fn broken(source: BoxError) -> Self {
        Self {
            kind: ErrorKind::Transport,
            message: "the connection broke in the response",
            advice: CHECK_ENDPOINT,
            source: Some(source),
        }
    }

    pub(crate) fn timed_out() -> Self {
        Self {
            kind: ErrorKind::Timeout,
            message: "timed out in the response",
            advice: CHECK_ENDPOINT,
            source: None,
        }
    }
}

impl RawResponse {
    /// The error code in the body. It may hold a secret: decide by it, but do not show it.
    pub(crate) fn code(&self) -> Option<String> {
        ErrorBody::code_in(&self.body)
    }

    /// The request ID in the headers.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.header("x-request-id").or_else(|| self.trace_id())
    }

    /// IAM's name for a request ID.
    fn trace_id(&self) -> Option<String> {
        self.header("x-iam-trace-id")
    }

    /// A request ID without secrets. Redacts before it cuts, since a cut may go through a secret.
    fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.headers.get(name)?.as_bytes());
        request_id_of(&self.redactor.text(text.into_owned()))
    }

    /// Whether the response proves that the service did not act. Load balancers send a bare 408 or 503 also after they
    /// forwarded the request. An error code that says more than the status is from the service or its gateway.
    pub(crate) fn is_refusal(&self) -> bool {
        match self.status.as_u16() {
            408 | 503 => self.code().is_some_and(|code| code != self.status.as_str()),
            400..=499 => true,
            _ => false,
        }
    }

    /// Whether a retry cannot act twice. `repeatable` says so for ambiguous responses.
    pub(crate) fn is_retryable(&self, repeatable: bool) -> bool {
        let is_ambiguous = match self.status.as_u16() {
            429 => return true,
            408 | 503 if self.is_refusal() => return true,
            408 | 500 | 502..=504 => true,
            200..=299 => self
                .cut
                .as_ref()
                .is_some_and(|cut| cut.kind != ErrorKind::Decode),
            _ => false,
        };
        is_ambiguous && repeatable
    }

    /// The credentials that the service refused, if its response asks for others. A 401 proves that it did not act.
    pub(crate) fn refused_credentials(&self, service: &Service) -> Option<&Arc<Credentials>> {
        let is_refused =
            |code: String| service.meaning_of(None, &code) == CodeMeaning::TokenRefused;
        let asks = self.status == StatusCode::UNAUTHORIZED && self.code().is_some_and(is_refused);
        self.redactor.credentials().filter(|_| asks)
    }

    /// The error that this response is. `unreadable` is why a complete success cannot be used.
    pub(crate) fn into_error(
        self,
        service: &'static Service,
        repeatable: bool,
        unreadable: Option<Unreadable>,
    ) -> Error {
        let retryable = self.is_retryable(repeatable);
        let trace_id = self.trace_id();
        let request_id = self.header("x-request-id");
        // Cut before the search for secrets, which takes time for each byte. A copy lets go of a long body.
        let body = match self.body.get(..ERROR_BODY_CAP) {
            Some(kept) => Bytes::copy_from_slice(kept),
            None => self.body,
        };
        let said = ErrorBody::read(&body, |text| self.redactor.text(text));
        let status = self.status.as_u16();
        let facts = Facts {
            status: Some(status),
            advice: service.advice(status, said.code.as_deref().unwrap_or_default()),
            code: said.code,
            request_id: request_id.or(said.request_id).or(trace_id),
            retryable,
            body: self.redactor.bytes(&body),
            ..Facts::new(ErrorKind::Service, said.message)
        };
        // The status of a failure says more than its cut body.
        let unreadable = self.cut.or(unreadable).filter(|_| self.status.is_success());
        let Some(unreadable) = unreadable else {
            return facts.into();
        };
        let Unreadable {
            kind,
            message,
            advice,
            source,
        } = unreadable;
        Facts {
            kind,
            message: Some(message.to_owned()),
            advice: if retryable { "try again later" } else { advice },
            source,
            ..facts
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, cut: Option<Unreadable>) -> RawResponse {
        RawResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"bodyInvented"),
            cut,
            redactor: Redactor::new(Some(Arc::new(Credentials::token("tokenInvented"))), None),
            clock_corrected: false,
        }
    }

    #[test]
    fn cut_body_of_a_success_is_retryable_for_reads_only() {
        for status in [200, 302, 400, 404, 501] {
            for cut in [Unreadable::timed_out, || Unreadable::broken("cut".into())] {
                let response = response(status, Some(cut()));
                assert_eq!(response.is_retryable(true), status == 200, "{status}");
                assert!(!response.is_retryable(false), "{status}");
            }
        }
        for cut in [None, Some(Unreadable::too_much("too long"))] {
            assert!(!response(200, cut).is_retryable(true));
        }
    }
}
