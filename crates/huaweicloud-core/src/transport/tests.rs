//! Failures of real connections: the types of the HTTP library that this crate relies on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::*;
use crate::config::{Endpoint, Service};
use crate::types::{Auth, Operation, Repeat, SuccessBody};
use crate::{Client, Credentials, ErrorKind, RetryConfig};

/// Responds to each connection with these bytes after the first read, then closes it. Returns its port.
async fn server(response: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 4096]).await;
            let _ = connection.write_all(response).await;
        }
    });
    port
}

fn settings(connect_timeout: Duration, proxy: Proxy) -> HttpSettings {
    HttpSettings {
        connect_timeout,
        proxy,
        ca_file: None,
        user_agent: "test".to_owned(),
    }
}

fn http(endpoint: &str) -> reqwest::ClientBuilder {
    let endpoint = Endpoint::parse(endpoint, None).unwrap();
    settings(Duration::from_secs(5), Proxy::None)
        .builder(&endpoint)
        .unwrap()
}

static SERVICE: Service = Service {
    name: "ECS",
    endpoint_variable: "ECS_ENDPOINT",
    endpoint_of: |_| None,
    code_prefixes: &[],
    codes: &[],
    look_first: |_| "read it first",
};

const STOP: Operation = Operation {
    id: "StopServer",
    method: "POST",
    path: "/v2/servers/{server_id}/stop",
    repeat: Repeat::Never,
    changes: true,
    success: 204,
    success_body: SuccessBody::Empty,
    auth: Auth::Required,
    secrets: &[],
    secret_headers: &[],
    free_text: &[],
};

fn direct(endpoint: &str) -> reqwest::Client {
    http(endpoint).build().unwrap()
}

async fn cause(client: reqwest::Client, url: &str) -> SendCause {
    let request = client.post(url).build().unwrap();
    let failure = Transport::send(&client, request)
        .await
        .expect_err("no good response exists");
    assert!(
        !format!("{:?} {}", failure.source, failure.source).contains("/secret-path"),
        "{:?}",
        failure.source
    );
    failure.cause
}

#[tokio::test]
async fn closed_port_is_a_connect_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        cause(direct(&endpoint), &format!("{endpoint}/secret-path")).await,
        SendCause::Connect
    );
}

#[tokio::test]
async fn unknown_host_is_a_connect_failure() {
    // The label is too long for DNS: resolving fails without a request to a server.
    let url = format!("http://{}.invalid/secret-path", "a".repeat(64));
    let client = direct("http://127.0.0.1:9");
    assert_eq!(cause(client.clone(), &url).await, SendCause::Connect);
    let request = client.post(&url).build().unwrap();
    let failure = Transport::send(&client, request).await.unwrap_err();
    let shown = format!("{:?}", failure.source);
    assert!(shown.contains("dns error"), "{shown}");
}

/// Asserts that a request to a host with these two addresses gets its response.
async fn responds_at_one_of(addresses: [[u8; 4]; 2], port: u16) {
    let addresses = addresses.map(|address| (address, port).into());
    let name = "two.example.com";
    let client = http("http://127.0.0.1:9")
        .connect_timeout(Duration::from_secs(1))
        .resolve_to_addrs(name, &addresses);
    let client = client.build().unwrap();
    let request = client.post(format!("http://{name}:{port}/"));
    let response = Transport::send(&client, request.build().unwrap()).await;
    assert_eq!(response.unwrap().status(), 204);
}

const ALIVE: [u8; 4] = [127, 0, 0, 1];
const DEAD: [u8; 4] = [127, 0, 0, 2];

