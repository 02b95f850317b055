//! Tokens of an IAM user: one for all calls, renewed before it expires and when the service refuses it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;
use huaweicloud_core::{
    CallOptions, Client as Core, Credentials, Error, ResolveCredentials, Resolved, Response,
    Result, clock,
};
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, timeout_at};

use crate::flight::{Flight, SharedError, timed_out};
use crate::generated::{Client, types};
use crate::project::Project;

/// The life of a token whose response does not say it.
const DOCUMENTED_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long before its end a token is renewed. A token that lives for less than twice this is renewed after half its life,
/// but not before [`LEAST`].
const MARGIN: Duration = Duration::from_secs(5 * 60);
/// How long a token is used at least, also one that replaced a refused token. Otherwise a wrong expiry, or a service
/// that refuses every token, would cost one password request for each call.
const LEAST: Duration = Duration::from_secs(30);
/// How long a password that IAM refused is not sent again: a program that keeps calling must not lock the user.
const REFUSED_FOR: Duration = Duration::from_secs(15 * 60);

/// An IAM user, and the last refusal of its password. Clients share it: one at a time sends the password, and none while
/// it is held back.
pub(crate) struct IamUser {
    credentials: Arc<Credentials>,
    refusal: Mutex<Option<Refusal>>,
    /// Locked by the call that sends the password.
    sending: tokio::sync::Mutex<()>,
}

impl IamUser {
    /// The user of these credentials, if they are an IAM user's.
    pub(crate) fn of(credentials: &Arc<Credentials>) -> Option<Self> {
        credentials.as_iam_user()?;
        Some(Self {
            credentials: Arc::clone(credentials),
            refusal: Mutex::default(),
            sending: tokio::sync::Mutex::default(),
        })
    }

