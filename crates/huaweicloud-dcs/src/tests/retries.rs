//! Which calls are retried, when, and which are not.

use std::time::Duration;

use super::*;
use crate::{ErrorKind, RetryConfig};

#[tokio::test(start_paused = true)]
async fn stop_is_one_signed_post_without_body() {
    let script = Script::new([stopped()]);
    let response = client(&script).stop_sync(TASK).await.unwrap();
    assert_eq!(
        (
            response.status(),
            response.attempts(),
            response.request_id()
        ),
        (204, 1, Some("r-1"))
    );
    let [seen] = &script.seen()[..] else {
        panic!("{:?}", script.seen())
    };
    assert_eq!(seen.method, "POST");
    assert_eq!(
        seen.path,
        format!("/v2/{PROJECT}/migration-task/{TASK}/sync-stop")
    );
    assert_eq!(seen.header("content-length"), "0");
    assert_eq!(seen.header("content-type"), "application/json");
    assert_eq!(seen.header("host"), "127.0.0.1:9");
    assert_eq!(seen.header("x-project-id"), PROJECT);
    assert_eq!(seen.header("x-sdk-date"), "20260102T030405Z");
    assert!(seen.header("authorization").starts_with(
        "SDK-HMAC-SHA256 Access=AKINVENTED, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature="
    ));
    assert!(!seen.headers.contains_key("api-version"));
}

