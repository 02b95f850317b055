//! Faults between request and response, section C of `faults.md`. A stop that may have been applied is reported as such
//! and never resent.

use std::time::Duration;

use huaweicloud_dcs::{Error, ErrorKind};

use crate::fault_sockets::{Act, STOPPED, Server, TASK, answer, write};

/// Asserts that a stop without a response made one attempt and may have been applied.
#[track_caller]
fn is_lost(error: &Error, kind: ErrorKind) {
    assert_eq!((error.kind(), error.status()), (kind, None), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
    assert!(
        error.may_have_been_applied() && !error.is_retryable(),
        "{error}"
    );
    let line = error.to_string();
    assert!(line.contains("read the task before you retry"), "{line}");
    assert!(line.len() < 1024 && line.lines().count() == 1, "{line}");
}

/// The error of one stop at a server that plays this script on each connection.
async fn stop_at(script: impl Into<Vec<Act>>) -> (Error, Server) {
    let server = Server::always(script).await;
    let error = server.client().stop_sync(TASK).await.unwrap_err();
    assert_eq!(server.connections(), 1, "{error}");
    (error, server)
}

#[tokio::test]
async fn close_before_request_is_read_is_unknown() {
    for script in [vec![Act::Finish, Act::AwaitClose], vec![]] {
        let (error, server) = stop_at(script).await;
        is_lost(&error, ErrorKind::Transport);
        assert_eq!(server.requests(), 0, "the server reads no request");
    }
}

#[tokio::test]
async fn close_or_reset_after_request_is_unknown_and_not_retried() {
    for end in [Act::Finish, Act::Reset] {
        let (error, server) = stop_at([Act::Read, end]).await;
        is_lost(&error, ErrorKind::Transport);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn reused_connection_closed_on_request_is_not_retried() {
    for end in [Act::Finish, Act::Reset] {
        let server = Server::always([Act::Read, write(STOPPED), Act::Read, end]).await;
        let client = server.client();
        assert_eq!(client.stop_sync("t-1").await.unwrap().attempts(), 1);
        is_lost(
            &client.stop_sync("t-2").await.unwrap_err(),
            ErrorKind::Transport,
        );
        assert_eq!((server.connections(), server.requests()), (1, 2));
        assert_eq!(server.requests_of("/t-2/"), 1);
    }
}

#[tokio::test]
async fn connection_closed_while_idle_is_not_reused() {
    let server = Server::always([Act::Read, write(STOPPED), Act::Finish, Act::AwaitClose]).await;
    let client = server.client();
    for count in 1..=3 {
        assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 1);
        server.closed(count).await;
        assert_eq!((server.connections(), server.requests()), (count, count));
    }
}

#[tokio::test]
async fn resets_after_300_responses_resend_no_request() {
    let server = Server::always([Act::Read, write(STOPPED), Act::Reset]).await;
    let client = server.client();
    for number in 0..300 {
        let id = format!("t-{number}");
        let result = client.stop_sync(&id).await;
        let came = server.requests_of(&format!("/{id}/"));
        match result {
            Ok(response) => assert_eq!((response.attempts(), came), (1, 1)),
            Err(error) => {
                is_lost(&error, ErrorKind::Transport);
                assert!(came <= 1, "{id} came {came} times");
            }
        }
    }
    // No request arrived late either.
    assert_eq!(server.most_of_one(), 1);
}

#[tokio::test]
async fn silent_server_times_out_and_connection_is_closed() {
    let server = Server::always([Act::Read, Act::AwaitClose]).await;
    let settings = server.settings().timeout(Duration::from_millis(300));
    let error = settings.build().unwrap().stop_sync(TASK).await.unwrap_err();
    is_lost(&error, ErrorKind::Timeout);
    server.closed(1).await;
    assert_eq!((server.connections(), server.requests()), (1, 1));
}

#[tokio::test]
async fn response_on_half_closed_connection_is_used() {
    let refusal =
        "HTTP/1.1 400 Bad Request\r\nX-Request-Id: r-1\r\n\r\n{\"error_code\":\"DCS.4957\"}";
    for script in [
        vec![Act::Read, write(refusal), Act::Finish, Act::AwaitClose],
        vec![Act::Read, Act::Deafen, write(refusal), Act::Finish],
    ] {
        let (error, server) = stop_at(script).await;
        assert_eq!(
            (error.status(), error.code(), error.request_id()),
            (Some(400), Some("DCS.4957"), Some("r-1"))
        );
        assert!(!error.may_have_been_applied());
        assert_eq!((server.requests(), error.attempts()), (1, 1));
    }
}

#[tokio::test]
async fn head_of_64_mib_or_200_headers_is_not_read_to_its_end() {
    let begun = "HTTP/1.1 204 No Content\r\nX: ";
    let (error, server) = stop_at([Act::Read, write(begun), Act::Flood(64 << 20)]).await;
    is_lost(&error, ErrorKind::Transport);
    assert_eq!(server.requests(), 1);
    server.closed(1).await;
    assert!(
        server.flooded() < 16 << 20,
        "{} bytes were taken",
        server.flooded()
    );

    let many = "X: x\r\n".repeat(200);
    let head = format!("HTTP/1.1 204 No Content\r\n{many}\r\n");
    let (error, server) = stop_at([Act::Read, write(head)]).await;
    is_lost(&error, ErrorKind::Transport);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn chunked_encoding_overrides_content_length() {
    let body = r#"{"error_code":"DCS.4957"}"#;
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let (error, server) = stop_at([Act::Read, write(answer)]).await;
    assert_eq!(
        (error.status(), error.code()),
        (Some(400), Some("DCS.4957"))
    );
    assert_eq!(error.body(), body.as_bytes());
    assert!(!error.may_have_been_applied());
    assert_eq!((server.requests(), error.attempts()), (1, 1));
}

#[tokio::test]
async fn switch_of_protocols_is_error_and_closes_connection() {
    let switch =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    let (error, server) = stop_at([Act::Read, write(switch), Act::AwaitClose]).await;
    assert_eq!(
        (error.kind(), error.status(), error.attempts()),
        (ErrorKind::Service, Some(101), 1)
    );
    assert!(error.may_have_been_applied());
    server.closed(1).await;
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn read_is_retried_after_close_and_reset() {
    let server = Server::playing(|connection| match connection {
        0 => vec![Act::Read, Act::Finish],
        1 => vec![Act::Read, Act::Reset],
        _ => vec![Act::Read, answer("200 OK", r#"{"task_id":"t"}"#)],
    })
    .await;
    let settings = server.settings().retry(
        huaweicloud_dcs::RetryConfig::default().with_initial_backoff(Duration::from_millis(1)),
    );
    let read = settings.build().unwrap().show(TASK).await.unwrap();
    assert_eq!((read.attempts(), server.requests()), (3, 3));
}
