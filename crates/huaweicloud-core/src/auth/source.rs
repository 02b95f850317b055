//! Where the credentials of a client come from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::credentials::{Credentials, Kind, ProvideCredentials};
use super::gate::{Gate, Gates};
use crate::BoxError;
use crate::error::{Error, ErrorKind, Facts};

/// Gets tokens for an IAM user. This crate calls no service, so the crate that makes a client installs a resolver with
/// [`Client::with_resolver`](crate::Client::with_resolver).
pub trait ResolveCredentials: fmt::Debug + Send + Sync {
    /// Gives credentials that can be sent, by this deadline.
    fn resolve(&self, deadline: Instant) -> Resolved<'_>;

    /// Called when the service rejects these credentials: do not give them again.
    fn refused(&self, credentials: &Credentials);
}

/// Credentials, or the error of the call for them. Several calls may share the error.
pub type Resolved<'a> =
    Pin<Box<dyn Future<Output = Result<Arc<Credentials>, Arc<Error>>> + Send + 'a>>;

/// Fixed credentials, or their provider.
#[derive(Clone)]
pub(crate) enum Source {
    /// Checked when the client was made. An IAM user needs a resolver in its place.
    Fixed(Arc<Credentials>, Arc<Gate>),
    Resolver(Arc<dyn ResolveCredentials>),
    Provider(Arc<dyn ProvideCredentials>, Arc<Gates>),
}

/// Shows no provider: it need not have `Debug`, and might show secrets.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(credentials, _) => credentials.fmt(f),
            Self::Resolver(resolver) => resolver.fmt(f),
            Self::Provider(..) => f.write_str("Provider(…)"),
        }
    }
}

impl Source {
    /// The fixed credentials.
    pub(crate) fn fixed(&self) -> Option<&Arc<Credentials>> {
        match self {
            Self::Fixed(credentials, _) => Some(credentials),
            Self::Resolver(_) | Self::Provider(..) => None,
        }
    }

    /// The gate of these credentials, if they are an access key pair.
    pub(crate) fn gate(&self, credentials: &Arc<Credentials>) -> Option<Arc<Gate>> {
        let Kind::AccessKey { .. } = credentials.0 else {
            return None;
        };
        match self {
            Self::Fixed(_, gate) => Some(Arc::clone(gate)),
            Self::Resolver(_) => None,
            Self::Provider(_, gates) => Some(gates.of(credentials)),
        }
    }

    /// Gives credentials that can be sent. The error of a call without them ends the call.
    pub(crate) async fn resolve(&self, limit: Instant) -> Result<Arc<Credentials>, Error> {
        let provider = match self {
            Self::Fixed(user, _) if user.as_iam_user().is_some() => {
                let problem = "no credentials: no resolver gets tokens for the IAM user";
                return Err(none(problem, None));
            }
            Self::Fixed(credentials, _) => return Ok(Arc::clone(credentials)),
            Self::Resolver(resolver) => return resolver.resolve(limit).await.map_err(no_token),
            Self::Provider(provider, _) => provider,
        };
        let credentials = match timeout_at(limit, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => credentials,
            Ok(Err(source)) => return Err(none("no credentials", Some(source))),
            Err(_) => {
                let mut error = none("timed out waiting for credentials", None);
                (error.0.kind, error.0.retryable) = (ErrorKind::Timeout, true);
                return Err(error);
            }
        };
        if credentials.as_iam_user().is_some() {
            let problem =
                "no credentials: a provider cannot give an IAM user: give it to .credentials()";
            return Err(none(problem, None));
        }
        match credentials.check() {
            Ok(()) => Ok(Arc::new(credentials)),
            Err(problem) => Err(none(&format!("no credentials: {problem}"), None)),
        }
    }

    /// Reports that the service rejected these credentials. False if there can be no others.
    pub(crate) fn refused(&self, credentials: &Credentials) -> bool {
        match self {
            Self::Fixed(..) => return false,
            Self::Resolver(resolver) => resolver.refused(credentials),
            Self::Provider(provider, _) => provider.credentials_refused(credentials),
        }
        true
    }
}

fn none(message: &str, source: Option<BoxError>) -> Error {
    Facts {
        unsent: true,
        advice: "check the source of the credentials",
        source,
        ..Facts::new(ErrorKind::Credentials, message.to_owned())
    }
    .into()
}

/// The error of a call for which IAM gave no token. Nothing was sent: the call may be retried, unless IAM refused.
fn no_token(failure: Arc<Error>) -> Error {
    let mut error = Error::unmade(failure, "no token from IAM").build();
    let facts = &mut error.0;
    match (facts.kind, facts.status) {
        (_, Some(400..=499)) if !facts.retryable => {
            facts.kind = ErrorKind::Credentials;
            facts.advice =
                "check account, user, password and project; too many wrong passwords lock the user";
        }
        (ErrorKind::Timeout | ErrorKind::Transport, _) | (_, Some(500..=599)) => {
            facts.retryable = true;
        }
        _ => {}
    }
    error
}