    fn refusal(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gets tokens for an IAM user, for one project. One token serves all calls.
pub(crate) struct UserTokens {
    user: Arc<IamUser>,
    iam: Core,
    project: Arc<Project>,
    region: Option<String>,
    kept: Mutex<Kept>,
    fetch: Flight,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// When the service last refused one.
    forgotten: Option<Instant>,
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
    /// The tokens are for the project or, until its ID is known, for the project that is named like the region.
    pub(crate) fn new(
        user: Arc<IamUser>,
        iam: Core,
        project: Arc<Project>,
        region: Option<String>,
    ) -> Self {
        Self {
            user,
            iam,
            project,
            region,
            kept: Mutex::default(),
            fetch: Flight::default(),
        }
    }

    fn known(&self) -> Option<std::result::Result<Arc<Credentials>, SharedError>> {
        let kept = self.kept();
        if let Some(token) = &kept.token
            && self.iam.system_time() < token.renew_at
        {
            return Some(Ok(Arc::clone(&token.credentials)));
        }
        let refusal = self.user.refusal();
        let refusal = refusal.as_ref()?;
        (clock::instant() < refusal.until).then(|| Err(Arc::clone(&refusal.failure)))
    }

    async fn renew(&self, deadline: Instant) -> std::result::Result<Arc<Credentials>, SharedError> {
        // Clients of several projects would lock the user by sending one wrong password concurrently.
        let Ok(_sending) = timeout_at(deadline, self.user.sending.lock()).await else {
            return Err(Arc::new(timed_out()));
        };
        if let Some(known) = self.known() {
            return known;
        }
        match self.ask(deadline).await {
            Ok(token) => {
                let credentials = Arc::clone(&token.credentials);
                self.kept().token = Some(token);
                *self.user.refusal() = None;
                Ok(credentials)
            }
            Err(error) => {
                let failure = Arc::new(error);
                if failure.status() == Some(401) {
                    *self.user.refusal() = Some(Refusal {
                        failure: Arc::clone(&failure),
                        until: clock::after(REFUSED_FOR),
                    });
                }
                Err(failure)
            }
        }
    }

    /// Asks IAM for a token.
    ///
    /// The call changes nothing: it is retried after any failure that may pass. A 401 is final, because too many wrong
    /// passwords lock the user.
    ///
    /// Vendor documentation: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>
    async fn ask(&self, deadline: Instant) -> Result<Token> {
        let request = self.request()?;
        let asked = self.iam.system_time();
        let options = CallOptions::default().with_deadline(deadline);
        let response = Client::new(self.iam.with_options(options))
            .keystone_create_user_token_by_password(Some("true"), &request)
            .await?;
        granted(&response, asked)
    }

    fn request(&self) -> Result<types::TokenRequest> {
        let Some((account, name, password)) = self.user.credentials.as_iam_user() else {
            return Err(Error::config("the credentials are no IAM user"));
        };
        let mut project = types::TokenScopeProject::default();
        match self.project.id() {
            Some(id) => project.id = Some(id.to_owned()),
            None => project.name.clone_from(&self.region),
        }
        let domain = types::TokenUserDomain::new(account);
        let user = types::TokenUser::new(domain, name, password.expose_secret());
        let password = types::TokenPassword::new(user);
        let identity = types::TokenIdentity::new(["password".to_owned()], password);
        let auth = types::TokenAuth::new(identity).with_scope(types::TokenScope::new(project));
        Ok(types::TokenRequest::new(auth))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolveCredentials for UserTokens {
    /// Returns the kept token, or gets one: concurrent calls wait for one call to IAM.
    fn resolve(&self, deadline: Instant) -> Resolved<'_> {
        Box::pin(async move {
            if let Some(known) = self.known() {
                return known;
            }
            // Boxed, so that the future of a call that has a token stays small.
            let joined = self
                .fetch
                .join(deadline, || self.known(), self.renew(deadline));
            Box::pin(joined).await
        })
    }

    /// Drops a token that the service refused. It is kept if it replaced another refused token a moment ago; a newer token
    /// is kept, too.
    fn refused(&self, credentials: &Credentials) {
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
}

/// Shows the user, and hides tokens.
impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.user.credentials.fmt(f)
    }
}

/// Reads the token from its response header.
fn granted(response: &Response<types::TokenResponse>, asked: SystemTime) -> Result<Token> {
    // The pipeline has checked that it is there.
    let token = response
        .headers()
        .get("x-subject-token")
        .and_then(|token| token.to_str().ok())
        .map(Credentials::token)
        .ok_or_else(|| Error::config("IAM gave no token"))?;
    let detail = response.body().token.as_ref();
    let expires_at = detail.and_then(|detail| detail.expires_at.as_deref());
    let life = life(expires_at, response.headers(), asked);
    let used_for = life.saturating_sub(MARGIN).max(life / 2).max(LEAST);
    Ok(Token {
        credentials: Arc::new(token),
        renew_at: asked.checked_add(used_for).unwrap_or(asked),
    })
}

/// How long from now a token is valid. Its end is a time of the service's clock, like the response's date; if that date is
/// missing, this machine's clock is used.
fn life(expires_at: Option<&str>, headers: &HeaderMap, now: SystemTime) -> Duration {
    let Some(end) = expires_at.and_then(time) else {
        return DOCUMENTED_LIFE;
    };
    let now = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or(now);
    end.duration_since(now)
        .unwrap_or_default()
        .min(DOCUMENTED_LIFE)
}

fn time(text: &str) -> Option<SystemTime> {
    text.parse::<jiff::Timestamp>().ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn life_is_counted_on_the_services_clock_up_to_a_day() {
        let now = time("2026-01-03T09:05:22Z").unwrap();
        let hour_off = HeaderMap::from_iter([(
            DATE,
            http::HeaderValue::from_static("Sat, 03 Jan 2026 10:05:22 GMT"),
        )]);
        let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
        for (expires_at, headers, expected) in [
            (Some("2026-01-03T12:05:22Z"), HeaderMap::new(), hours(3)),
            (Some("2026-01-03T12:05:22.000000Z"), hour_off, hours(2)),
            (Some("2026-01-03T09:05:21Z"), HeaderMap::new(), hours(0)),
            (Some("2036-01-03T09:05:21Z"), HeaderMap::new(), hours(24)),
            (Some("soon"), HeaderMap::new(), hours(24)),
            (None, HeaderMap::new(), hours(24)),
        ] {
            assert_eq!(life(expires_at, &headers, now), expected, "{expires_at:?}");
        }
    }
}
