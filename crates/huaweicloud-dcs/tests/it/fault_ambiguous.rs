//! Faults between request and answer, section C of `faults.md`: what may have been applied is said to be, and is never
//! sent a second time.

use std::time::Duration;

use huaweicloud_dcs::{Error, ErrorKind};

use crate::fault_sockets::{Act, STOPPED, Server, TASK, answer, write};

/// Asserts what holds of every stop that broke with no answer: the one attempt may have been applied.
#[track_caller]
fn is_lost(error: &Error, kind: ErrorKind) {
    assert_eq!((error.kind(), error.status()), (kind, None), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
    assert!(
        error.may_have_been_applied() && !error.is_retryable(),
        "{error}"
    );
    let line = error.to_string();
    assert!(
        line.contains("read the task before you repeat it"),
        "{line}"
    );
    assert!(line.len() < 1024 && line.lines().count() == 1, "{line}");
}

/// The error of one stop at a server that does this and no more on its connections.
async fn stop_at(script: impl Into<Vec<Act>>) -> (Error, Server) {
    let server = Server::always(script).await;
    let error = server.client().stop_sync(TASK).await.unwrap_err();
    assert_eq!(server.connections(), 1, "{error}");
    (error, server)
}

#[tokio::test]
async fn an_end_before_the_request_is_read_leaves_open_what_was_sent() {
    for script in [vec![Act::Finish, Act::AwaitClose], vec![]] {
        let (error, server) = stop_at(script).await;
        is_lost(&error, ErrorKind::Transport);
        assert_eq!(server.requests(), 0, "the server reads none");
    }
}

#[tokio::test]
async fn an_end_or_a_reset_after_the_request_is_one_request_that_may_have_been_applied() {
    for end in [Act::Finish, Act::Reset] {
        let (error, server) = stop_at([Act::Read, end]).await;
        is_lost(&error, ErrorKind::Transport);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_reused_connection_that_ends_on_the_request_is_not_replayed() {
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
async fn a_connection_that_ended_while_idle_is_not_used_again() {
    let server = Server::always([Act::Read, write(STOPPED), Act::Finish, Act::AwaitClose]).await;
    let client = server.client();
    for count in 1..=3 {
        assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 1);
        server.closed(count).await;
        assert_eq!((server.connections(), server.requests()), (count, count));
    }
}

#[tokio::test]
async fn three_hundred_resets_after_the_answer_make_no_request_twice() {
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
    // Nor did one come late.
    assert_eq!(server.most_of_one(), 1);
}

#[tokio::test]
async fn a_server_that_is_silent_is_left_at_the_limit_and_the_connection_closed() {
    let server = Server::always([Act::Read, Act::AwaitClose]).await;
    let settings = server.settings().timeout(Duration::from_millis(300));
    let error = settings.build().unwrap().stop_sync(TASK).await.unwrap_err();
    is_lost(&error, ErrorKind::Timeout);
    server.closed(1).await;
    assert_eq!((server.connections(), server.requests()), (1, 1));
}

#[tokio::test]
async fn an_answer_that_the_end_of_writing_or_of_reading_goes_with_is_used() {
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
async fn a_head_of_64_mib_or_of_200_headers_is_no_answer_and_is_not_read_to_its_end() {
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
async fn chunks_win_over_a_length() {
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
async fn a_switch_of_protocols_is_no_success_and_ends_the_connection() {
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
async fn a_read_is_repeated_after_what_a_stop_is_not() {
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
