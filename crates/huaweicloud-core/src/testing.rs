//! A transport and a clock that tests put in place of the real ones: the whole pipeline, and no server.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::time::{Instant, sleep};

use crate::clock;
pub use crate::clock::Clock;
use crate::config::ClientBuilder;
pub use crate::transport::{SendCause, SendFailure};
use crate::{BoxError, transport};

/// Answers requests in place of a network.
pub trait Transport: Debug + Send + Sync {
    /// Takes one request, as it would have been sent, and gives its answer.
    fn send(&self, request: http::Request<Bytes>) -> Reply<'_>;
}

/// What a transport promises: an answer, or why there is none.
pub type Reply<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Body>, SendFailure>> + Send + 'a>>;

/// The body of an answer.
#[derive(Debug)]
pub struct Body(reqwest::Body);

impl Body {
    /// A body that comes in pieces, or breaks.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body + Send + Sync + 'static,
        B::Data: Into<Bytes>,
        B::Error: Into<BoxError>,
    {
        Self(reqwest::Body::wrap(body))
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(bytes.into())
    }
}

/// A transport of a test, as the pipeline uses it.
#[derive(Debug)]
struct Adapter(Arc<dyn Transport>);

impl transport::Transport for Adapter {
    fn send(&self, request: reqwest::Request) -> transport::Reply<'_> {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let mut copy = http::Request::new(Bytes::copy_from_slice(body.unwrap_or_default()));
        *copy.method_mut() = request.method().clone();
        *copy.headers_mut() = request.headers().clone();
        if let Ok(uri) = request.url().as_str().parse() {
            *copy.uri_mut() = uri;
        }
        let reply = self.0.send(copy);
        Box::pin(async { Ok(reply.await?.map(|body| body.0).into()) })
    }
}

/// One thing that happens to a request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// This answer comes.
    Answer(http::Response<Body>),
    /// No answer comes, for this reason.
    Fail(SendCause),
    /// Nothing comes, ever.
    Silence,
    /// Time passes, then an answer comes.
    Late(Duration, http::Response<Body>),
    /// Time passes, then the connection fails.
    LateFail(Duration, SendCause),
}

/// A transport that plays its steps, one a request, and keeps what was sent. Clones share both. A request beyond the last
/// step panics.
#[derive(Clone, Debug, Default)]
pub struct Script {
    played: Arc<Mutex<Played>>,
    /// Held once more by each request that waits for its answer.
    waiting: Arc<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting(Arc<()>);

#[derive(Debug, Default)]
struct Played {
    steps: VecDeque<Step>,
    seen: Vec<Seen>,
}

/// A request as it would have gone out.
#[derive(Clone, Debug)]
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
    /// A header by its name; empty if there is none, or if it is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
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

    /// What was sent.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.played().seen.clone()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn count(&self) -> usize {
        self.played().seen.len()
    }

    /// How many steps were not played yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.played().steps.len()
    }

    /// How many requests still wait for their answer.
    #[must_use]
    pub fn pending(&self) -> usize {
        Arc::strong_count(&self.waiting.0) - 1
    }

    /// Forgets what was sent, and plays these steps from now on.
    pub fn begin_anew(&self, steps: impl IntoIterator<Item = Step>) {
        *self.played() = Played {
            steps: steps.into_iter().collect(),
            seen: Vec::new(),
        };
    }

    fn played(&self) -> MutexGuard<'_, Played> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Script {
    #[allow(clippy::panic, reason = "a test that sends too much must fail")]
    fn send(&self, request: http::Request<Bytes>) -> Reply<'_> {
        let (step, waiting) = {
            let mut played = self.played();
            played.seen.push(Seen {
                method: request.method().to_string(),
                path: request.uri().path().to_owned(),
                query: request.uri().query().unwrap_or_default().to_owned(),
                body: String::from_utf8_lossy(request.body()).into_owned(),
                headers: request.headers().clone(),
                at: clock::instant(),
            });
            (played.steps.pop_front(), Arc::clone(&self.waiting.0))
        };
        Box::pin(async move {
            let reply = match step {
                Some(Step::Answer(answer)) => Ok(answer),
                Some(Step::Fail(cause)) => Err(failure(cause)),
                Some(Step::Silence) => std::future::pending().await,
                Some(Step::Late(pause, answer)) => {
                    sleep(pause).await;
                    Ok(answer)
                }
                Some(Step::LateFail(pause, cause)) => {
                    sleep(pause).await;
                    Err(failure(cause))
                }
                None => panic!("a request is made beyond the script"),
            };
            drop(waiting);
            reply
        })
    }
}

fn failure(cause: SendCause) -> SendFailure {
    SendFailure {
        cause,
        source: "scripted".into(),
    }
}

impl ClientBuilder {
    /// Sends everything to a transport of a test's own, for every service. No connection is made, and no roots are loaded.
    pub fn transport(self, transport: Arc<dyn Transport>) -> Self {
        self.replace_transport(Arc::new(Adapter(transport)))
    }

    /// Dates signatures by a clock of a test's own.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.replace_clock(Arc::new(clock))
    }
}

/// A time of day that moves with tokio's clock, which tests can pause.
#[must_use]
pub fn paused_clock(start: SystemTime) -> impl Clock {
    PausedClock {
        start,
        since: clock::instant(),
    }
}

#[derive(Debug)]
struct PausedClock {
    start: SystemTime,
    since: Instant,
}

impl Clock for PausedClock {
    fn now(&self) -> SystemTime {
        self.start + clock::since(self.since)
    }
}