#[tokio::test]
async fn second_address_is_used_if_the_first_is_closed() {
    let port = server(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    responds_at_one_of([DEAD, ALIVE], port).await;
}

#[tokio::test]
async fn second_address_is_used_if_the_first_is_silent() {
    let port = server(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    // If the queue of a listener is full, the kernel ignores further connections.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((DEAD, port).into()).unwrap();
    let listener = socket.listen(0).unwrap();
    let mut queue = Vec::new();
    let connect = || TcpStream::connect(listener.local_addr().unwrap());
    while let Ok(queued) = tokio::time::timeout(Duration::from_millis(100), connect()).await {
        queue.push(queued.unwrap());
    }
    responds_at_one_of([DEAD, ALIVE], port).await;
}

/// Sends over real connections, and records why no response came.
#[derive(Clone, Debug)]
struct Noting(reqwest::Client, Arc<Mutex<Vec<SendCause>>>);

impl Transport for Noting {
    fn send(&self, request: Request) -> Reply<'_> {
        Box::pin(async {
            let failure = self.0.send(request).await.unwrap_err();
            self.1.lock().unwrap().push(failure.cause);
            Err(failure)
        })
    }
}

/// The reset may arrive while connecting, or before or after the request is written.
#[tokio::test]
async fn reset_on_accept_is_retried_only_if_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            connection.set_zero_linger().unwrap();
        }
    });
    let retry = RetryConfig::default().with_initial_backoff(Duration::from_millis(1));
    let mut ends = Vec::new();
    for _ in 0..20 {
        let sends = Noting(direct(&endpoint), Arc::default());
        let mut builder = Client::builder(&SERVICE)
            .endpoint(&endpoint)
            .credentials(Credentials::token("tokenInvented"))
            .retry(retry.clone());
        builder.settings.transport = Some(Arc::new(sends.clone()));
        let client = builder.build().unwrap();
        let stop = client.request(&STOP).path("server_id", "s1");
        let error = stop.send::<()>().await.unwrap_err();
        let causes = sends.1.lock().unwrap().clone();
        assert_eq!(usize::try_from(error.attempts()), Ok(causes.len()));
        let (last, before) = causes.split_last().unwrap();
        let unsent = |cause: &SendCause| *cause == SendCause::Connect;
        assert!(before.iter().all(unsent), "{causes:?}");
        let kind = if unsent(last) {
            ErrorKind::Connect
        } else {
            ErrorKind::Transport
        };
        assert_eq!(error.kind(), kind, "{causes:?}");
        assert_eq!(error.may_have_been_applied(), !unsent(last), "{causes:?}");
        assert_eq!(error.is_retryable(), unsent(last), "{causes:?}");
        ends.push(*last);
    }
    assert!(ends.contains(&SendCause::Broken), "{ends:?}");
}

#[tokio::test]
async fn request_refused_by_the_library_is_unsendable() {
    let port = server(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let endpoint = format!("http://127.0.0.1:{port}");
    let url = format!("{endpoint}/secret-path?{}", "x".repeat(70_000));
    assert_eq!(cause(direct(&endpoint), &url).await, SendCause::Unsendable);
}

#[tokio::test]
async fn connection_closed_after_the_request_is_broken() {
    for response in [&b""[..], b"SSH-2.0-x\r\n", b"HTTP/1.1 204 No"] {
        let endpoint = format!("http://127.0.0.1:{}", server(response).await);
        assert_eq!(
            cause(direct(&endpoint), &format!("{endpoint}/secret-path")).await,
            SendCause::Broken
        );
    }
}

#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc",
    feature = "native-tls"
))]
#[tokio::test]
async fn plain_response_on_a_tls_port_is_a_tls_failure() {
    let port = server(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let endpoint = format!("https://127.0.0.1:{port}");
    assert_eq!(
        cause(direct(&endpoint), &format!("{endpoint}/secret-path")).await,
        SendCause::Tls
    );
}

#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc",
    feature = "native-tls"
))]
#[tokio::test]
async fn proxy_refusal_is_a_proxy_failure() {
    for response in [
        &b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"[..],
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
    ] {
        let proxy =
            reqwest::Proxy::all(format!("http://127.0.0.1:{}", server(response).await)).unwrap();
        let builder = reqwest::Client::builder().proxy(proxy);
        let builder = tls::configure(builder, true, None).unwrap();
        let url = "https://api.example.com/secret-path";
        assert_eq!(cause(builder.build().unwrap(), url).await, SendCause::Proxy);
    }
}

#[cfg(any(
    feature = "rustls-ring",
    feature = "rustls-aws-lc",
    feature = "native-tls"
))]
#[tokio::test]
async fn silent_proxy_ends_at_the_connect_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", silent.local_addr().unwrap());
    let endpoint = Endpoint::parse("https://127.0.0.1", None).unwrap();
    let settings = settings(Duration::from_millis(50), Proxy::None);
    let settings = settings.builder(&endpoint).unwrap();
    let client = settings.proxy(reqwest::Proxy::all(proxy).unwrap());
    let url = "https://api.example.com/secret-path";
    let cause = cause(client.build().unwrap(), url);
    let cause = tokio::time::timeout(Duration::from_secs(5), cause).await;
    assert_eq!(cause.unwrap(), SendCause::Connect);
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn https_without_tls_back_end_is_refused_at_build() {
    let endpoint = Endpoint::parse("https://api.example.com", None).unwrap();
    let settings = settings(Duration::from_secs(5), Proxy::None);
    let problem = settings.builder(&endpoint).unwrap_err();
    assert!(problem.contains("rustls-ring"), "{problem}");
}
