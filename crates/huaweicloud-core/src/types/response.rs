//! A success.

use std::fmt;

use http::HeaderMap;

/// What the service answered, with what its support asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Response<T> {
    body: T,
    status: u16,
    request_id: Option<String>,
    attempts: u32,
    headers: HeaderMap,
}

impl<T> Response<T> {
    pub(crate) fn new(body: T, status: u16, request_id: Option<String>, attempts: u32) -> Self {
        Self {
            body,
            status,
            request_id,
            attempts,
            headers: HeaderMap::new(),
        }
    }

    pub(crate) fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// A response made by hand, for tests of the code that takes one: status 200, one attempt, no request id.
    pub fn from_body(body: T) -> Self {
        Self::new(body, 200, None, 1)
    }

    /// The same answer with something else made of its body.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            body: make(self.body),
            status: self.status,
            request_id: self.request_id,
            attempts: self.attempts,
            headers: self.headers,
        }
    }

    /// What was answered.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Takes what was answered.
    pub fn into_body(self) -> T {
        self.body
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The id under which support finds the request, from the header `X-Request-Id`, else `X-IAM-Trace-Id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How many attempts it took.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The headers. They may hold cookies and tokens: do not log them.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// Shows no headers.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("body", &self.body)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
