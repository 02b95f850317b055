//! The record of a request, without secrets.

use axum::http::{HeaderMap, StatusCode, request::Parts};

/// The record of a request, without secrets. Returned by [`StandIn::requests`](crate::StandIn::requests).
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    id: String,
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    operation: Option<&'static str>,
    is_authenticated: bool,
    effect: Effect,
    tasks: Vec<String>,
    status: Option<StatusCode>,
}

/// The effect of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// No effect: the request was refused, or a fault struck first.
    #[default]
    Nothing,
    /// Read a task, its progress or log, a list, or a job.
    Shown,
    /// Created a task.
    Created,
    /// Configured a task, which starts it.
    Configured,
    /// Changed the resume mode of a task.
    Updated,
    /// Stopped tasks, or began to.
    Stopped,
    /// Restarted tasks.
    Restarted,
    /// Deleted tasks.
    Deleted,
    /// Exchanged the IP addresses of a task's source and target, or began to.
    IpExchanged,
    /// Rolled an exchange of IP addresses back, or began to.
    IpRolledBack,
    /// Issued a token.
    TokenIssued,
}

/// Replaces the value of a header that may be secret.
const REDACTED: &str = "[redacted]";

/// The headers whose values hold no secret. All others are redacted, so that no new header leaks.
const SHOWN: [&str; 13] = [
    "accept",
    "accept-encoding",
    "api-version",
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "user-agent",
    "x-language",
    "x-project-id",
    "x-sdk-content-sha256",
    "x-sdk-date",
];

impl RecordedRequest {
    pub(crate) fn new(id: &str, request: &Parts, operation: Option<&'static str>) -> Self {
        Self {
            id: id.into(),
            method: request.method.as_str().into(),
            path: request.uri.path().into(),
            query: request.uri.query().map(Into::into),
            headers: redacted(&request.headers),
            operation,
            is_authenticated: false,
            effect: Effect::Nothing,
            tasks: Vec::new(),
            status: None,
        }
    }

    /// The request ID, as in the header `X-Request-Id` of the response. A request without a response has one, too.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The percent-encoded path, as sent.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The percent-encoded query, as sent, without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The headers in the order of the request, with lower-case names. Values that may be secret are `[redacted]`.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of the first header with this lower-case name, as in [`headers`](Self::headers).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|header| header.0 == name)
            .map(|header| header.1)
    }

    /// The ID of the operation, such as `ShowMigrationTask`. `None` if the path or the method is unknown.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation
    }

    /// Whether the signature or the token was accepted.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.is_authenticated
    }

    /// The effect of the request, whatever its response.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The IDs of the tasks that the request had its [`effect`](Self::effect) on. Tasks that refused are not among them.
    pub fn tasks(&self) -> impl Iterator<Item = &str> {
        self.tasks.iter().map(String::as_str)
    }

    /// The HTTP status of the response. `None` if there is no response, or not yet.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    pub(crate) fn set_authenticated(&mut self) {
        self.is_authenticated = true;
    }

    pub(crate) fn set_effect(&mut self, effect: Effect, tasks: &[&str]) {
        self.effect = effect;
        self.tasks = tasks.iter().map(ToString::to_string).collect();
    }

    pub(crate) fn set_status(&mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

fn redacted(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |name: &str, value: &[u8]| {
        if SHOWN.contains(&name) {
            String::from_utf8_lossy(value).into_owned()
        } else {
            REDACTED.into()
        }
    };
    headers
        .iter()
        .map(|(name, value)| (name.as_str().into(), shown(name.as_str(), value.as_bytes())))
        .collect()
}
