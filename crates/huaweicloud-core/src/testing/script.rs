//! A script: one step for each request.

#![allow(
    clippy::panic,
    reason = "a test with a wrong script, or one that sends too much, must fail"
)]

use std::collections::VecDeque;
use std::fmt::{self, Debug, Display};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::time::{Instant, sleep};

use super::{Body, Reply, Transport};
use crate::clock;
use crate::transport::{SendCause, SendFailure};

/// The fate of one request of a [`Script`].
#[derive(Debug)]
pub struct Step {
    end: End,
    delay: Duration,
}

#[derive(Debug)]
enum End {
    Response(http::Response<Body>),
    Failure(SendCause),
    Silence,
}

impl Step {
    /// A response with this status and an empty body.
    ///
    /// # Panics
    ///
    /// If the status is not in 100..=999.
    #[must_use]
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let mut response = http::Response::new(Bytes::new().into());
        *response.status_mut() = StatusCode::from_u16(status)
            .unwrap_or_else(|_| panic!("{status} is not an HTTP status"));
        Self::response(response)
    }

    /// A response with this status and this JSON: text, or a `serde_json::Value`.
    ///
    /// # Panics
    ///
    /// If the status is not in 100..=999.
    #[must_use]
    #[track_caller]
    pub fn json(status: u16, body: impl Display) -> Self {
        let step = Self::status(status).header("Content-Type", "application/json");
        step.body(body.to_string())
    }

    /// This response.
    #[must_use]
    pub fn response(response: http::Response<Body>) -> Self {
        End::Response(response).into()
    }

    /// The connection fails before the request is sent: the operation was not applied, and the client retries.
    #[must_use]
    pub fn not_sent() -> Self {
        Self::fail(SendCause::Connect)
    }

    /// The connection breaks after the request was sent: the operation may have been applied.
    #[must_use]
    pub fn lost() -> Self {
        Self::fail(SendCause::Broken)
    }

    /// No response, for this reason.
    #[must_use]
    pub fn fail(cause: SendCause) -> Self {
        End::Failure(cause).into()
    }

    /// No response arrives: the call times out, and may have been applied.
    #[must_use]
    pub fn silence() -> Self {
        End::Silence.into()
    }

    /// Sets a header of the response.
    ///
    /// # Panics
    ///
    /// If the step has no response, or if name or value cannot be in a header.
    #[must_use]
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let pair = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
        match (&mut self.end, pair) {
            (End::Response(response), (Ok(name), Ok(value))) => {
                response.headers_mut().insert(name, value);
            }
            _ => panic!("a step without a response, or not a header: {name:?}"),
        }
        self
    }

    /// Sets the body of the response.
    ///
    /// # Panics
    ///
    /// If the step has no response.
    #[must_use]
    #[track_caller]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        let End::Response(response) = &mut self.end else {
            panic!("a step without a response has no body");
        };
        *response.body_mut() = body.into();
        self
    }

    /// Delays the step.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl From<End> for Step {
    fn from(end: End) -> Self {
        let delay = Duration::ZERO;
        Self { end, delay }
    }
}

/// A transport that plays one step for each request and records what was sent. Clones share steps and records.
///
/// A request beyond the last step panics with its method and path.
#[derive(Clone, Debug, Default)]
pub struct Script(Arc<Mutex<Played>>);

#[derive(Debug, Default)]
struct Played {
    steps: VecDeque<Step>,
    seen: Vec<Seen>,
    /// Held once more by each request that waits for its response.
    waiting: Arc<()>,
}

/// A request as it would have been sent. `Debug` shows neither the body nor the values of headers: they hold secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct Seen {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The body, as text.
    pub body: String,
    /// The headers. They hold secrets.
    pub headers: http::HeaderMap,
    /// When it was sent, by tokio's clock.
    pub at: Instant,
}

impl Seen {
    /// A header by its name; empty if the request has none, or if its value is not text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

impl Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Seen")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body_bytes", &self.body.len())
            .field("headers", &names)
            .field("at", &self.at)
            .finish()
    }
}

