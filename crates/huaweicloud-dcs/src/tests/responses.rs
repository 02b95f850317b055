//! Responses of every kind: the client keeps what arrived and invents nothing.

use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::StreamBody;

use super::*;
use crate::ErrorKind;

/// A body of chunks. An `Err` chunk breaks the connection.
fn chunks(
    chunks: impl IntoIterator<Item = Result<Bytes, &'static str>, IntoIter: Send + Sync + 'static>,
) -> Body {
    Body::wrap(StreamBody::new(stream::iter(
        chunks.into_iter().map(|chunk| chunk.map(Frame::data)),
    )))
}

fn endless() -> Body {
    chunks(std::iter::repeat_with(|| {
        Ok(Bytes::from_static(&[b'x'; 4096]))
    }))
}

async fn stop_after(step: Step) -> crate::Error {
    let script = Script::new([step]);
    let client = client_with(settings().retry(crate::RetryConfig::disabled()), &script);
    client.stop_sync(TASK).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn project_mismatch_advice_names_project_not_token() {
    let body = r#"{"error_code":"DCS.1004","error_msg":"Project ID does not match the token."}"#;
    let line = stop_after(says(401, Body::from(body))).await.to_string();
    assert!(line.contains("check project id and region"), "{line}");
    assert!(!line.contains("new token"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn stop_4xx_other_than_408_is_refused_and_2xx_3xx_5xx_unknown() {
    for status in [400, 401, 403, 404, 405, 413, 418, 429, 451, 494, 499] {
        let broken = chunks([Ok(Bytes::from_static(b"{\"error_co")), Err("cut")]);
        for body in [Body::from(""), Body::from("<html>"), broken] {
            let error = stop_after(says(status, body)).await;
            assert_eq!(
                (error.status(), error.kind()),
                (Some(status), ErrorKind::Service)
            );
            assert!(!error.may_have_been_applied(), "{status}");
        }
    }
    for status in [
        201, 202, 203, 205, 206, 299, 300, 301, 302, 303, 304, 307, 308, 500, 501, 502, 504, 505,
        599, 600, 999,
    ] {
        for body in ["", "{}", r#"{"id":"x"}"#, "<html>"] {
            let error = stop_after(says(status, body)).await;
            assert_eq!(
                (error.status(), error.kind()),
                (Some(status), ErrorKind::Service)
            );
            assert!(error.may_have_been_applied(), "{status}");
            let line = error.to_string();
            assert!(line.contains(&format!("HTTP {status}")), "{line}");
            assert!(line.contains("read the task before you retry"), "{line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn stop_408_or_503_without_own_code_is_unknown() {
    for status in [408, 503] {
        let own = status.to_string();
        for body in [
            String::new(),
            "upstream connect error".to_owned(),
            "<html>DCS.5000</html>".to_owned(),
            "{}".to_owned(),
            r#"{"error_code":""}"#.to_owned(),
            r#"{"error_msg":"busy"}"#.to_owned(),
            // A code that only repeats the status is no proof, but `code()` still shows it.
            format!(r#"{{"error_code":"{own}"}}"#),
            format!(r#"{{"error":{{"code":{own},"message":"busy"}}}}"#),
        ] {
            let mut bare = answer(status, body.clone());
            let headers = bare.headers_mut();
            headers.insert("retry-after", "1".parse().unwrap());
            let script = Script::new([Step::response(bare)]);
            let error = client(&script).stop_sync(TASK).await.unwrap_err();
            assert!(error.may_have_been_applied(), "{status} {body}");
            assert!(!error.is_retryable(), "{status} {body}");
            let shown = body.contains(&own).then_some(&own[..]);
            assert_eq!((error.attempts(), error.code()), (1, shown), "{body}");
        }
        for body in [
            NOT_NOW,
            r#"{"error_code":"DCS.5000"}"#,
            r#"{"errorCode":"111400998"}"#,
            r#"{"error":{"code":"IAM.0011"}}"#,
        ] {
            let error = stop_after(says(status, body)).await;
            assert!(!error.may_have_been_applied(), "{status} {body}");
            assert!(error.is_retryable(), "{status} {body}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn read_503_without_code_is_retried_after_retry_after() {
    let mut bare = answer(503, "");
    let headers = bare.headers_mut();
    headers.insert("retry-after", "7".parse().unwrap());
    let script = Script::new([Step::response(bare), says(408, ""), task("RUNNING")]);
    let shown = client(&script).show(TASK).await.unwrap();
    assert_eq!(shown.attempts(), 3);
    let seen = script.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn stop_200_is_success_only_with_empty_or_error_free_object() {
    for body in ["", "{}", r#"{"error_code":null}"#, r#"{"id":"x"}"#] {
        let script = Script::new([says(200, body)]);
        assert_eq!(
            client(&script).stop_sync(TASK).await.unwrap().status(),
            200,
            "{body}"
        );
    }
    for body in [
        "<html>log in</html>",
        "{",
        r#"{"error_code":"DCS.5000"}"#,
        r#"{"error":{"code":401}}"#,
        r#"{"error_code":["DCS.5000"]}"#,
        r#"{"a":{"b":[{"error_code":"DCS.5000"}]}}"#,
        r#"[{"error_code":"DCS.5000"}]"#,
        "[]",
        "null",
        r#""stopped""#,
    ] {
        let error = stop_after(says(200, body)).await;
        assert_eq!(
            (error.kind(), error.status(), error.request_id()),
            (ErrorKind::Service, Some(200), Some("r-1"))
        );
        assert!(error.may_have_been_applied(), "{body}");
        assert_eq!(error.body(), body.as_bytes(), "the body is kept");
    }
    for (body, code) in [
        ("", None),
        (r#"{"id":"#, None),
        (
            r#"{"error_code":"DCS.5000","error_msg":"cu"#,
            Some("DCS.5000"),
        ),
    ] {
        let cut = chunks([Ok(Bytes::from_static(body.as_bytes())), Err("cut")]);
        let error = stop_after(says(200, cut)).await;
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Transport, true)
        );
        assert_eq!((error.code(), error.body()), (code, body.as_bytes()));
    }
}

#[tokio::test(start_paused = true)]
async fn error_keeps_status_request_id_code_and_message() {
    for (status, body, code, message) in [
        (
            503,
            "<html><h1>503</h1></html>",
            None,
            Some("<html><h1>503</h1></html>"),
        ),
        (400, "", None, None),
        (
            401,
            r#"{"error":{"code":401,"message":"Wrong."}}"#,
            Some("401"),
            Some("Wrong."),
        ),
        (400, r#"{"error_code":"DCS.4133"}"#, Some("DCS.4133"), None),
        (
            400,
            r#"{"error_code":"DCS. 4855","error_msg":"m"}"#,
            Some("DCS.4855"),
            Some("m"),
        ),
        (500, r#"{"error_code":"#, None, Some(r#"{"error_code":"#)),
        (404, r#"["x"]"#, None, Some(r#"["x"]"#)),
        (
            403,
            r#"{"error_code":403,"error_msg":7}"#,
            Some("403"),
            Some("7"),
        ),
    ] {
        let error = stop_after(says(status, body)).await;
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(status), Some("r-1"))
        );
        assert_eq!((error.code(), error.message()), (code, message));
        assert_eq!(error.body(), body.as_bytes());
        assert_eq!(error.operation(), Some("StopMigrationTaskSync"));
    }
}

#[tokio::test(start_paused = true)]
async fn truncated_body_keeps_the_bytes_that_arrived() {
    let body = chunks([
        Ok(Bytes::from_static(b"{\"error_code\":\"DCS.4957\"}")),
        Err("cut"),
    ]);
    let error = stop_after(says(400, body)).await;
    assert_eq!(
        (error.status(), error.code()),
        (Some(400), Some("DCS.4957"))
    );

    let script = Script::new(
        [1, 2, 3].map(|_| says(200, chunks([Ok(Bytes::from_static(b"{")), Err("cut")]))),
    );
    let error = client(&script).show(TASK).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Transport, Some(200), 3)
    );
    assert_eq!(error.request_id(), Some("r-1"));
}

#[tokio::test(start_paused = true)]
async fn endless_body_is_read_up_to_its_cap() {
    let error = stop_after(says(500, endless())).await;
    assert_eq!((error.status(), error.body().len()), (Some(500), 64 * 1024));
    assert!(error.to_string().len() < 1024);

    let script = Script::new([says(200, endless())]);
    let error = client(&script).show(TASK).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Decode, Some(200), 1)
    );
    assert_eq!(error.body().len(), 64 * 1024);
}

#[tokio::test(start_paused = true)]
async fn refused_with_trickling_body_returns_after_5_s() {
    let trickle = stream::unfold((), |()| async {
        sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, &str>(Frame::data(Bytes::from_static(b" "))), ()))
    });
    let began = clock::instant();
    let error = stop_after(says(400, Body::wrap(StreamBody::new(Box::pin(trickle))))).await;
    assert_eq!(
        (error.kind(), error.status(), error.request_id()),
        (ErrorKind::Service, Some(400), Some("r-1"))
    );
    let took = clock::instant() - began;
    let limit = Duration::from_secs(5);
    assert!(
        (limit..limit + Duration::from_millis(10)).contains(&took),
        "{took:?}"
    );
    assert!(!error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn request_id_comes_from_header_then_body_then_trace_id() {
    let body = r#"{"error_code":"X","request_id":"from-body"}"#;
    let with = |headers: &[(&'static str, &[u8])], body: &'static str| {
        let mut answer = http::Response::builder()
            .status(400)
            .body(Body::from(body))
            .unwrap();
        for (name, value) in headers {
            answer
                .headers_mut()
                .append(*name, http::HeaderValue::from_bytes(value).unwrap());
        }
        stop_after(Step::response(answer))
    };
    for (headers, body, id) in [
        (
            &[("x-request-id", &b"h"[..]), ("x-iam-trace-id", b"t")][..],
            body,
            Some("h"),
        ),
        (
            &[("x-request-id", b"h"), ("x-request-id", b"h2")],
            body,
            Some("h"),
        ),
        (&[("x-iam-trace-id", b"t")], body, Some("from-body")),
        (&[("x-iam-trace-id", b"t")], "", Some("t")),
        (&[("x-request-id", b"\xff")], "", Some("\u{fffd}")),
        (&[], "", None),
    ] {
        assert_eq!(with(headers, body).await.request_id(), id);
    }
    let long = with(&[("x-request-id", &[b'r'; 8192])], "").await;
    assert!(long.request_id().unwrap().len() < 200);
}

#[tokio::test(start_paused = true)]
async fn show_malformed_task_is_decode_error_with_response() {
    for body in ["", "<html>", "[1]", r#"{"task_id":1}"#] {
        let script = Script::new([says(200, body)]);
        let error = client(&script).show(TASK).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.request_id()),
            (ErrorKind::Decode, Some(200), Some("r-1"))
        );
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test(start_paused = true)]
async fn show_reads_task_with_new_null_or_missing_members() {
    let body = r#"{"task_id":"t","status":"PAUSED","supported_features":null,"bandwidth_limit_mb":123,
        "source_instance":{"addrs":"10.0.0.1:6379","password":"hidden"},"news":{"a":[1]}}"#;
    let script = Script::new([says(200, body)]);
    let response = client(&script).show(TASK).await.unwrap();
    let task = response.body();
    assert_eq!(
        task.status.as_ref().map(ToString::to_string).as_deref(),
        Some("PAUSED")
    );
    assert_eq!(
        task.bandwidth_limit_mb
            .as_ref()
            .and_then(crate::types::NumberOrString::as_u64),
        Some(123)
    );
    assert!(!format!("{response:?}").contains("hidden"));
}
