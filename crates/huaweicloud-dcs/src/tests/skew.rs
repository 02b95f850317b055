//! A wrong clock is corrected once, from the `Date` of the refusal.

use super::*;

/// A refused signature from a service whose clock differs by this many seconds.
fn refused(code: &str, seconds: i64) -> http::Response<Body> {
    let mut answer = answer(
        401,
        format!(r#"{{"error_code":"{code}","error_msg":"signature expired"}}"#),
    );
    let size = Duration::from_secs(seconds.unsigned_abs());
    let date = if seconds < 0 {
        beginning() - size
    } else {
        beginning() + size
    };
    answer
        .headers_mut()
        .insert("date", httpdate::fmt_http_date(date).parse().unwrap());
    answer
}

#[tokio::test(start_paused = true)]
async fn clock_20_minutes_off_is_corrected_for_later_calls() {
    for (code, seconds, dates) in [
        (
            "APIGW.0301",
            1200,
            ["20260102T030405Z", "20260102T032405Z", "20260102T032405Z"],
        ),
        (
            "APIGW.0303",
            -1200,
            ["20260102T030405Z", "20260102T024405Z", "20260102T024405Z"],
        ),
    ] {
        let script = Script::new([Step::response(refused(code, seconds)), stopped(), stopped()]);
        let client = client(&script);
        assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 2);
        client.clone().stop_sync(TASK).await.unwrap();
        let sent: Vec<_> = script
            .seen()
            .iter()
            .map(|seen| seen.header("x-sdk-date").to_owned())
            .collect();
        assert_eq!(sent, dates);
    }
}

#[tokio::test(start_paused = true)]
async fn refusal_without_skew_evidence_is_not_retried() {
    let mut aged = refused("APIGW.0301", 1200);
    aged.headers_mut().insert("age", "1200".parse().unwrap());
    let mut dateless = refused("APIGW.0301", 1200);
    dateless.headers_mut().remove("date");
    let mut nonsense = refused("APIGW.0301", 1200);
    nonsense
        .headers_mut()
        .insert("date", "yesterday".parse().unwrap());
    let mut forbidden = refused("APIGW.0301", 1200);
    *forbidden.status_mut() = http::StatusCode::FORBIDDEN;
    let one_minute = refused("APIGW.0301", 60);
    let other_code = refused("APIGW.0307", 1200);
    for answer in [aged, dateless, nonsense, forbidden, one_minute, other_code] {
        let script = Script::new([Step::response(answer)]);
        assert_eq!(
            client(&script)
                .stop_sync(TASK)
                .await
                .unwrap_err()
                .attempts(),
            1
        );
    }
}

#[tokio::test(start_paused = true)]
async fn slow_refusal_does_not_correct_the_clock() {
    let script =
        Script::new([Step::response(refused("APIGW.0301", 4000)).after(Duration::from_secs(901))]);
    let client = client_with(settings().timeout(Duration::from_secs(3600)), &script);
    assert_eq!(client.stop_sync(TASK).await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn absurd_date_does_not_correct_the_clock() {
    let mut far_off = refused("APIGW.0301", 0);
    let date = "Thu, 30 Dec 9999 22:00:01 GMT".parse().unwrap();
    far_off.headers_mut().insert("date", date);
    let script = Script::new([Step::response(far_off), stopped()]);
    let client = client(&script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(
        (error.status(), error.code(), error.attempts()),
        (Some(401), Some("APIGW.0301"), 1)
    );
    // A refused key is held back for 5 minutes.
    sleep(Duration::from_secs(301)).await;
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(script.seen()[1].header("x-sdk-date"), "20260102T030906Z");
}

#[tokio::test(start_paused = true)]
async fn second_refusal_after_correction_is_not_retried() {
    let script = Script::new([
        Step::response(refused("APIGW.0301", 1200)),
        Step::response(refused("APIGW.0301", 4800)),
    ]);
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(401), 2));
    assert!(!error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn token_call_is_not_retried_for_skew() {
    let script = Script::new([Step::response(refused("APIGW.0301", 1200))]);
    let client = client_with(
        settings().credentials(Credentials::token("tokenInvented")),
        &script,
    );
    assert_eq!(client.stop_sync(TASK).await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_are_all_corrected() {
    // Slow enough that both are sent before either response.
    let refusal = || Step::response(refused("APIGW.0301", 1200)).after(Duration::from_secs(3));
    let script = Script::new([refusal(), refusal(), stopped(), stopped()]);
    let client = client(&script);
    let (one, other) = tokio::join!(client.stop_sync(TASK), client.stop_sync(TASK));
    assert_eq!((one.unwrap().attempts(), other.unwrap().attempts()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn retry_after_date_uses_the_corrected_clock() {
    let mut busy = answer(503, NOT_NOW);
    let date = httpdate::fmt_http_date(beginning() + Duration::from_secs(1207));
    busy.headers_mut()
        .insert("retry-after", date.parse().unwrap());
    let script = Script::new([
        Step::response(refused("APIGW.0301", 1200)),
        Step::response(busy),
        stopped(),
    ]);
    let stop = client(&script).stop_sync(TASK).await.unwrap();
    assert_eq!(stop.attempts(), 3);
    let seen = script.seen();
    let waited = seen[2].at - seen[1].at;
    assert!(
        (Duration::from_secs(7)..Duration::from_secs(8)).contains(&waited),
        "{waited:?}"
    );
}
