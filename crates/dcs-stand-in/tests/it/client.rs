//! A client that sends exactly the given bytes and shows the whole response.

use std::{
    fmt::Write,
    net::SocketAddr,
    time::{Duration, SystemTime},
};

use dcs_stand_in::{Builder, StandIn, TaskStatus};
use huaweicloud_core::Operation;
use huaweicloud_sign::{AccessKey, Request, sign};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) const AK: &str = "AKINVENTED";
pub(crate) const SK: &str = "skInvented";
pub(crate) const TOKEN: &str = "tokenInvented";
pub(crate) const PROJECT: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";

/// 2026-01-02 03:04:05, the time at the stand-in.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

/// Settings with a key, a token, a project and a fixed clock.
pub(crate) fn builder() -> Builder {
    StandIn::builder()
        .access_key(AK, SK)
        .token(TOKEN)
        .project_id(PROJECT)
        .clock(now)
}

/// A stand-in with one task that can be stopped.
pub(crate) async fn stand_in() -> StandIn {
    with_task(builder()).await
}

pub(crate) async fn with_task(builder: Builder) -> StandIn {
    builder
        .task(TASK, TaskStatus::IncrementalMigrating)
        .start()
        .await
        .unwrap()
}

#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Call {
    pub(crate) fn new(method: &'static str, target: impl Into<String>) -> Self {
        let call = Self {
            method,
            target: target.into(),
            headers: Vec::new(),
            body: String::new(),
        };
        call.header("Content-Type", "application/json")
    }

    /// A call of any operation, with its path filled in and without a body.
    pub(crate) fn to(operation: &Operation) -> Self {
        let path = operation
            .path
            .replace("{project_id}", PROJECT)
            .replace("{task_id}", TASK)
            .replace("{job_id}", "ff80808195d0a1b30195d0b2c3d4e5f6");
        assert!(
            !path.contains('{'),
            "{}: nothing fills in {path}",
            operation.id
        );
        Self::new(operation.method, path).header("Content-Length", "0")
    }

    pub(crate) fn show(task: &str) -> Self {
        Self::new("GET", format!("/v2/{PROJECT}/migration-task/{task}"))
    }

    pub(crate) fn stop(task: &str) -> Self {
        let target = format!("/v2/{PROJECT}/migration-task/{task}/sync-stop");
        Self::new("POST", target).header("Content-Length", "0")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|header| header.0 != name);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.without_header("Content-Length")
            .header("Content-Length", &length)
    }

    /// Sets a body without a `Content-Length`.
    pub(crate) fn raw_body(mut self, body: &str) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("X-Auth-Token", token)
    }

    /// Signs the request for this stand-in. Headers that are added later are not covered.
    pub(crate) fn signed(self, to: &StandIn) -> Self {
        self.signed_by(to, AK, SK, now())
    }

    pub(crate) fn signed_by(mut self, to: &StandIn, ak: &str, sk: &str, at: SystemTime) -> Self {
        let host = to.address().to_string();
        let mut headers: Vec<(&str, &[u8])> = vec![("host", host.as_bytes())];
        headers.extend(
            self.headers
                .iter()
                .filter(|header| header.0 != "Content-Length")
                .map(|(name, value)| (name.as_str(), value.as_bytes())),
        );
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let request = Request {
            method: self.method,
            path,
            query,
            headers: &headers,
            body: self.body.as_bytes(),
        };
        let signed = sign(&request, &AccessKey::new(ak, sk), at).unwrap();
        for (name, value) in signed.headers() {
            self.headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sends the request and does not wait for the response.
    pub(crate) async fn begin(&self, to: SocketAddr) -> TcpStream {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    pub(crate) async fn send(&self, to: &StandIn) -> Answer {
        let mut stream = self.begin(to.address()).await;
        Answer::read(&mut stream).await
    }

    /// Signs and sends the request.
    pub(crate) async fn call(self, to: &StandIn) -> Answer {
        self.signed(to).send(to).await
    }
}

/// A response, read until the connection closes.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        in_time(stream.read_to_end(&mut bytes)).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect(&text);
        Self {
            status: head[9..12].parse().unwrap(),
            head: head.into(),
            body: body.into(),
        }
    }

    /// The value of a header that occurs at most once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().filter_map(|line| {
            let (found, value) = line.split_once(": ")?;
            (found == name).then_some(value)
        });
        let value = values.next();
        assert_eq!(values.next(), None, "{name} occurs twice");
        value
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect(&self.body)
    }

    pub(crate) fn code(&self) -> (u16, String) {
        (
            self.status,
            self.json()["error_code"].as_str().unwrap().into(),
        )
    }

    pub(crate) fn message(&self) -> String {
        self.json()["error_msg"].as_str().unwrap().into()
    }
}

/// Waits for a future with a limit, so that a test fails and does not hang.
pub(crate) async fn in_time<T>(something: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, something)
        .await
        .expect("it took too long")
}

/// Polls a condition for a few seconds.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the condition was never met");
}
