//! Broken or misleading responses, section D of `faults.md`. The client keeps what arrived and never takes it for the
//! response to another call.

use std::time::Duration;

use huaweicloud_dcs::{Error, ErrorKind};

use crate::fault_sockets::{Act, STOPPED, Server, TASK, answer, write};

const SMUGGLED: &str = "HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n";
const CODE: &str = r#"{"error_code":"DCS.4957"}"#;

/// The error of a stop at this server. Asserts that it was sent once.
async fn stop_at(script: impl Into<Vec<Act>>) -> (Error, Server) {
    let server = Server::always(script).await;
    let settings = server.settings().timeout(Duration::from_millis(500));
    let error = settings.build().unwrap().stop_sync(TASK).await.unwrap_err();
    assert_eq!((server.requests(), error.attempts()), (1, 1), "{error}");
    (error, server)
}

#[tokio::test]
async fn bytes_after_204_are_not_the_next_response() {
    let answer = [STOPPED, SMUGGLED.as_bytes()].concat();
    let server = Server::always([Act::Read, write(answer), Act::Again]).await;
    let client = server.client();
    for calls in 1..=5 {
        assert_eq!(client.stop_sync(TASK).await.unwrap().status(), 204);
        assert_eq!(server.requests(), calls);
    }
}

#[tokio::test]
async fn bytes_on_idle_connection_are_not_the_next_response() {
    let server = Server::always([
        Act::Read,
        write(STOPPED),
        Act::Gate,
        write(SMUGGLED),
        Act::AwaitClose,
    ])
    .await;
    let client = server.client();
    for calls in 1..=3 {
        assert_eq!(client.stop_sync(TASK).await.unwrap().status(), 204);
        server.open_gate();
        server.closed(calls).await;
        assert_eq!((server.connections(), server.requests()), (calls, calls));
    }
}

#[tokio::test]
async fn redirect_to_itself_is_not_followed() {
    for status in ["302 Found", "307 Temporary Redirect"] {
        let head = format!("HTTP/1.1 {status}\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
        let (error, server) = stop_at([Act::Read, write(head), Act::Again]).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Service, status[..3].parse().ok())
        );
        assert!(error.may_have_been_applied() && !error.is_retryable());
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn broken_chunks_keep_status_request_id_and_code() {
    let head =
        "HTTP/1.1 400 Bad Request\r\nX-Request-Id: r-1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let length = CODE.len();
    for broken in [
        format!("{length:x}\r\n{CODE}\r\nZZ\r\n"),
        format!("{length:x}\r\n{CODE}\r\n"),
        format!("ff\r\n{CODE}"),
        r#"ff
{"error_code":"DCS.4957","error_msg":"cut in the m"#
            .replace('\n', "\r\n"),
    ] {
        let (error, _) = stop_at([Act::Read, write([head, &broken].concat())]).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Service, Some(400)),
            "{broken}"
        );
        assert_eq!(
            (error.request_id(), error.code()),
            (Some("r-1"), Some("DCS.4957")),
            "{broken}"
        );
        assert!(error.body().starts_with(&CODE.as_bytes()[..CODE.len() - 1]));
        assert!(!error.may_have_been_applied());
    }
}

#[tokio::test]
async fn stop_500_with_broken_body_may_have_been_applied() {
    let head = "HTTP/1.1 500 Oh\r\nX-Request-Id: r-1\r\nContent-Length: 99\r\n\r\n{\"error";
    for end in [Act::Finish, Act::Reset] {
        let (error, _) = stop_at([Act::Read, write(head), end]).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Service, Some(500))
        );
        assert_eq!(error.request_id(), Some("r-1"));
        assert!(error.may_have_been_applied() && !error.is_retryable());
    }
}

#[tokio::test]
async fn body_of_64_mib_is_read_to_64_kib_and_closed() {
    let head = "HTTP/1.1 500 Oh\r\nX-Request-Id: r-1\r\nContent-Length: 67108864\r\n\r\n";
    let (error, server) = stop_at([Act::Read, write(head), Act::Flood(64 << 20)]).await;
    assert_eq!(
        (error.status(), error.request_id(), error.body().len()),
        (Some(500), Some("r-1"), 64 << 10)
    );
    assert!(error.may_have_been_applied());
    server.closed(1).await;
    // The socket buffers took the rest.
    let taken = server.flooded();
    assert!(taken < 16 << 20, "{taken} bytes were taken");
}

#[tokio::test]
async fn trickling_body_ends_at_the_deadline_with_its_code() {
    let head = "HTTP/1.1 400 Bad Request\r\nX-Request-Id: r-1\r\nContent-Length: 99999\r\n\r\n";
    let begun = [head, CODE].concat();
    let (error, server) = stop_at([Act::Read, write(begun), Act::Trickle]).await;
    assert_eq!(
        (error.kind(), error.status(), error.request_id()),
        (ErrorKind::Service, Some(400), Some("r-1"))
    );
    assert_eq!(error.code(), Some("DCS.4957"));
    assert!(!error.may_have_been_applied());
    server.closed(1).await;
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn compressed_body_is_not_requested_or_decompressed() {
    // `{}`, compressed with gzip.
    let zipped = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    let head = format!(
        "HTTP/1.1 403 Forbidden\r\nX-Request-Id: r-1\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        zipped.len()
    );
    let (error, server) = stop_at([Act::Read, write([head.as_bytes(), zipped].concat())]).await;
    assert_eq!(
        (error.status(), error.request_id()),
        (Some(403), Some("r-1"))
    );
    assert_eq!(error.body(), zipped);
    assert!(!error.to_string().contains(char::is_control), "{error}");
    let [head] = &server.heads()[..] else {
        panic!("{:?}", server.heads())
    };
    assert!(!head.to_lowercase().contains("accept-encoding"), "{head}");
}

#[tokio::test]
async fn error_body_is_read_so_its_connection_is_reused() {
    for (status, applied) in [
        ("418 Teapot", false),
        ("451 Unavailable", false),
        ("500 Oh", true),
        ("599 What", true),
    ] {
        let server = Server::always([Act::Read, answer(status, CODE), Act::Again]).await;
        let client = server.client();
        for _ in 0..5 {
            let error = client.stop_sync(TASK).await.unwrap_err();
            assert_eq!(
                (error.status(), error.code(), error.attempts()),
                (status[..3].parse().ok(), Some("DCS.4957"), 1)
            );
            assert_eq!(error.may_have_been_applied(), applied);
        }
        assert_eq!((server.connections(), server.requests()), (1, 5));
    }
}

#[tokio::test]
async fn request_id_of_8_kib_or_invalid_utf8_is_bounded() {
    for (value, shown) in [
        (vec![b'r'; 8192], "rrrrrrrr"),
        (b"\xff\xfe r-1".to_vec(), "\u{fffd}\u{fffd} r-1"),
    ] {
        let mut head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n".to_vec();
        for name in ["X-Request-Id: ", "Retry-After: ", "Date: "] {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(&value);
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        let (error, _) = stop_at([Act::Read, write(head)]).await;
        let id = error.request_id().unwrap();
        assert!(id.starts_with(shown) && id.chars().count() <= 129, "{id}");
    }
}
