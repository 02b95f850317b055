//! What the clones of a client share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::retry::RetryConfig;
use crate::skew::Skew;
use crate::source::Source;
use crate::transport::Transport;

/// Settings, connections, and what is learnt of the service's clock.
pub(crate) struct Inner {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Endpoint,
    pub(crate) host: HeaderValue,
    pub(crate) project_id: String,
    pub(crate) project_header: HeaderValue,
    pub(crate) credentials: Source,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryConfig,
    /// Makes requests for the generated client; the transport sends them.
    pub(crate) http: reqwest::Client,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: Skew,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A whole call, pauses and repeats included.
    pub(crate) call: Duration,
    /// One attempt of a call that only reads.
    pub(crate) read_attempt: Duration,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("endpoint", &self.endpoint.as_str())
            .field("project_id", &self.project_id)
            .field("credentials", &self.credentials)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
