//! The tokens of an IAM user: one for all calls, renewed before it expires and when the service refuses it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::clock;
use crate::credentials::Credentials;
use crate::flight::{Flight, SharedError};
use crate::inner::Inner;
use crate::token_call::{self, Granted};

/// How long before its end a token is replaced; of a token with a shorter life than twice this, half its life, and no
/// less than [`LEAST`].
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// How long a token is used at the least, and how long the one in place of a refused token is: what IAM says of its end,
/// or a service that refuses every token, must not send the password with each call.
const LEAST: Duration = Duration::from_secs(30);
/// How long a password that IAM refused is not sent again: a program that goes on calling must not lock the user.
const REFUSED_FOR: Duration = Duration::from_secs(15 * 60);

/// An IAM user, and what IAM last said about it.
pub(crate) struct UserTokens {
    user: Arc<Credentials>,
    kept: Mutex<Kept>,
    fetch: Flight,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// When the service last had one forgotten.
    forgotten: Option<Instant>,
    refusal: Option<Refusal>,
}

struct Token {
    credentials: Arc<Credentials>,
    /// By this machine's clock.
    renew_at: SystemTime,
}

struct Refusal {
    failure: SharedError,
    until: Instant,
}

impl UserTokens {
    pub(crate) fn new(user: Arc<Credentials>) -> Self {
        Self {
            user,
            kept: Mutex::default(),
            fetch: Flight::default(),
        }
    }

    /// Gives the token that is kept, or gets one by `limit`: calls side by side wait for one call to IAM.
    pub(crate) async fn get(
        &self,
        client: &Arc<Inner>,
        limit: Instant,
    ) -> Result<Arc<Credentials>, SharedError> {
        if let Some(known) = self.known(client) {
            return known;
        }
        // In a box, so that calls that have a token do not make room for getting one.
        let joined = self
            .fetch
            .join(limit, || self.known(client), self.renew(client, limit));
        Box::pin(joined).await
    }

    /// Forgets a token that the service refused, unless another one has taken its place meanwhile, or it is itself in the
    /// place of one that was refused just now.
    pub(crate) fn refused(&self, credentials: &Credentials) {
        let mut kept = self.kept();
        let is_kept = kept
            .token
            .as_ref()
            .is_some_and(|token| *token.credentials == *credentials);
        let just_now = kept.forgotten.is_some_and(|at| clock::since(at) < LEAST);
        if is_kept && !just_now {
            kept.token = None;
            kept.forgotten = Some(clock::instant());
        }
    }

    fn known(&self, client: &Inner) -> Option<Result<Arc<Credentials>, SharedError>> {
        let kept = self.kept();
        if let Some(token) = &kept.token
            && client.clock.now() < token.renew_at
        {
            return Some(Ok(Arc::clone(&token.credentials)));
        }
        let refusal = kept.refusal.as_ref()?;
        (clock::instant() < refusal.until).then(|| Err(Arc::clone(&refusal.failure)))
    }

    async fn renew(
        &self,
        client: &Arc<Inner>,
        limit: Instant,
    ) -> Result<Arc<Credentials>, SharedError> {
        let asked = client.clock.now();
        match token_call::make(client, &self.user, limit).await {
            Ok(Granted { token, life }) => {
                let credentials = Arc::new(token);
                let renew_at = asked
                    .checked_add(life.saturating_sub(MARGIN).max(life / 2).max(LEAST))
                    .unwrap_or(asked);
                let mut kept = self.kept();
                kept.token = Some(Token {
                    credentials: Arc::clone(&credentials),
                    renew_at,
                });
                kept.refusal = None;
                Ok(credentials)
            }
            Err(error) => {
                let failure = Arc::new(error);
                if failure.status() == Some(401) {
                    self.kept().refusal = Some(Refusal {
                        failure: Arc::clone(&failure),
                        until: clock::after(REFUSED_FOR),
                    });
                }
                Err(failure)
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the user, and nothing of a token.
impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.user.fmt(f)
    }
}
