//! Where a client's credentials come from.

use std::fmt;
use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use crate::credentials::{Credentials, ProvideCredentials};
use crate::inner::Inner;
use crate::outcome::{End, Failure, Reason};
use crate::token::UserTokens;

/// Credentials that stay, or somebody to ask for them.
#[derive(Clone)]
pub(crate) enum Source {
    /// Checked when the client was made.
    Fixed(Arc<Credentials>),
    User(Arc<UserTokens>),
    Provider(Arc<dyn ProvideCredentials>),
}

/// A provider need not show anything of itself, and what it showed would not be in our hands.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(credentials) => credentials.fmt(f),
            Self::User(tokens) => tokens.fmt(f),
            Self::Provider(_) => f.write_str("Provider(…)"),
        }
    }
}

impl Source {
    /// Credentials that are sent as they are, or an IAM user that gets tokens.
    pub(crate) fn of(credentials: Arc<Credentials>) -> Self {
        if credentials.is_user() {
            Self::User(Arc::new(UserTokens::new(credentials)))
        } else {
            Self::Fixed(credentials)
        }
    }

    /// Gives credentials that can be sent, or says by `limit` why there are none.
    pub(crate) async fn resolve(
        &self,
        client: &Arc<Inner>,
        limit: Instant,
    ) -> Result<Arc<Credentials>, End> {
        let provider = match self {
            Self::Fixed(credentials) => return Ok(Arc::clone(credentials)),
            Self::User(tokens) => return tokens.get(client, limit).await.map_err(End::NoToken),
            Self::Provider(provider) => provider,
        };
        let failure = |reason, detail, source| {
            End::Failed(Failure {
                reason,
                detail,
                source,
            })
        };
        let credentials = match timeout_at(limit, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => credentials,
            Ok(Err(source)) => return Err(failure(Reason::Credentials, None, Some(source))),
            Err(_) => return Err(failure(Reason::TimedOutUnsent, None, None)),
        };
        let checked = if credentials.is_user() {
            Err("an IAM user cannot come from a provider: give it to .credentials()".to_owned())
        } else {
            credentials.check()
        };
        match checked {
            Ok(()) => Ok(Arc::new(credentials)),
            Err(problem) => Err(failure(Reason::Credentials, Some(problem), None)),
        }
    }

    /// Has credentials that the service refused forgotten. False where there can be no others.
    pub(crate) fn refused(&self, credentials: &Credentials) -> bool {
        match self {
            Self::Fixed(_) => return false,
            Self::User(tokens) => tokens.refused(credentials),
            Self::Provider(provider) => provider.credentials_refused(credentials),
        }
        true
    }
}
