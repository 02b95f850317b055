//! What the clones of a client share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::project::Project;
use crate::retry::RetryConfig;
use crate::service::Service;
use crate::skew::Skew;
use crate::source::Source;

/// Settings, connections, and what is learnt of the service's clock.
pub(crate) struct Inner {
    pub(crate) region: Option<String>,
    pub(crate) migration: Arc<Service>,
    /// None where nothing says where it is.
    pub(crate) iam: Option<Arc<Service>>,
    pub(crate) project: Project,
    pub(crate) credentials: Source,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryConfig,
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
    /// Connecting, TLS included.
    pub(crate) connect: Duration,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("endpoint", &self.migration.endpoint.as_str())
            .field("project_id", &self.project)
            .field("credentials", &self.credentials)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
