//! The gate: how many requests are sent with an access key that is not yet accepted or was refused.

use futures_util::future::join_all;
use tokio::task::JoinSet;

use super::*;
use crate::{CredentialsFuture, Error, ErrorKind, ProvideCredentials};

const SECOND: Duration = Duration::from_secs(1);

fn wrong_key() -> http::Response<Body> {
    let body =
        r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information."}"#;
    answer(401, body)
}

/// Starts this many stops.
fn stops(client: &MigrationClient, count: u32) -> JoinSet<crate::Result<crate::Response<()>>> {
    let stop = |_| {
        let client = client.clone();
        async move { client.stop_sync(TASK).await }
    };
    (0..count).map(stop).collect()
}

/// Asserts that the call was held back and that its line names the earlier refusal.
#[track_caller]
fn held_back(error: &Error) {
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Credentials, None, 0),
        "{error}"
    );
    let line = error.to_string();
    assert!(line.contains("(APIGW.0301, request r-1)"), "{line}");
    assert!(!error.may_have_been_applied() && !error.is_retryable());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn refused_key_is_sent_once_by_50_calls() {
    for code in ["APIGW.0301", "APIGW.0303", "APIGW.0305"] {
        let refusal = answer(401, format!(r#"{{"error_code":"{code}"}}"#));
        let script = Script::new([Step::response(refusal).after(SECOND)]);
        let client = client(&script);
        let ended = stops(&client, 50).join_all().await;
        let kinds: Vec<_> = ended
            .into_iter()
            .map(|ended| ended.unwrap_err())
            .filter(|error| error.to_string().contains(code))
            .map(|error| error.kind())
            .collect();
        let sent = kinds.iter().filter(|kind| **kind == ErrorKind::Service);
        assert_eq!((kinds.len(), sent.count(), script.count()), (50, 1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn refused_key_is_held_back_for_5_minutes() {
    let script = Script::new([Step::response(wrong_key())]);
    let client = client(&script);
    let refused = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Service);
    for error in [
        client.stop_sync(TASK).await.unwrap_err(),
        client.clone().show(TASK).await.unwrap_err(),
    ] {
        held_back(&error);
    }
    sleep(299 * SECOND).await;
    held_back(&client.stop_sync(TASK).await.unwrap_err());
    assert_eq!(script.count(), 1);

    sleep(2 * SECOND).await;
    script.extend([stopped()]);
    client.stop_sync(TASK).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn key_refused_after_success_is_held_back() {
    let script = Script::new([stopped(), Step::response(wrong_key())]);
    let client = client(&script);
    client.stop_sync(TASK).await.unwrap();
    client.stop_sync(TASK).await.unwrap_err();
    held_back(&client.stop_sync(TASK).await.unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn key_without_response_sends_at_most_4_requests() {
    let script = Script::new((0..4).map(|_| Step::silence()));
    let running = stops(&client(&script), 50);
    let mut counts = Vec::new();
    for _ in 0..5 {
        sleep(Duration::from_millis(1900)).await;
        counts.push(script.count());
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(counts, [1, 2, 3, 4, 4]);

    let ended = running.join_all().await;
    let errors: Vec<_> = ended.into_iter().map(Result::unwrap_err).collect();
    assert!(
        errors
            .iter()
            .all(|error| error.kind() == ErrorKind::Timeout)
    );
    let unsent = |error: &&Error| !error.may_have_been_applied();
    assert_eq!(errors.iter().filter(unsent).count(), 46);
    let line = errors.iter().find(unsent).unwrap().to_string();
    assert!(line.contains("nothing was sent"), "{line}");
    assert_eq!(script.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn accepted_key_releases_all_waiting_calls() {
    for status in [204, 403, 404, 500] {
        let first = Step::response(answer(status, "")).after(SECOND);
        let script = Script::new([first].into_iter().chain((0..49).map(|_| Step::silence())));
        let client = client(&script);
        let running = stops(&client, 50);
        sleep(SECOND / 2).await;
        assert_eq!(script.count(), 1);
        sleep(SECOND).await;
        assert_eq!(script.count(), 50, "after {status}");
        drop(running);
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_call_releases_the_next_call() {
    let script = Script::new([Step::silence(), stopped()]);
    let client = client(&script);
    drop(tokio::time::timeout(SECOND, client.stop_sync(TASK)).await);
    let began = clock::instant();
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(clock::since(began), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn key_with_corrected_clock_is_not_held_back() {
    let mut off = wrong_key();
    let date = httpdate::fmt_http_date(beginning() + 20 * 60 * SECOND);
    off.headers_mut().insert("date", date.parse().unwrap());
    let script = Script::new(
        [Step::response(off)]
            .into_iter()
            .chain((0..50).map(|_| stopped())),
    );
    let ended = stops(&client(&script), 50).join_all().await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!(script.count(), 51);
}

#[tokio::test(start_paused = true)]
async fn wait_at_the_gate_does_not_use_up_the_read_timeout() {
    let late = || Step::response(answer(200, r#"{"status":"SUCCESS"}"#)).after(20 * SECOND);
    let script = Script::new((0..5).map(|_| late()));
    let client = client(&script);
    // The fifth read waits for the first response, and its own arrives 40 s after it began.
    let ended = join_all((0..5).map(|_| client.show(TASK))).await;
    assert!(ended.iter().all(Result::is_ok), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn token_calls_skip_the_gate() {
    let script = Script::new((0..50).map(|_| Step::silence()));
    let settings = settings().credentials(Credentials::token("tokenInvented"));
    let running = stops(&client_with(settings, &script), 50);
    sleep(SECOND).await;
    assert_eq!(script.count(), 50);
    drop(running);
}

/// Provides the access key of this name.
#[derive(Clone)]
struct Named(Arc<Mutex<&'static str>>);

impl ProvideCredentials for Named {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        let id = *self.0.lock().unwrap();
        Box::pin(async move { Ok(Credentials::ak_sk(id, "skInvented0001")) })
    }
}

#[tokio::test(start_paused = true)]
async fn other_key_is_sent_while_one_is_held_back() {
    let named = Named(Arc::new(Mutex::new("AKFIRST")));
    let script = Script::new([Step::response(wrong_key()), stopped(), stopped()]);
    let client = client_with(settings().credentials_provider(named.clone()), &script);
    client.stop_sync(TASK).await.unwrap_err();
    for _ in 0..2 {
        *named.0.lock().unwrap() = "AKSECOND";
        client.stop_sync(TASK).await.unwrap();
        *named.0.lock().unwrap() = "AKFIRST";
        held_back(&client.stop_sync(TASK).await.unwrap_err());
    }
    assert_eq!(script.count(), 3);
}
