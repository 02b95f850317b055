//! A request that came, without anything secret.

use axum::http::{HeaderMap, StatusCode, request::Parts};

/// A request that came, without anything secret.
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

/// What a request did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: it was refused, or a fault struck first.
    #[default]
    Nothing,
    /// It read something: a task, its progress or log, a list, a job.
    Shown,
    /// It created a task.
    Created,
    /// It configured a task and so started it.
    Configured,
    /// It changed what a task does after a fault.
    Updated,
    /// It stopped tasks, or started to.
    Stopped,
    /// It started tasks anew.
    Restarted,
    /// It deleted tasks.
    Deleted,
    /// It exchanged the IP addresses of a task's source and target, or started to.
    IpExchanged,
    /// It took such an exchange back, or started to.
    IpRolledBack,
    /// It got a token.
    TokenIssued,
}

/// Stands in for the value of a header that may be secret.
const REDACTED: &str = "[redacted]";

/// The headers whose values are known not to be secret. All others are taken for secret, so that no new one leaks.
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

    /// The request id it was given, which the answer carried in `X-Request-Id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path as it was written, percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query as it was written, without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The headers in the order they came: names in lower case, values replaced by `[redacted]` unless they are known not to be secret.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first header of this name, given in lower case, as [`headers`](Self::headers) shows it.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|header| header.0 == name)
            .map(|header| header.1)
    }

    /// The id of the operation it called, such as `ShowMigrationTask`; none if its path or method is unknown.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation
    }

    /// Whether its signature or token was found good.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.is_authenticated
    }

    /// What it did, whatever it was answered.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The ids of the tasks that [`effect`](Self::effect) is about; of a call that names several, those alone that it was done to.
    pub fn tasks(&self) -> impl Iterator<Item = &str> {
        self.tasks.iter().map(String::as_str)
    }

    /// The status it was answered with; none if there is no answer yet, or there will never be one.
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
