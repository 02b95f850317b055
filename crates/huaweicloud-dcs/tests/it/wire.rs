//! Servers that misbehave on the wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use huaweicloud_dcs::{Credentials, Error, ErrorKind, MigrationClient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";

/// A server that answers every request with the same bytes, closes the connection, and counts the requests.
struct Server {
    endpoint: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let (counter, answer) = (requests.clone(), answer.into());
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (counter, answer) = (counter.clone(), answer.clone());
                tokio::spawn(async move { serve(connection, &counter, &answer).await });
            }
        });
        Self { endpoint, requests }
    }

    fn client(&self) -> MigrationClient {
        let builder = MigrationClient::builder().endpoint(&self.endpoint);
        builder
            .project_id("p")
            .credentials(Credentials::token("tokenInvented"))
            .build()
            .unwrap()
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn serve(mut connection: TcpStream, counter: &AtomicUsize, answer: &[u8]) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if !matches!(connection.read(&mut byte).await, Ok(1)) {
            return;
        }
        head.push(byte[0]);
    }
    counter.fetch_add(1, Ordering::SeqCst);
    // In some tests the client stops reading.
    let _ = connection.write_all(answer).await;
    let _ = connection.shutdown().await;
}

/// The error of a stop that gets these bytes. Asserts that it was sent once.
async fn stop_at(answer: impl Into<Vec<u8>>) -> Error {
    let server = Server::answering(answer).await;
    let error = server.client().stop_sync(TASK).await.unwrap_err();
    assert_eq!((server.requests(), error.attempts()), (1, 1), "{error}");
    assert!(
        error.to_string().len() < 1024 && !error.to_string().contains('\n'),
        "{error}"
    );
    error
}

#[tokio::test]
async fn missing_or_cut_head_is_unknown_and_not_retried() {
    for answer in [
        "",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 2",
        "<html>",
        "HTTP/1.1 204 No Content\r\nX-Request-Id: cut",
    ] {
        let error = stop_at(answer).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Transport, None),
            "{answer:?}"
        );
        assert!(error.may_have_been_applied());
    }
}

#[tokio::test]
async fn redirect_is_error_and_not_followed() {
    let elsewhere = Server::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            elsewhere.endpoint
        );
        let error = stop_at(answer).await;
        assert_eq!(error.status(), status[..3].parse().ok());
        assert!(error.may_have_been_applied());
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn truncated_body_keeps_status_request_id_and_code() {
    let head = "HTTP/1.1 400 Bad Request\r\nX-Request-Id: r-1\r\nContent-Length: 999\r\n\r\n";
    let error = stop_at(format!("{head}{{\"error_code\":\"DCS.4957\"}}")).await;
    assert_eq!(
        (error.status(), error.request_id(), error.code()),
        (Some(400), Some("r-1"), Some("DCS.4957"))
    );
    let error = stop_at(format!("{head}{{\"error_co")).await;
    assert_eq!(
        (error.status(), error.message()),
        (Some(400), Some("{\"error_co"))
    );
    assert!(!error.may_have_been_applied());
}

#[tokio::test]
async fn stop_html_503_is_sent_once_and_unknown() {
    let server = Server::answering(
        "HTTP/1.1 503 X\r\nRetry-After: 0\r\nX-Request-Id: r-1\r\n\r\n<html>\n<b>no</b>",
    )
    .await;
    let error = server.client().stop_sync(TASK).await.unwrap_err();
    assert_eq!(
        (error.status(), error.attempts(), server.requests()),
        (Some(503), 1, 1)
    );
    assert!(error.may_have_been_applied());
    assert_eq!(
        (error.message(), error.request_id()),
        (Some("<html> <b>no</b>"), Some("r-1"))
    );
}

#[tokio::test]
async fn body_of_64_mib_is_read_to_its_cap() {
    let mut answer =
        b"HTTP/1.1 500 Oh\r\nX-Request-Id: r-1\r\nContent-Length: 67108864\r\n\r\n".to_vec();
    answer.resize(64 * 1024 * 1024, b'x');
    let error = stop_at(answer).await;
    assert_eq!(
        (error.status(), error.request_id(), error.body().len()),
        (Some(500), Some("r-1"), 64 * 1024)
    );
}

#[tokio::test]
async fn conflicting_content_lengths_are_unknown() {
    let error = stop_at("HTTP/1.1 400 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx").await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None));
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn head_of_1_mib_is_transport_error() {
    let mut answer = b"HTTP/1.1 204 No Content\r\nX: ".to_vec();
    answer.resize(1024 * 1024, b'x');
    let error = stop_at(answer).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn interim_responses_and_bytes_after_204_are_skipped() {
    let answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
                  HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n";
    let server = Server::answering(answer).await;
    let client = server.client();
    for calls in 1..=3 {
        assert_eq!(client.stop_sync(TASK).await.unwrap().status(), 204);
        assert_eq!(server.requests(), calls);
    }
}
