//! Response bodies in any state: a bad body never hides the status.

use super::*;
use crate::{Error, ErrorKind, RetryConfig, types};

/// The error of a stop that gets this response and is not retried.
async fn stop_after(answer: http::Response<Body>) -> Error {
    let script = Script::new([Step::response(answer)]);
    let client = client_with(settings().retry(RetryConfig::disabled()), &script);
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((script.count(), error.attempts()), (1, 1));
    error
}

#[tokio::test(start_paused = true)]
async fn documented_error_is_read_for_each_documented_status() {
    let bodies = [
        r#"{"error_code":"DCS.5000","error_msg":"m","error_ext_msg":"e"}"#,
        r#"{"error_code":"DCS.5000","error_msg":"m","error_ext_msg":null}"#,
        r#"{"error_code":"DCS.5000","error_msg":"m"}"#,
        r#"{"news":{"a":[1]},"error_code":"DCS.5000","error_msg":"m","more":null}"#,
    ];
    for status in [400, 401, 403, 404, 500] {
        for body in bodies {
            let error = stop_after(answer(status, body)).await;
            assert_eq!(
                (error.kind(), error.status(), error.code(), error.message()),
                (
                    ErrorKind::Service,
                    Some(status),
                    Some("DCS.5000"),
                    Some("m")
                )
            );
            assert_eq!(error.request_id(), Some("r-1"));
            assert_eq!(error.body(), body.as_bytes(), "the raw body is kept");
            assert_eq!(error.may_have_been_applied(), status == 500);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_error_shape_keeps_status_and_request_id() {
    let long = format!(r#"{{"error_code":"{}"}}"#, "9".repeat(1025));
    let deep = format!(
        r#"{{"trace":{}{},"error_code":"X"}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    let long_code = "9".repeat(64) + "…";
    for (body, code) in [
        (&b""[..], None),
        (b"{}", None),
        (b"null", None),
        (b"[]", None),
        (b"[\"a\",\"b\",\"c\"]", None),
        (b"\"x\"", None),
        (b"<html><h1>403</h1></html>", None),
        (br#"{"error_code":4957}"#, Some("4957")),
        (br#"{"error_code":["X"]}"#, None),
        (br#"{"error_code":null}"#, None),
        (long.as_bytes(), Some(&*long_code)),
        (
            b"{\"error_code\":\"X\",\"error_msg\":\"\xff\xfe\"}",
            Some("X"),
        ),
        (b"\xef\xbb\xbf{\"error_code\":\"X\"}", Some("X")),
        (b"{\"error_code\":\"X\"}\0garbage", Some("X")),
        (br#"{"error_code":"X","error_msg":"\ud800"}"#, Some("X")),
        (br#"{"error_code":"X","error_code":"Y"}"#, Some("Y")),
        (br#"{"error_code":"X","error_msg":"cut he"#, Some("X")),
        (deep.as_bytes(), Some("X")),
    ] {
        for status in [400, 401, 403, 418, 451, 500, 599] {
            let error = stop_after(answer(status, body.to_vec())).await;
            let told = String::from_utf8_lossy(body);
            assert_eq!(
                (error.status(), error.code()),
                (Some(status), code),
                "{told}"
            );
            assert_eq!(error.request_id(), Some("r-1"));
            assert_eq!(error.body(), body);
            assert_eq!(error.may_have_been_applied(), status >= 500, "{told}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn captive_portal_200_is_error_that_keeps_start_of_page() {
    let page = format!("<html>Log in {}</html>", "x".repeat(100_000));
    let error = stop_after(answer(200, page.clone())).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Service, Some(200))
    );
    assert!(error.may_have_been_applied());
    assert!(error.message().unwrap().starts_with("<html>Log in xxx"));
    assert!(error.to_string().chars().count() < 1024);
    assert_eq!(error.body(), &page.as_bytes()[..64 * 1024]);
}

#[tokio::test(start_paused = true)]
async fn content_type_is_ignored() {
    for content_type in [None, Some("text/html"), Some("nonsense"), Some("\u{e9}")] {
        let typed = |mut answer: http::Response<Body>| {
            if let Some(value) = content_type {
                let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
                answer.headers_mut().insert("content-type", value);
            }
            answer
        };
        let refusal = answer(400, r#"{"error_code":"DCS.4957"}"#);
        let error = stop_after(typed(refusal)).await;
        assert_eq!(error.code(), Some("DCS.4957"), "{content_type:?}");
        let script = Script::new([Step::response(typed(answer(200, r#"{"task_id":"t"}"#)))]);
        let task = client(&script).show(TASK).await.unwrap().into_body();
        assert_eq!(task.task_id.as_deref(), Some("t"), "{content_type:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn update_200_accepts_empty_text_or_error_free_object() {
    let update = async |body: &'static str| {
        let script = Script::new([says(200, body)]);
        let client = client(&script);
        client.update(TASK, types::ResumeMode::Auto).await
    };
    for body in ["", "{}", "null", r#""done""#, r#"{"id":"x"}"#] {
        assert_eq!(update(body).await.unwrap().status(), 200, "{body}");
    }
    for body in ["[]", "1", "<html>", r#"{"error_code":["X"]}"#] {
        let error = update(body).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Service, Some(200)),
            "{body}"
        );
        assert!(error.may_have_been_applied());
    }
}

#[tokio::test(start_paused = true)]
async fn stop_200_with_error_code_of_any_type_is_error() {
    for body in [
        r#"{"error_code":"DCS.5000"}"#,
        r#"{"error_code":["DCS.5000"]}"#,
        r#"{"error":{"code":{}}}"#,
    ] {
        let script = Script::new([says(200, body)]);
        let error = client(&script).stop(TASK).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Service, Some(200)),
            "{body}"
        );
        assert!(error.may_have_been_applied());
    }
}
