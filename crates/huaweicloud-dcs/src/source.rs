//! Where a client's credentials come from.

use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use crate::credentials::{Credentials, ProvideCredentials};
use crate::outcome::{Failure, Reason};

/// Credentials that stay, or somebody to ask for them.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Checked when the client was made.
    Fixed(Arc<Credentials>),
    Provider(Arc<dyn ProvideCredentials>),
}

impl Source {
    /// Gives credentials that can be sent, or says by `limit` why there are none.
    pub(crate) async fn resolve(&self, limit: Instant) -> Result<Arc<Credentials>, Failure> {
        let provider = match self {
            Self::Fixed(credentials) => return Ok(Arc::clone(credentials)),
            Self::Provider(provider) => provider,
        };
        let failure = |reason, detail, source| Failure {
            reason,
            detail,
            source,
        };
        let credentials = match timeout_at(limit, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => credentials,
            Ok(Err(source)) => return Err(failure(Reason::Credentials, None, Some(source))),
            Err(_) => return Err(failure(Reason::TimedOutUnsent, None, None)),
        };
        match credentials.check() {
            Ok(()) => Ok(Arc::new(credentials)),
            Err(problem) => Err(failure(Reason::Credentials, Some(problem), None)),
        }
    }
}
