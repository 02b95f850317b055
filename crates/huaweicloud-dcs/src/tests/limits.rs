//! Timeouts of a call, and clocks that jump.

use super::tokens::{granted, user};
use futures_util::FutureExt as _;

use super::*;
use crate::{CredentialsFuture, ErrorKind, ProvideCredentials, RetryConfig};

const SECOND: Duration = Duration::from_secs(1);

/// A refusal for now with this `Retry-After`.
fn wait(retry_after: impl std::fmt::Display) -> Step {
    let mut refusal = answer(429, r#"{"error_code":"APIGW.0308"}"#);
    let value = retry_after.to_string().parse().unwrap();
    refusal.headers_mut().insert("retry-after", value);
    Step::response(refusal)
}

#[tokio::test(start_paused = true)]
async fn response_counts_only_if_it_beats_the_deadline() {
    let [before, after] = [119_999, 120_001].map(Duration::from_millis);
    let script = Script::new([Step::response(answer(204, "")).after(before)]);
    assert_eq!(client(&script).stop_sync(TASK).await.unwrap().attempts(), 1);

    let script = Script::new([Step::response(answer(204, "")).after(after)]);
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.may_have_been_applied() && !error.is_retryable());
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn request_is_dropped_at_the_deadline() {
    let script = Script::new([Step::silence()]);
    client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!(script.pending(), 0, "nothing waits for the response");
}

#[tokio::test(start_paused = true)]
async fn read_timeout_does_not_limit_a_stop() {
    let script = Script::new([Step::response(answer(204, "")).after(20 * SECOND)]);
    let client = client_with(settings().read_timeout(SECOND), &script);
    assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 1);
}

/// Otherwise the deadline would pass during the connect, and the outcome would seem unknown.
#[tokio::test(start_paused = true)]
async fn stop_retry_without_time_to_connect_is_not_begun() {
    let settings = settings().timeout(12 * SECOND).connect_timeout(5 * SECOND);
    let fails = || Step::not_sent().after(5 * SECOND);
    let script = Script::new([fails(), fails()]);
    let error = client_with(settings.clone(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2));
    assert!(!error.may_have_been_applied());
    assert!(error.to_string().contains("nothing was sent"), "{error}");

    let script = Script::new([wait(6), stopped()]);
    let stop = client_with(settings.clone(), &script);
    assert_eq!(stop.stop_sync(TASK).await.unwrap().attempts(), 2);
    let script = Script::new([wait(7)]);
    let error = client_with(settings.clone(), &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
    assert!(!error.may_have_been_applied());

    // A read is never applied, so it may use all the time that is left.
    let script = Script::new([wait(11), task("SUCCESS")]);
    let read = client_with(settings, &script).show(TASK).await.unwrap();
    assert_eq!(read.attempts(), 2);
}

/// A clock that goes back by an hour at each reading.
#[derive(Debug)]
struct SetBack(Mutex<SystemTime>);

impl Clock for SetBack {
    fn now(&self) -> SystemTime {
        let mut now = self.0.lock().unwrap();
        *now -= Duration::from_secs(3600);
        *now
    }
}

fn with_clock(script: &Script, clock: impl Clock + 'static) -> MigrationClient {
    let settings = settings().transport(Arc::new(script.clone()));
    settings.clock(clock).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn clock_set_back_changes_neither_deadline_nor_backoff() {
    let script = Script::new([wait(7), Step::silence()]);
    let client = with_clock(&script, SetBack(Mutex::new(beginning())));
    let began = clock::instant();
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    let took = clock::instant() - began;
    assert!(
        (120 * SECOND..121 * SECOND).contains(&took),
        "the deadline holds: {took:?}"
    );
    let seen = script.seen();
    let waited = seen[1].at - seen[0].at;
    assert!((7 * SECOND..8 * SECOND).contains(&waited), "{waited:?}");
}

/// A clock that always shows the same time.
#[derive(Debug)]
struct Still(SystemTime);

impl Clock for Still {
    fn now(&self) -> SystemTime {
        self.0
    }
}

#[tokio::test(start_paused = true)]
async fn clock_outside_1970_to_9999_sends_nothing() {
    for time in [
        UNIX_EPOCH - SECOND,
        UNIX_EPOCH + Duration::from_secs(253_402_300_800),
    ] {
        let script = Script::default();
        let error = with_clock(&script, Still(time))
            .stop_sync(TASK)
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 1));
        assert_eq!(script.count(), 0);
        assert!(!error.may_have_been_applied() && !error.is_retryable());
        assert_eq!(error.to_string().lines().count(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn unlimited_attempts_end_at_the_deadline() {
    let script = Script::new(std::iter::repeat_with(|| refused_for_now(503)).take(1000));
    let settings = settings().retry(RetryConfig::default().with_max_attempts(u32::MAX));
    let began = clock::instant();
    let error = client_with(settings, &script)
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(clock::instant() - began <= 120 * SECOND);
    assert_eq!(usize::try_from(error.attempts()), Ok(script.count()));
    assert!(!error.may_have_been_applied());
}

/// Provides a token after this time.
struct Slow(Duration);

impl ProvideCredentials for Slow {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        let pause = self.0;
        Box::pin(async move {
            sleep(pause).await;
            Ok(Credentials::token("tokenInvented"))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn stop_without_time_to_connect_is_not_sent() {
    let after = |pause| settings().credentials_provider(Slow(pause));
    let script = Script::default();
    let late = client_with(after(116 * SECOND), &script);
    let error = late.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(!error.may_have_been_applied() && error.is_retryable());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert_eq!(script.count(), 0);

    let script = Script::new([stopped()]);
    let early = client_with(after(114 * SECOND), &script);
    early.stop_sync(TASK).await.unwrap();

    // A read is never applied, so it may use all the time that is left.
    let script = Script::new([task("SUCCESS")]);
    let settings = after(116 * SECOND).read_timeout(120 * SECOND);
    client_with(settings, &script).show(TASK).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn token_call_with_short_read_timeout_is_sent() {
    let script = Script::new([granted("token-1"), stopped()]);
    let settings = user().read_timeout(SECOND).connect_timeout(5 * SECOND);
    client_with(settings, &script)
        .stop_sync(TASK)
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn stop_after_late_project_look_up_is_not_sent() {
    let projects = format!(r#"{{"projects":[{{"name":"ap-southeast-1","id":"{PROJECT}"}}]}}"#);
    let script = Script::new([Step::response(answer(200, projects)).after(116 * SECOND)]);
    let settings = MigrationClient::builder()
        .region("ap-southeast-1")
        .endpoint("http://127.0.0.1:9")
        .iam_endpoint("http://127.0.0.1:8")
        .read_timeout(120 * SECOND)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"));
    let error = client_with(settings, &script).stop_sync(TASK).await;
    let error = error.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Timeout, 1));
    assert!(!error.may_have_been_applied(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn on_retry_past_the_deadline_ends_the_call() {
    let script = Script::new([refused_for_now(429)]);
    let client = client(&script).on_retry(|_, _| {
        let _ = tokio::time::advance(Duration::from_secs(600)).now_or_never();
    });
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(!error.may_have_been_applied() && error.is_retryable());
    assert_eq!(script.count(), 1);
}
