//! A success.

/// What the service answered, with what its support asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<T> {
    body: T,
    status: u16,
    request_id: Option<String>,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(body: T, status: u16, request_id: Option<String>, attempts: u32) -> Self {
        Self {
            body,
            status,
            request_id,
            attempts,
        }
    }

    /// A response made by hand, for tests of the code that takes one: status 200, one attempt, no request id.
    pub fn from_body(body: T) -> Self {
        Self::new(body, 200, None, 1)
    }

    /// The same answer with something else made of its body.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Response<U> {
        Response::new(make(self.body), self.status, self.request_id, self.attempts)
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
}
