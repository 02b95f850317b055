//! Where a client's credentials come from.

use std::fmt;
use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use crate::credentials::{Credentials, Kind, ProvideCredentials};
use crate::gate::{Gate, Gates};
use crate::inner::Inner;
use crate::outcome::{End, Failure, Reason};
use crate::token::UserTokens;

/// Credentials that stay, or somebody to ask for them.
#[derive(Clone)]
pub(crate) enum Source {
    /// Checked when the client was made.
    Fixed(Arc<Credentials>, Arc<Gate>),
    User(Arc<UserTokens>),
    Provider(Arc<dyn ProvideCredentials>, Arc<Gates>),
}

/// A provider need not show anything of itself, and what it showed would not be in our hands.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(credentials, _) => credentials.fmt(f),
            Self::User(tokens) => tokens.fmt(f),
            Self::Provider(..) => f.write_str("Provider(…)"),
        }
    }
}

impl Source {
    /// Credentials that are sent as they are, or an IAM user that gets tokens.
    pub(crate) fn of(credentials: Arc<Credentials>) -> Self {
        if credentials.is_user() {
            Self::User(Arc::new(UserTokens::new(credentials)))
        } else {
            Self::Fixed(credentials, Arc::default())
        }
    }

    /// The gate that these credentials have to pass, if they are an access key pair.
    pub(crate) fn gate(&self, credentials: &Arc<Credentials>) -> Option<Arc<Gate>> {
        if !matches!(credentials.0, Kind::AccessKey { .. }) {
            return None;
        }
        match self {
            Self::Fixed(_, gate) => Some(Arc::clone(gate)),
            Self::User(_) => None,
            Self::Provider(_, gates) => Some(gates.of(credentials)),
        }
    }

    /// Gives credentials that can be sent, or says by `limit` why there are none.
    pub(crate) async fn resolve(
        &self,
        client: &Arc<Inner>,
        limit: Instant,
    ) -> Result<Arc<Credentials>, End> {
        let provider = match self {
            Self::Fixed(credentials, _) => return Ok(Arc::clone(credentials)),
            Self::User(tokens) => return tokens.get(client, limit).await.map_err(End::NoToken),
            Self::Provider(provider, _) => provider,
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
            Self::Fixed(..) => return false,
            Self::User(tokens) => tokens.refused(credentials),
            Self::Provider(provider, _) => provider.credentials_refused(credentials),
        }
        true
    }
}
