//! The response of a successful call.

use std::fmt;

use http::HeaderMap;

/// The response of a successful call: its body, and the request ID that support asks for.
///
/// ```
/// use huaweicloud_core::Response;
///
/// fn task_id(response: Response<String>) -> String {
///     println!("request {:?}, HTTP {}", response.request_id(), response.status());
///     response.into_body()
/// }
///
/// let response = Response::from_body("4711").map(str::to_owned);
/// assert_eq!(task_id(response), "4711");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Response<T> {
    pub(crate) body: T,
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) headers: HeaderMap,
}

impl<T> Response<T> {
    /// Creates a response for tests: status 200, one attempt, no request ID, no headers.
    pub fn from_body(body: T) -> Self {
        Self {
            body,
            status: 200,
            request_id: None,
            attempts: 1,
            headers: HeaderMap::new(),
        }
    }

    /// Converts the body, and keeps everything else.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            body: convert(self.body),
            status: self.status,
            request_id: self.request_id,
            attempts: self.attempts,
            headers: self.headers,
        }
    }

    /// The body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Takes the body.
    pub fn into_body(self) -> T {
        self.body
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The ID by which support finds the request: the header `X-Request-Id`, else `X-IAM-Trace-Id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How many attempts were made.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The headers. Do not log them: they may hold cookies and tokens.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// Leaves the headers out.
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
