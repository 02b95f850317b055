//! The call that gets a token for an IAM user, and how long the token is good for.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;
use huaweicloud_dcs_api::Secret;
use huaweicloud_dcs_api::iam::{Client, operations, types};
use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::call::{Generated, Read, in_span, make as make_call, typed};
use crate::credentials::{Credentials, Kind};
use crate::error::{Error, Result};
use crate::exchange::CallState;
use crate::iam;
use crate::inner::Inner;
use crate::outcome::{End, Outcome};

/// How long a token is good for where its answer does not say.
const DOCUMENTED_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A token, and how long it is good for from when it was asked for.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) token: Credentials,
    pub(crate) life: Duration,
}

/// Asks IAM for a token for the client's project: by its ID where that is known, else by the region's name.
///
/// A token call changes nothing: it is repeated after any failure that may pass. A 401 is final, because too many wrong
/// passwords lock the user.
///
/// Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>
pub(crate) async fn make(
    client: &Arc<Inner>,
    user: &Arc<Credentials>,
    limit: Instant,
) -> Result<Granted> {
    let operation = &operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD;
    let service = iam::service(client)?;
    let request = request(client, user)?;
    let now = client.clock.now();
    let granted = in_span(operation, async {
        let state = CallState::new(client, service, limit).with_credentials(user);
        make_call(
            state,
            operation,
            |outcome, generated| granted(outcome, generated, now),
            |call| async move {
                Client::new_with_client(service.endpoint.as_str(), service.http.clone(), call)
                    .keystone_create_user_token_by_password(Some("true"), &request)
                    .await
            },
        )
        .await
    });
    granted.await.map(crate::Response::into_body)
}

fn request(client: &Inner, user: &Credentials) -> Result<types::TokenRequest> {
    let Kind::User {
        account,
        name,
        password,
    } = &user.0
    else {
        return Err(Error::config("the credentials are no IAM user".to_owned()));
    };
    let project = client.project.id();
    Ok(types::TokenRequest {
        auth: types::TokenAuth {
            identity: types::TokenIdentity {
                methods: vec!["password".to_owned()],
                password: types::TokenPassword {
                    user: types::TokenUser {
                        domain: types::TokenUserDomain {
                            name: account.clone(),
                        },
                        name: name.clone(),
                        password: Secret::from(password.expose_secret()),
                    },
                },
            },
            scope: Some(types::TokenScope {
                project: types::TokenScopeProject {
                    id: project.map(str::to_owned),
                    name: client.region.clone().filter(|_| project.is_none()),
                },
            }),
        },
    })
}

/// Reads the token out of the header that it comes in.
fn granted<E>(
    outcome: &Outcome,
    generated: Generated<types::TokenResponse, E>,
    now: SystemTime,
) -> Read<Granted> {
    let detail = typed(outcome, generated)?.token.unwrap_or_default();
    let End::Answered(answer) = &outcome.end else {
        return Err(None);
    };
    let token = answer
        .headers
        .get("x-subject-token")
        .and_then(|token| token.to_str().ok())
        .map(Credentials::token)
        .filter(|token| token.check().is_ok())
        .ok_or_else(|| Some("there is no token in the header X-Subject-Token".into()))?;
    Ok(Granted {
        token,
        life: life(detail.expires_at.as_deref(), &answer.headers, now),
    })
}

/// How long from now a token is good for. The end is a time of the service's clock, and so is the answer's date; only
/// where that is missing this machine's clock has to do.
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
    fn a_life_is_counted_on_the_services_clock_and_is_never_longer_than_documented() {
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
