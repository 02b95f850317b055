//! A transport and a clock that tests put in place of the real ones: the whole pipeline, and no server.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::time::Instant;

use crate::clock::{self, Clock};
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

impl ClientBuilder {
    /// Sends everything to a transport of a test's own, for every service. No connection is made, and no roots are loaded.
    pub fn transport(self, transport: Arc<dyn Transport>) -> Self {
        self.replace_transport(Arc::new(Adapter(transport)))
    }

    /// Dates signatures by a time of day that moves with tokio's clock, which tests can pause.
    pub fn start_of_time(self, start: SystemTime) -> Self {
        self.replace_clock(Arc::new(PausedClock {
            start,
            since: clock::instant(),
        }))
    }
}

/// A time of day that moves with tokio's clock.
#[derive(Debug)]
struct PausedClock {
    start: SystemTime,
    since: Instant,
}

impl Clock for PausedClock {
    fn now(&self) -> SystemTime {
        let passed: Duration = clock::since(self.since);
        self.start + passed
    }
}
