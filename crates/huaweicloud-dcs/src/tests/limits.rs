//! What the limits of a call and strange clocks do to it.

use super::tokens::{granted, user};
use futures_util::FutureExt as _;

use super::*;
use crate::{CredentialsFuture, ErrorKind, ProvideCredentials, RetryConfig};

const SECOND: Duration = Duration::from_secs(1);

/// A refusal for now that asks for a wait.
fn wait(retry_after: impl std::fmt::Display) -> Step {
    let mut refusal = answer(429, r#"{"error_code":"APIGW.0308"}"#);
    let value = retry_after.to_string().parse().unwrap();
    refusal.headers_mut().insert("retry-after", value);
    Step::Answer(refusal)
}

#[tokio::test(start_paused = true)]
async fn an_answer_a_millisecond_before_the_limit_counts_and_one_after_it_does_not() {
    let [before, after] = [119_999, 120_001].map(Duration::from_millis);
    let script = Script::new([Step::Late(before, answer(204, ""))]);
    assert_eq!(client(&script).stop_sync(TASK).await.unwrap().attempts(), 1);

    let script = Script::new([Step::Late(after, answer(204, ""))]);
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.may_have_been_applied() && !error.is_retryable());
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_is_dropped_when_the_limit_passes() {
    let script = Script::new([Step::Silence]);
    client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!(script.pending(), 0, "nobody waits for the answer any more");
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_a_reads_attempt_is_none_of_a_stops() {
    let script = Script::new([Step::Late(20 * SECOND, answer(204, ""))]);
    let client = client_with(settings().read_timeout(SECOND), &script);
    assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 1);
}

/// The limit would pass while it connects, and the call would seem to have been sent.
#[tokio::test(start_paused = true)]
async fn no_stop_is_begun_that_may_not_even_be_connected_in_time() {
    let settings = settings().timeout(12 * SECOND).connect_timeout(5 * SECOND);
    let fails = || Step::LateFail(5 * SECOND, SendCause::Connect);
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

    // What only reads was never applied: there, all the time that is left is used.
    let script = Script::new([wait(11), task("SUCCESS")]);
    let read = client_with(settings, &script).show(TASK).await.unwrap();
    assert_eq!(read.attempts(), 2);
}

/// A clock that somebody sets back by an hour whenever it is looked at.
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
async fn a_clock_that_is_set_back_changes_neither_limits_nor_waits() {
    let script = Script::new([wait(7), Step::Silence]);
    let client = with_clock(&script, SetBack(Mutex::new(beginning())));
    let began = clock::instant();
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    let took = clock::instant() - began;
    assert!(
        (120 * SECOND..121 * SECOND).contains(&took),
        "the limit is kept to: {took:?}"
    );
    let seen = script.seen();
    let waited = seen[1].at - seen[0].at;
    assert!((7 * SECOND..8 * SECOND).contains(&waited), "{waited:?}");
}

/// A clock that stands still.
#[derive(Debug)]
struct Still(SystemTime);

impl Clock for Still {
    fn now(&self) -> SystemTime {
        self.0
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_that_no_signature_can_say_is_an_error_and_nothing_is_sent() {
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
async fn however_many_attempts_are_allowed_each_waits_and_the_limit_ends_them() {
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

/// Gives a token when most of the call's time is over.
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

    // What only reads was never applied: there, all the time that is left is used.
    let script = Script::new([task("SUCCESS")]);
    let settings = after(116 * SECOND).read_timeout(120 * SECOND);
    client_with(settings, &script).show(TASK).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn token_call_with_a_short_read_timeout_is_sent() {
    let script = Script::new([granted("token-1"), stopped()]);
    let settings = user().read_timeout(SECOND).connect_timeout(5 * SECOND);
    client_with(settings, &script)
        .stop_sync(TASK)
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn stop_after_a_late_look_up_is_not_sent() {
    let projects = format!(r#"{{"projects":[{{"name":"ap-southeast-1","id":"{PROJECT}"}}]}}"#);
    let script = Script::new([Step::Late(116 * SECOND, answer(200, projects))]);
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
async fn report_of_a_retry_that_takes_longer_than_the_call_may_is_followed_by_no_attempt() {
    let script = Script::new([refused_for_now(429)]);
    let client = client(&script).on_retry(|_, _| {
        let _ = tokio::time::advance(Duration::from_secs(600)).now_or_never();
    });
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(!error.may_have_been_applied() && error.is_retryable());
    assert_eq!(script.count(), 1);
}
