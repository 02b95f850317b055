//! Responses of earlier attempts: a later failure does not hide them.

use super::*;
use crate::{ErrorKind, RetryConfig};

/// A refusal with this request id.
fn refused_under(request_id: &str) -> Step {
    let mut refusal = answer(503, NOT_NOW);
    let headers = refusal.headers_mut();
    headers.insert("x-request-id", request_id.parse().unwrap());
    Step::response(refusal)
}

#[tokio::test(start_paused = true)]
async fn earlier_response_survives_a_later_failure() {
    let script = Script::new([refused_under("r-7"), Step::not_sent(), Step::not_sent()]);
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Connect, None));
    let previous = error.previous().unwrap();
    assert_eq!(
        (previous.status(), previous.code(), previous.request_id()),
        (Some(503), Some("APIGW.0308"), Some("r-7"))
    );
    assert_eq!(
        (previous.attempts(), previous.body()),
        (1, NOT_NOW.as_bytes())
    );
    assert!(previous.previous().is_none());
    assert_eq!(
        error.to_string(),
        "StopMigrationTaskSync: no connection: host 127.0.0.1:9 [3 attempts] \
         [attempt 1: HTTP 503 APIGW.0308, request r-7]: check endpoint, network and proxy"
    );
}

#[tokio::test(start_paused = true)]
async fn delete_500_then_no_connection_keeps_the_500() {
    let script = Script::new([says(500, ""), Step::not_sent(), Step::not_sent()]);
    let error = client(&script).delete(&[TASK]).await.unwrap_err();
    assert!(error.may_have_been_applied());
    let previous = error.previous().unwrap();
    assert_eq!(
        (previous.status(), previous.request_id()),
        (Some(500), Some("r-1"))
    );
}

#[tokio::test(start_paused = true)]
async fn all_earlier_responses_are_kept_up_to_16() {
    let ids = (1..=20).map(|attempt| refused_under(&format!("r-{attempt}")));
    let script = Script::new(ids.chain([Step::fail(SendCause::Tls)]));
    let retry = RetryConfig::default()
        .with_max_attempts(100)
        .with_max_backoff(Duration::from_secs(1));
    let client = client_with(settings().retry(retry), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    let kept = std::iter::successors(error.previous(), |error| error.previous());
    let kept: Vec<_> = kept.map(|error| error.request_id().unwrap()).collect();
    assert_eq!((kept[0], kept[15], kept.len()), ("r-20", "r-5", 16));
    assert!(
        error
            .previous()
            .unwrap()
            .previous()
            .unwrap()
            .body()
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn on_retry_reports_each_attempt_and_its_backoff() {
    let mut refusal = answer(503, NOT_NOW);
    let headers = refusal.headers_mut();
    headers.insert("retry-after", "7".parse().unwrap());
    let script = Script::new([Step::response(refusal), Step::not_sent(), stopped()]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = told.clone();
    let client = client(&script).on_retry(move |error, pause| {
        let told = (error.status(), error.attempts(), pause.as_secs());
        kept.lock().unwrap().push(told);
    });
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(*told.lock().unwrap(), [(Some(503), 1, 7), (None, 2, 0)]);
}
