//! Where a client's credentials come from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::credentials::{Credentials, ProvideCredentials};
use super::gate::{Gate, Gates};
use crate::BoxError;
use crate::error::Error;

/// Gets what an IAM user sends in place of a password. The pipeline calls no service: who makes a client gives it one of
/// these ([`Client::with_resolver`](crate::Client::with_resolver)).
pub trait ResolveCredentials: fmt::Debug + Send + Sync {
    /// Gives credentials that can be sent, by this deadline.
    fn resolve(&self, deadline: Instant) -> Resolved<'_>;

    /// Hears that the service refused these: they are given no more.
    fn refused(&self, credentials: &Credentials);
}

/// What a resolver promises: credentials, or the error of the call that was to get them, which several calls may share.
pub type Resolved<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<Credentials>, Arc<Error>>> + Send + 'a>>;

/// Credentials that stay, or somebody to ask for them.
#[derive(Clone)]
pub(crate) enum Source {
    /// Checked when the client was made.
    Fixed(Arc<Credentials>, Arc<Gate>),
    /// An IAM user, for whom nobody gets tokens yet.
    User(Arc<Credentials>),
    Resolver(Arc<dyn ResolveCredentials>),
    Provider(Arc<dyn ProvideCredentials>, Arc<Gates>),
}

/// Why there are no credentials. Nothing was sent.
#[derive(Debug)]
pub(crate) enum Missing {
    /// The provider failed, or gave what cannot be sent.
    Failed(Option<String>, Option<BoxError>),
    /// The limit passed.
    TimedOut,
    /// The call that was to get them failed.
    Unresolved(Arc<Error>),
}

/// A provider need not show anything of itself, and what it showed would not be in our hands.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(credentials, _) | Self::User(credentials) => credentials.fmt(f),
            Self::Resolver(resolver) => resolver.fmt(f),
            Self::Provider(..) => f.write_str("Provider(…)"),
        }
    }
}

impl Source {
    /// Credentials that are sent as they are, or an IAM user.
    pub(crate) fn of(credentials: Arc<Credentials>) -> Self {
        if credentials.as_iam_user().is_some() {
            Self::User(credentials)
        } else {
            Self::Fixed(credentials, Arc::default())
        }
    }

    /// The gate that these credentials have to pass, if they are an access key pair.
    pub(crate) fn gate(&self, credentials: &Arc<Credentials>) -> Option<Arc<Gate>> {
        if !credentials.is_key_pair() {
            return None;
        }
        match self {
            Self::Fixed(_, gate) => Some(Arc::clone(gate)),
            Self::User(_) | Self::Resolver(_) => None,
            Self::Provider(_, gates) => Some(gates.of(credentials)),
        }
    }

    /// Gives credentials that can be sent, or says by `limit` why there are none.
    pub(crate) async fn resolve(&self, limit: Instant) -> Result<Arc<Credentials>, Missing> {
        let provider = match self {
            Self::Fixed(credentials, _) => return Ok(Arc::clone(credentials)),
            Self::User(_) => return Err(failed("nobody gets tokens for the IAM user")),
            Self::Resolver(resolver) => {
                let given = resolver.resolve(limit).await;
                return given.map_err(Missing::Unresolved);
            }
            Self::Provider(provider, _) => provider,
        };
        let credentials = match timeout_at(limit, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => credentials,
            Ok(Err(source)) => return Err(Missing::Failed(None, Some(source))),
            Err(_) => return Err(Missing::TimedOut),
        };
        if credentials.as_iam_user().is_some() {
            return Err(failed(
                "an IAM user cannot come from a provider: give it to .credentials()",
            ));
        }
        match credentials.check() {
            Ok(()) => Ok(Arc::new(credentials)),
            Err(problem) => Err(failed(&problem)),
        }
    }

    /// Has credentials that the service refused forgotten. False where there can be no others.
    pub(crate) fn refused(&self, credentials: &Credentials) -> bool {
        match self {
            Self::Fixed(..) | Self::User(_) => return false,
            Self::Resolver(resolver) => resolver.refused(credentials),
            Self::Provider(provider, _) => provider.credentials_refused(credentials),
        }
        true
    }
}

fn failed(problem: &str) -> Missing {
    Missing::Failed(Some(problem.to_owned()), None)
}