impl Script {
    /// A script of these steps.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let script = Self::default();
        script.extend(steps);
        script
    }

    /// Adds steps at the end.
    pub fn extend(&self, steps: impl IntoIterator<Item = Step>) {
        self.played().steps.extend(steps);
    }

    /// The requests that were sent, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.played().seen.clone()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn count(&self) -> usize {
        self.played().seen.len()
    }

    /// How many steps are left to play.
    #[must_use]
    pub fn left(&self) -> usize {
        self.played().steps.len()
    }

    /// How many requests are waiting for their response.
    #[must_use]
    pub fn pending(&self) -> usize {
        Arc::strong_count(&self.played().waiting) - 1
    }

    /// Replaces the steps, and clears the recorded requests.
    pub fn reset(&self, steps: impl IntoIterator<Item = Step>) {
        *self.played() = Played {
            steps: steps.into_iter().collect(),
            ..Played::default()
        };
    }

    fn played(&self) -> MutexGuard<'_, Played> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Script {
    fn send(&self, request: http::Request<Bytes>) -> Reply<'_> {
        let (method, path) = (request.method(), request.uri().path());
        let mut played = self.played();
        let Some(Step { end, delay }) = played.steps.pop_front() else {
            let before = played.seen.len();
            drop(played);
            panic!("the script has no step for {method} {path}: it ended after {before} requests");
        };
        played.seen.push(Seen {
            method: method.to_string(),
            path: path.to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(request.body()).into_owned(),
            headers: request.headers().clone(),
            at: clock::instant(),
        });
        let waiting = Arc::clone(&played.waiting);
        Box::pin(async move {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            let reply = match end {
                End::Response(response) => Ok(response),
                End::Failure(cause) => Err(SendFailure {
                    cause,
                    source: "scripted".into(),
                }),
                End::Silence => std::future::pending().await,
            };
            drop(waiting);
            reply
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> http::Request<Bytes> {
        let request = http::Request::post("https://api.example.com/v2/servers/s1/stop?force=1")
            .header("Authorization", "signatureInvented");
        request.body("passwordInvented".into()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn steps_are_played_in_order_and_requests_recorded() {
        let step = Step::json(503, r#"{"error_code":"APIGW.0308"}"#).header("Retry-After", "7");
        let script = Script::new([step.after(Duration::from_secs(2)), Step::lost()]);
        let begun = clock::instant();
        let reply = script.send(request());
        assert_eq!((script.pending(), script.left()), (1, 1));
        let response = reply.await.unwrap();
        assert_eq!(clock::since(begun), Duration::from_secs(2));
        assert_eq!((response.status().as_u16(), script.pending()), (503, 0));
        assert_eq!(response.headers()["retry-after"], "7");
        let body = response.into_body().0;
        assert_eq!(
            body.as_bytes(),
            Some(&br#"{"error_code":"APIGW.0308"}"#[..])
        );
        let failure = script.clone().send(request()).await.unwrap_err();
        assert_eq!(failure.cause, SendCause::Broken);
        let [seen, _] = &script.seen()[..] else {
            panic!("{:?}", script.seen())
        };
        assert_eq!(
            (&*seen.path, &*seen.query),
            ("/v2/servers/s1/stop", "force=1")
        );
        assert_eq!(seen.header("authorization"), "signatureInvented");
        assert_eq!((&*seen.body, seen.at), ("passwordInvented", begun));
    }

    #[tokio::test]
    async fn debug_of_seen_shows_no_body_and_no_header_value() {
        let script = Script::new([Step::status(204)]);
        script.send(request()).await.unwrap();
        let shown = format!("{script:?} {:?}", script.seen());
        assert!(shown.contains("authorization"), "{shown}");
        assert!(!shown.contains("Invented"), "{shown}");
    }

    #[tokio::test]
    #[should_panic(expected = "no step for POST /v2/servers/s1/stop: it ended after 1 requests")]
    async fn request_beyond_the_script_panics_and_names_itself() {
        let script = Script::new([Step::status(204)]);
        for _ in 0..2 {
            script.send(request()).await.unwrap();
        }
    }

    #[test]
    #[should_panic(expected = "a step without a response")]
    fn header_of_a_step_without_a_response_panics() {
        let _ = Step::lost().header("X-Request-Id", "r-1");
    }
}
