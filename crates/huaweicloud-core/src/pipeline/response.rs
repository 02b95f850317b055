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

const REQUEST_ID: &str = "x-request-id";
/// IAM's name for a request ID.
const TRACE_ID: &str = "x-iam-trace-id";

/// A response whose head arrived. The body may be incomplete.
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why the body is incomplete, or cannot be used.
    pub(crate) cut: Option<Error>,
    /// Removes what the request held in secret.
    pub(crate) redactor: Redactor,
    /// The signature was refused for its date, and the clock was corrected by this response.
    pub(crate) clock_corrected: bool,
}

/// The error of a success whose body exceeds a limit.
pub(crate) fn too_much(message: &str) -> Error {
    Facts {
        advice: "ask for smaller pages",
        ..Facts::new(ErrorKind::Decode, message.to_owned())
    }
    .into()
}

/// The error of a success whose body cannot be used, for this reason.
pub(crate) fn unusable(kind: ErrorKind, message: &str, source: Option<BoxError>) -> Error {
    Facts {
        advice: "check the endpoint",
        source,
        ..Facts::new(kind, message.to_owned())
    }
    .into()
}

impl RawResponse {
    /// The error code in the body. It may hold a secret: decide by it, but do not show it.
    pub(crate) fn code(&self) -> Option<String> {
        ErrorBody::code_in(&self.body)
    }

    /// The request ID in the headers.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.header(REQUEST_ID).or_else(|| self.header(TRACE_ID))
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
                .is_some_and(|cut| cut.kind() != ErrorKind::Decode),
            _ => false,
        };
        is_ambiguous && repeatable
    }

    /// The credentials that the service refused, if its response asks for others. A 401 proves that it did not act.
    pub(crate) fn refused_credentials(&self, service: &Service) -> Option<&Arc<Credentials>> {
        let is_refused =
            |code: String| service.meaning_of(None, &code) == CodeMeaning::TokenRefused;
        let asks = self.status == StatusCode::UNAUTHORIZED && self.code().is_some_and(is_refused);
        self.redactor.credentials.as_ref().filter(|_| asks)
    }

    /// The error that this response is.
    pub(crate) fn into_error(self, service: &'static Service, repeatable: bool) -> Error {
        let retryable = self.is_retryable(repeatable);
        let (request_id, trace_id) = (self.header(REQUEST_ID), self.header(TRACE_ID));
        // Cut before the search for secrets, which takes time for each byte. A copy lets go of a long body.
        let body = match self.body.get(..ERROR_BODY_CAP) {
            Some(kept) => Bytes::copy_from_slice(kept),
            None => self.body,
        };
        let said = ErrorBody::read(&body, |text| self.redactor.text(text));
        let status = self.status.as_u16();
        // The status of a failure says more than its cut body.
        let unusable = self.cut.filter(|_| self.status.is_success());
        let mut error = unusable.unwrap_or_else(|| {
            let advice = service.advice(status, said.code.as_deref().unwrap_or_default());
            let facts = Facts::new(ErrorKind::Service, said.message);
            Facts { advice, ..facts }.into()
        });
        let facts = &mut *error.0;
        if retryable && facts.kind != ErrorKind::Service {
            facts.advice = "try again later";
        }
        facts.status = Some(status);
        facts.code = said.code;
        facts.request_id = request_id.or(said.request_id).or(trace_id);
        facts.retryable = retryable;
        facts.body = self.redactor.bytes(&body);
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, cut: Option<Error>) -> RawResponse {
        RawResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"bodyInvented"),
            cut,
            redactor: Redactor::default(),
            clock_corrected: false,
        }
    }

    #[test]
    fn cut_body_of_a_success_is_retryable_for_reads_only() {
        for status in [200, 302, 400, 404, 501] {
            for kind in [ErrorKind::Timeout, ErrorKind::Transport] {
                let response = response(status, Some(unusable(kind, "cut", None)));
                assert_eq!(response.is_retryable(true), status == 200, "{status}");
                assert!(!response.is_retryable(false), "{status}");
            }
        }
        for cut in [None, Some(too_much("too long"))] {
            assert!(!response(200, cut).is_retryable(true));
        }
    }
}
