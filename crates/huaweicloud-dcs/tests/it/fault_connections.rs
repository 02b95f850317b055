//! Faults before a connection stands, section B of `faults.md`: ports and TLS.

use std::error::Error as _;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use huaweicloud_dcs::{
    ClientBuilder, Credentials, CredentialsFuture, Error, ErrorKind, MigrationClient,
    ProvideCredentials, RetryConfig,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";

fn settings(endpoint: &str) -> ClientBuilder {
    MigrationClient::builder()
        .endpoint(endpoint)
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .retry(RetryConfig::default().with_initial_backoff(Duration::from_millis(1)))
        .proxy_from_env(false)
}

/// The error of a stop with these settings.
async fn stop(settings: ClientBuilder) -> Error {
    let client = settings.build().unwrap();
    let stop = tokio::time::timeout(Duration::from_secs(10), client.stop_sync(TASK));
    stop.await.unwrap().unwrap_err()
}

fn causes(error: &Error) -> String {
    let causes = std::iter::successors(error.source(), |&error| error.source());
    let causes: Vec<_> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}

/// Asserts that nothing was sent and that the call was retried.
#[track_caller]
fn not_sent(error: &Error) {
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
    assert!(!error.may_have_been_applied() && error.is_retryable());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert!(
        !causes(error).contains(TASK),
        "the URL is left out: {}",
        causes(error)
    );
}

/// Asserts that nothing was sent and that the call was not retried.
#[track_caller]
fn refused(error: &Error) {
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
    assert!(!error.may_have_been_applied() && !error.is_retryable());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
}

/// Gives each connection to `handle` and counts the connections.
async fn server<F: Future<Output = ()> + Send + 'static>(
    handle: fn(TcpStream) -> F,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(handle(connection));
        }
    });
    (address, connections)
}

#[tokio::test]
async fn refused_port_is_not_sent_and_keeps_its_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = stop(settings(&endpoint)).await;
    not_sent(&error);
    assert!(causes(&error).contains("refused"), "{}", causes(&error));
}

/// A port where connecting hangs: once the queue of a listener is full, the kernel does not answer. This holds as long
/// as both values live.
async fn full_port() -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    let full = Duration::from_millis(100);
    while let Ok(queued) = tokio::time::timeout(full, TcpStream::connect(address)).await {
        queue.push(queued.unwrap());
    }
    (listener, queue)
}

#[tokio::test]
async fn hanging_connect_times_out_and_is_not_sent() {
    let (listener, _queue) = full_port().await;
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let error = stop(settings(&endpoint).connect_timeout(Duration::from_millis(50))).await;
    not_sent(&error);
}

/// Provides credentials so late that the remaining time is shorter than the connect timeout.
struct Late;

impl ProvideCredentials for Late {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            Ok(Credentials::token("tokenInvented"))
        })
    }
}

#[tokio::test]
async fn stop_without_time_to_connect_opens_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let settings = settings(&endpoint).timeout(Duration::from_millis(700));
    let error = stop(settings.credentials_provider(Late)).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(!error.may_have_been_applied() && error.is_retryable());
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    let accepted = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(accepted.is_err(), "no connection arrived");
}

#[tokio::test]
async fn hanging_tls_handshake_times_out_and_is_not_sent() {
    let (address, connections) = server(|connection| async move {
        let _silent = connection;
        std::future::pending::<()>().await;
    })
    .await;
    let endpoint = format!("https://{address}");
    let error = stop(settings(&endpoint).connect_timeout(Duration::from_millis(50))).await;
    not_sent(&error);
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn reset_in_tls_handshake_is_not_sent() {
    let (address, connections) = server(|mut connection| async move {
        let _ = connection.read(&mut [0; 1024]).await;
        connection.set_zero_linger().unwrap();
    })
    .await;
    not_sent(&stop(settings(&format!("https://{address}"))).await);
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

/// The `ServerHello` of TLS 1.1 with a cipher of TLS 1.1.
const SERVER_HELLO_OF_TLS_1_1: [u8; 47] = {
    let mut bytes = [7; 47];
    // A handshake record of 42 bytes, in it a ServerHello of 38.
    let head = [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    // After 32 random bytes: no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
    let tail = [0, 0, 0x2f, 0];
    let mut i = 0;
    while i < head.len() {
        bytes[i] = head[i];
        i += 1;
    }
    let mut i = 0;
    while i < tail.len() {
        bytes[43 + i] = tail[i];
        i += 1;
    }
    bytes
};

#[tokio::test]
async fn tls_1_1_is_refused_and_not_retried() {
    let (address, connections) = server(|mut connection| async move {
        let _ = connection.read(&mut [0; 1024]).await;
        let _ = connection.write_all(&SERVER_HELLO_OF_TLS_1_1).await;
        let _ = connection.read(&mut [0; 1024]).await;
    })
    .await;
    let error = stop(settings(&format!("https://{address}"))).await;
    refused(&error);
    assert!(error.to_string().contains("TLS"), "{error}");
    assert!(
        causes(&error).contains("peer is incompatible"),
        "{}",
        causes(&error)
    );
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn plain_response_on_tls_port_is_not_retried() {
    let (address, connections) = server(|mut connection| async move {
        let _ = connection.read(&mut [0; 1024]).await;
        let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        let _ = connection.write_all(answer).await;
    })
    .await;
    let error = stop(settings(&format!("https://{address}"))).await;
    refused(&error);
    assert_eq!(error.status(), None);
    assert!(error.to_string().contains("TLS"), "{error}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