#[tokio::test(start_paused = true)]
async fn stop_refused_for_now_is_retried_with_new_signature() {
    for status in [408, 429, 503] {
        let mut refusal = answer(status, NOT_NOW);
        refusal
            .headers_mut()
            .insert("retry-after", "1".parse().unwrap());
        let script = Script::new([Step::response(refusal), stopped()]);
        let response = client(&script).stop_sync(TASK).await.unwrap();
        assert_eq!(response.attempts(), 2);
        let seen = script.seen();
        assert_ne!(seen[0].header("x-sdk-date"), seen[1].header("x-sdk-date"));
        assert_ne!(
            seen[0].header("authorization"),
            seen[1].header("authorization")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_delays_the_retry() {
    let mut refusal = answer(503, NOT_NOW);
    refusal
        .headers_mut()
        .insert("retry-after", "7".parse().unwrap());
    let script = Script::new([Step::response(refusal), stopped()]);
    client(&script).stop_sync(TASK).await.unwrap();
    let seen = script.seen();
    let waited = seen[1].at - seen[0].at;
    assert!(
        (Duration::from_secs(7)..Duration::from_millis(7010)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn unusable_retry_after_leaves_backoff_unchanged() {
    let pause_after = async |retry_after: Option<&str>| {
        // Backoff is random: the seed makes it the same in each round.
        fastrand::seed(1);
        let mut refusal = answer(503, NOT_NOW);
        if let Some(value) = retry_after {
            let value = value.parse().unwrap();
            refusal.headers_mut().insert("retry-after", value);
        }
        let script = Script::new([Step::response(refusal), stopped()]);
        let retry = RetryConfig::default().with_initial_backoff(Duration::from_secs(10));
        let client = client_with(settings().retry(retry), &script);
        client.stop_sync(TASK).await.unwrap();
        script.seen()[1].at - script.seen()[0].at
    };
    let pause = pause_after(None).await;
    assert!(pause > Duration::from_millis(100), "{pause:?}");
    for value in ["soon", "-1", "0", "", "Thu, 01 Jan 2026 00:00:00 GMT"] {
        assert_eq!(pause_after(Some(value)).await, pause, "{value:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_past_the_deadline_is_not_awaited() {
    for retry_after in [
        "120",
        "1000000000",
        "99999999999999999999999",
        "Fri, 02 Jan 2026 04:04:05 GMT",
    ] {
        let mut refusal = answer(429, r#"{"error_code":"APIGW.0308"}"#);
        refusal
            .headers_mut()
            .insert("retry-after", retry_after.parse().unwrap());
        let script = Script::new([Step::response(refusal)]);
        let began = clock::instant();
        let error = client(&script).stop_sync(TASK).await.unwrap_err();
        assert_eq!(
            (error.status(), error.code(), error.attempts()),
            (Some(429), Some("APIGW.0308"), 1)
        );
        assert_eq!(clock::instant(), began);
        assert!(error.is_retryable() && !error.may_have_been_applied());
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_refusal_is_returned_after_three_attempts() {
    let busy = |text: &str| {
        says(
            503,
            format!(r#"{{"error_code":"X.1","error_msg":"{text}"}}"#),
        )
    };
    let script = Script::new([busy("a"), busy("b"), busy("c")]);
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!(
        (error.status(), error.attempts(), error.message()),
        (Some(503), 3, Some("c"))
    );
    assert!(!error.may_have_been_applied());
    assert!(error.to_string().contains("[3 attempts]"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn retries_disabled_makes_one_attempt() {
    let script = Script::new([refused_for_now(503)]);
    let client = client_with(settings().retry(RetryConfig::disabled()), &script);
    assert_eq!(client.stop_sync(TASK).await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn stop_not_sent_is_retried() {
    let script = Script::new([Step::not_sent(), Step::not_sent(), stopped()]);
    assert_eq!(client(&script).stop_sync(TASK).await.unwrap().attempts(), 3);

    let script = Script::new([SendCause::Connect; 3].map(Step::fail));
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
    assert!(!error.may_have_been_applied() && error.is_retryable());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn stop_not_sent_is_signed_again_for_each_retry() {
    // Backoff is random. With this seed and 10 minutes at most, each is longer than a second, so the dates differ.
    fastrand::seed(1);
    let script = Script::new([Step::not_sent(), Step::not_sent(), stopped()]);
    let pause = Duration::from_secs(600);
    let retry = RetryConfig::default()
        .with_initial_backoff(pause)
        .with_max_backoff(pause);
    let settings = settings().retry(retry).timeout(Duration::MAX);
    client_with(settings, &script)
        .stop_sync(TASK)
        .await
        .unwrap();
    for header in ["x-sdk-date", "authorization"] {
        let seen = script.seen();
        let values: Vec<_> = seen.iter().map(|seen| seen.header(header)).collect();
        assert!(
            values[0] != values[1] && values[1] != values[2],
            "{header}: {values:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn tls_and_proxy_failures_are_not_retried() {
    for cause in [SendCause::Tls, SendCause::ProxyTls, SendCause::Proxy] {
        let script = Script::new([Step::fail(cause)]);
        let error = client(&script).stop_sync(TASK).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
        assert!(!error.may_have_been_applied() && !error.is_retryable());
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn unsendable_request_is_config_error() {
    let script = Script::new([Step::fail(SendCause::Unsendable)]);
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 1));
    assert!(!error.may_have_been_applied() && !error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn stop_that_may_have_been_applied_is_not_retried() {
    let ambiguous = [
        || Step::lost(),
        || says(500, ""),
        || says(502, "<html>"),
        || says(504, r#"{"error_code":"APIGW.0201"}"#),
    ];
    for step in ambiguous {
        let script = Script::new([step()]);
        let error = client(&script).stop_sync(TASK).await.unwrap_err();
        assert_eq!((script.count(), error.attempts()), (1, 1));
        assert!(
            error.may_have_been_applied() && !error.is_retryable(),
            "{error:?}"
        );
        assert!(
            error
                .to_string()
                .contains("it may have been applied: read the task"),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn read_is_retried_after_failures_that_end_a_stop() {
    for step in [
        Step::lost(),
        says(500, ""),
        says(502, ""),
        says(504, ""),
        Step::silence(),
    ] {
        let script = Script::new([step, task("SUCCESS")]);
        assert_eq!(client(&script).show(TASK).await.unwrap().attempts(), 2);
    }
    let script = Script::new([Step::silence(), Step::lost(), says(502, "")]);
    let error = client(&script).show(TASK).await.unwrap_err();
    assert_eq!(
        (
            error.status(),
            error.attempts(),
            error.may_have_been_applied()
        ),
        (Some(502), 3, false)
    );
}

#[tokio::test(start_paused = true)]
async fn final_4xx_is_not_retried() {
    for status in [400, 401, 403, 404, 405, 418, 451] {
        let script = Script::new([says(status, ""), says(status, "")]);
        let client = client(&script);
        for error in [
            client.stop_sync(TASK).await.unwrap_err(),
            client.show(TASK).await.unwrap_err(),
        ] {
            assert_eq!(
                (error.status(), error.attempts(), error.is_retryable()),
                (Some(status), 1, false)
            );
            assert!(!error.may_have_been_applied());
        }
        assert_eq!(script.count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn silent_stop_times_out_and_may_have_been_applied() {
    let script = Script::new([Step::silence()]);
    let began = clock::instant();
    let error = client(&script).stop_sync(TASK).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Timeout, None, 1)
    );
    assert!(error.may_have_been_applied());
    let took = clock::instant() - began;
    assert!(
        (Duration::from_secs(120)..Duration::from_millis(120_010)).contains(&took),
        "{took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn read_timeout_applies_under_endless_call_timeout() {
    let script = Script::new([Step::silence(), task("SUCCESS")]);
    let began = clock::instant();
    let read = client_with(
        settings()
            .read_timeout(Duration::from_secs(2))
            .timeout(Duration::MAX),
        &script,
    );
    read.show(TASK).await.unwrap();
    assert!(clock::instant() - began < Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn call_dropped_in_backoff_sends_no_further_request() {
    let mut refusal = answer(503, NOT_NOW);
    refusal
        .headers_mut()
        .insert("retry-after", "60".parse().unwrap());
    let script = Script::new([Step::response(refusal)]);
    let client = client(&script);
    assert!(
        tokio::time::timeout(Duration::from_secs(5), client.stop_sync(TASK))
            .await
            .is_err()
    );
    sleep(Duration::from_secs(600)).await;
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn id_that_changes_the_path_is_not_sent() {
    let script = Script::default();
    let client = client(&script);
    for id in [
        "",
        ".",
        "..",
        "..\\x",
        "a/b",
        &"a".repeat(65),
        "a\r\nb",
        "任务",
    ] {
        for error in [
            client.stop_sync(id).await.unwrap_err(),
            client.show(id).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
            assert!(
                error.to_string().contains("task_id") && !error.may_have_been_applied(),
                "{error}"
            );
        }
    }
    assert_eq!(script.count(), 0);
}

/// `delete` is the only changing call that is retried after an ambiguous failure.
#[tokio::test(start_paused = true)]
async fn lost_delete_stays_unknown_after_refused_retry() {
    let lost: [fn() -> Step; 2] = [|| says(504, ""), || Step::lost()];
    for first in lost {
        for last in [
            says(403, ""),
            Step::fail(SendCause::Tls),
            says(400, r#"{"error_code":"DCS.4133"}"#),
        ] {
            let script = Script::new([first(), last]);
            let error = client(&script).delete(&[TASK]).await.unwrap_err();
            assert_eq!((error.attempts(), script.count()), (2, 2));
            assert!(error.may_have_been_applied(), "{error}");
            assert!(error.to_string().contains("it may have been applied"));
        }
    }
}
