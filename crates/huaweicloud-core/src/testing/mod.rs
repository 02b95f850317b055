//! Test your code over the real pipeline, with a scripted transport and a clock of your own. No server is needed.
//!
//! Signing, limits, retries and errors are those of production. Only the network is replaced. On tokio's paused clock a
//! backoff or a timeout takes no real time.
//!
//! ```
//! use std::sync::Arc;
//!
//! use huaweicloud_core::testing::{Script, Step};
//! use huaweicloud_core::{Client, Credentials, Result};
//! use serde_json::{Value, json};
//! # use huaweicloud_core::{Auth, Operation, Repeat, Service, SuccessBody};
//! # static SERVICE: Service = Service {
//! #     name: "ECS",
//! #     endpoint_variable: "ECS_ENDPOINT",
//! #     endpoint_of: |_| None,
//! #     code_prefixes: &[],
//! #     codes: &[],
//! #     look_first: |_| "",
//! # };
//! # static STOP: Operation = Operation {
//! #     id: "StopServer",
//! #     method: "POST",
//! #     path: "/v2/servers/{server_id}/stop",
//! #     repeat: Repeat::Never,
//! #     changes: true,
//! #     success: 204,
//! #     success_body: SuccessBody::Empty,
//! #     auth: Auth::Required,
//! #     secrets: &[],
//! #     secret_headers: &[],
//! #     free_text: &[],
//! # };
//! # static SHOW: Operation = Operation {
//! #     id: "ShowServer",
//! #     method: "GET",
//! #     path: "/v2/servers/{server_id}",
//! #     repeat: Repeat::Safe,
//! #     changes: false,
//! #     success: 200,
//! #     success_body: SuccessBody::Json,
//! #     ..STOP
//! # };
//!
//! /// Stops a server. If the stop may have been applied, the server's status decides.
//! async fn is_stopped(client: &Client, id: &str) -> Result<bool> {
//!     let stop = client.request(&STOP).path("server_id", id);
//!     match stop.send::<()>().await {
//!         Ok(_) => Ok(true),
//!         Err(error) if error.may_have_been_applied() => {
//!             let show = client.request(&SHOW).path("server_id", id);
//!             Ok(show.send::<Value>().await?.body()["status"] == "STOPPED")
//!         }
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread", start_paused = true)]
//! async fn main() -> Result<()> {
//!     let script = Script::new([
//!         Step::not_sent(),
//!         Step::lost(),
//!         Step::json(200, json!({"status": "STOPPED"})).header("X-Request-Id", "r-3"),
//!     ]);
//!     let client = Client::builder(&SERVICE)
//!         .endpoint("https://api.example.com")
//!         .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
//!         .transport(Arc::new(script.clone()))
//!         .build()?;
//!
//!     assert!(is_stopped(&client, "s1").await?);
//!     // The stop that was not sent is retried. The one whose response was lost is not.
//!     let sent: Vec<_> = script.seen().iter().map(|seen| format!("{} {}", seen.method, seen.path)).collect();
//!     let [stop, show] = ["POST /v2/servers/s1/stop", "GET /v2/servers/s1"];
//!     assert_eq!(sent, [stop, stop, show]);
//!     Ok(())
//! }
//! ```

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::time::Instant;

pub use self::script::{Script, Seen, Step};
use crate::clock;
pub use crate::clock::Clock;
use crate::config::ClientBuilder;
pub use crate::transport::{SendCause, SendFailure};
use crate::{BoxError, transport};

mod script;

/// Receives requests in place of the network. [`Script`] is one; implement your own for a service that keeps state.
pub trait Transport: Debug + Send + Sync {
    /// Takes one request as it would have been sent.
    fn send(&self, request: http::Request<Bytes>) -> Reply<'_>;
}

/// A response, or why there is none.
pub type Reply<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Body>, SendFailure>> + Send + 'a>>;

/// The body of a response. `into()` makes one from bytes or text.
#[derive(Debug)]
pub struct Body(reqwest::Body);

impl Body {
    /// A body that arrives in pieces, or breaks off.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body + Send + Sync + 'static,
        B::Data: Into<Bytes>,
        B::Error: Into<BoxError>,
    {
        Self(reqwest::Body::wrap(body))
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(bytes.into().into())
    }
}

/// Gives the pipeline's requests to a transport of a test.
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

impl<C> ClientBuilder<C> {
    /// Sends all requests, of every service, to this transport. No connection is made, and no root certificates are
    /// loaded.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.settings.transport = Some(Arc::new(Adapter(transport)));
        self
    }

    /// Dates signatures by this clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }
}

/// A time of day that starts here and moves with tokio's clock, which tests can pause.
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
