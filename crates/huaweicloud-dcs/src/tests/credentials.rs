//! When the client calls a credentials provider, and what a failure of it means.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::{CredentialsFuture, ErrorKind, ProvideCredentials};

/// Provides another token on each call.
#[derive(Default)]
struct Counting(AtomicU32);

impl ProvideCredentials for Counting {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            Ok(Credentials::token(format!(
                "token-{}",
                self.0.fetch_add(1, Ordering::Relaxed)
            )))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn provider_is_called_once_per_attempt() {
    let provider = Arc::new(Counting::default());
    let script = Script::new([says(429, ""), Step::not_sent(), stopped(), stopped()]);
    let client = client_with(settings().credentials_provider(provider.clone()), &script);
    client.stop_sync(TASK).await.unwrap();
    client.stop_sync(TASK).await.unwrap();
    let tokens: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.header("x-auth-token").to_owned())
        .collect();
    assert_eq!(tokens, ["token-0", "token-1", "token-2", "token-3"]);
}

#[tokio::test(start_paused = true)]
async fn token_is_sent_without_signature() {
    let script = Script::new([stopped()]);
    client_with(
        settings().credentials(Credentials::token("tokenInvented")),
        &script,
    )
    .stop_sync(TASK)
    .await
    .unwrap();
    let seen = &script.seen()[0];
    assert_eq!(seen.header("x-auth-token"), "tokenInvented");
    for absent in ["authorization", "x-sdk-date", "x-project-id"] {
        assert!(!seen.headers.contains_key(absent), "{absent}");
    }
}

#[tokio::test(start_paused = true)]
async fn security_token_is_sent_and_signed() {
    let script = Script::new([stopped()]);
    let temporary =
        Credentials::ak_sk("AKINVENTED", "skInvented").with_security_token("tokenInvented");
    client_with(settings().credentials(temporary), &script)
        .stop_sync(TASK)
        .await
        .unwrap();
    let seen = &script.seen()[0];
    assert_eq!(seen.header("x-security-token"), "tokenInvented");
    assert!(
        seen.header("authorization")
            .contains("x-project-id;x-sdk-date;x-security-token")
    );
}

/// Provides what its function returns.
struct Given(fn() -> CredentialsFuture<'static>);

impl ProvideCredentials for Given {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        (self.0)()
    }
}

/// The error of a stop by a client with this provider.
async fn stop_with(provider: impl ProvideCredentials + 'static, script: &Script) -> crate::Error {
    let client = client_with(settings().credentials_provider(provider), script);
    client.stop_sync(TASK).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn provider_failure_is_not_sent_and_keeps_its_cause() {
    let provider = Given(|| Box::pin(async { Err("vault is sealed".into()) }));
    let script = Script::default();
    let error = stop_with(provider, &script).await;
    assert_eq!(
        (error.kind(), error.attempts(), script.count()),
        (ErrorKind::Credentials, 1, 0)
    );
    assert!(!error.may_have_been_applied());
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "vault is sealed"
    );
    assert!(
        !error.to_string().contains("sealed"),
        "the cause belongs to source(): {error}"
    );
}

#[tokio::test(start_paused = true)]
async fn provided_credentials_with_empty_secret_are_not_sent() {
    let provider = Given(|| Box::pin(async { Ok(Credentials::ak_sk("AKINVENTED", "")) }));
    let script = Script::default();
    let error = stop_with(provider, &script).await;
    assert_eq!((error.kind(), script.count()), (ErrorKind::Credentials, 0));
    assert!(
        error.to_string().contains("secret access key is empty"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn provider_that_hangs_times_out_and_is_not_sent() {
    let provider = Given(|| Box::pin(std::future::pending()));
    let script = Script::default();
    let error = stop_with(provider, &script).await;
    assert_eq!((error.kind(), script.count()), (ErrorKind::Timeout, 0));
    assert!(!error.may_have_been_applied());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn provider_time_counts_against_the_deadline() {
    let provider = Given(|| {
        Box::pin(async {
            sleep(Duration::from_secs(100)).await;
            Ok(Credentials::token("tokenInvented"))
        })
    });
    let script = Script::new([Step::silence()]);
    let began = clock::instant();
    let error = stop_with(provider, &script).await;
    assert_eq!((error.kind(), script.count()), (ErrorKind::Timeout, 1));
    assert!(error.may_have_been_applied(), "it was sent: {error}");
    let took = clock::instant() - began;
    assert!(
        (Duration::from_secs(120)..Duration::from_millis(120_010)).contains(&took),
        "{took:?}"
    );
}

/// Provides its results in order, one per call.
struct InTurn(Mutex<VecDeque<Result<Credentials, &'static str>>>);

impl InTurn {
    fn new(results: impl IntoIterator<Item = Result<Credentials, &'static str>>) -> Self {
        Self(Mutex::new(results.into_iter().collect()))
    }
}

impl ProvideCredentials for InTurn {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        let next = self.0.lock().unwrap().pop_front();
        Box::pin(async { Ok(next.expect("no further call for credentials")?) })
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_expired_between_attempts_are_not_sent() {
    for run_out in [Err("expired"), Ok(Credentials::token(""))] {
        let script = Script::new([says(429, "")]);
        let provider = InTurn::new([Ok(Credentials::token("tokenInvented")), run_out]);
        let error = stop_with(provider, &script).await;
        assert_eq!(
            (error.kind(), error.attempts(), script.count()),
            (ErrorKind::Credentials, 2, 1)
        );
        assert!(!error.may_have_been_applied());
    }
}

#[tokio::test(start_paused = true)]
async fn provider_failure_is_not_cached() {
    let script = Script::new([stopped()]);
    let provider = InTurn::new([Err("not now"), Ok(Credentials::token("tokenInvented"))]);
    let client = client_with(settings().credentials_provider(provider), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 1);
    assert_eq!(script.count(), 1);
}
