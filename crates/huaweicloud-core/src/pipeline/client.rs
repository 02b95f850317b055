//! A client: connections, credentials and settings, and the endpoint that its calls go to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use tokio::time::Instant;

use super::retry::RetryConfig;
use super::skew::Skew;
use crate::auth::{ResolveCredentials, Source};
use crate::clock::{self, Clock};
use crate::config::{Endpoint, Service};
use crate::error::{Error, Result};
use crate::transport::{Connections, Transport};

/// Makes the calls of one service at one endpoint.
///
/// It is made by [`builder`](Self::builder), and given to a generated client. Clones share connections, credentials and
/// what is learnt of the service's clock; [`to`](Self::to) and [`with_options`](Self::with_options) make clones that
/// differ in one thing. Its futures are `Send` and need a tokio runtime with time and I/O enabled.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) target: Arc<Target>,
    pub(crate) source: Source,
    pub(crate) options: CallOptions,
}

/// What clones have in common, wherever their calls go.
pub(crate) struct Shared {
    pub(crate) connections: Connections,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: Skew,
}

/// Where calls go.
pub(crate) struct Target {
    pub(crate) service: &'static Service,
    pub(crate) endpoint: Endpoint,
    pub(crate) host: HeaderValue,
    pub(crate) transport: Arc<dyn Transport>,
    /// The way there, for errors: the host, and the proxy without its user information.
    pub(crate) route: String,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A whole call, pauses and repeats included.
    pub(crate) call: Duration,
    /// One attempt of a call that only reads.
    pub(crate) read_attempt: Duration,
    /// Connecting, TLS included.
    pub(crate) connect: Duration,
}

/// What is particular to some calls: see [`Client::with_options`]. The default is nothing.
#[derive(Clone, Default)]
pub struct CallOptions {
    deadline: Option<Instant>,
    repeats: Option<Arc<dyn Repeats>>,
}

/// Hears of the repeats of a call, and may end it before one.
pub trait Repeats: Send + Sync {
    /// Hears that an attempt failed and there is another one: after this pause, or at once where a corrected clock or
    /// renewed credentials cure what it was refused for. It should return at once: the call stands still meanwhile.
    fn failed(&self, error: &Error, pause: Option<Duration>);

    /// Says after the pause whether the next attempt is made; if it gives nothing, it is. If not, the call ends with the
    /// error of the attempt before. The time from the end of the pause until it is said is added to the deadline of the
    /// call. An attempt that is made at once does not ask.
    fn may_repeat(&self) -> Option<Pin<Box<dyn Future<Output = bool> + Send + '_>>> {
        None
    }
}

impl CallOptions {
    /// Sets when a call is over, whatever happens, in place of the client's time limit.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets what hears of repeats and may prevent them.
    #[must_use]
    pub fn with_repeats(mut self, repeats: Arc<dyn Repeats>) -> Self {
        self.repeats = Some(repeats);
        self
    }

    /// What hears of repeats, if something does.
    #[must_use]
    pub fn repeats(&self) -> Option<&Arc<dyn Repeats>> {
        self.repeats.as_ref()
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("deadline", &self.deadline)
            .field("hears_of_repeats", &self.repeats.is_some())
            .finish()
    }
}

impl Target {
    pub(crate) fn new(
        service: &'static Service,
        endpoint: Endpoint,
        connections: &Connections,
    ) -> std::result::Result<Self, String> {
        let host = endpoint.host();
        let (transport, proxy) = connections.to(&endpoint)?;
        let proxy = proxy.map(|proxy| format!(", proxy {proxy}"));
        Ok(Self {
            service,
            host: HeaderValue::try_from(host).map_err(|error| error.to_string())?,
            route: format!("host {host}{}", proxy.unwrap_or_default()),
            endpoint,
            transport,
        })
    }
}

impl Client {
    /// A clone whose calls go to another endpoint, or another service, over the same connections and with the same
    /// credentials.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the address cannot be one, or its proxy cannot be followed.
    pub fn to(&self, service: &'static Service, address: &str) -> Result<Self> {
        let target = Endpoint::parse(address)
            .and_then(|endpoint| Target::new(service, endpoint, &self.shared.connections))
            .map_err(|problem| Error::config(&format!("{}: {problem}", service.name)))?;
        Ok(Self {
            target: Arc::new(target),
            ..self.clone()
        })
    }

    /// A clone whose calls are made with these options.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            options,
            ..self.clone()
        }
    }

    /// A clone that sends what a resolver gives in place of its credentials, which are those of an IAM user.
    #[must_use]
    pub fn with_resolver(&self, resolver: Arc<dyn ResolveCredentials>) -> Self {
        Self {
            source: Source::Resolver(resolver),
            ..self.clone()
        }
    }

    /// The options of its calls.
    #[must_use]
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// The address that calls go to: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.target.endpoint.as_str()
    }

    /// When a call that began now would be over: at the deadline of the options, else after the client's time limit.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.options
            .deadline
            .unwrap_or_else(|| clock::after(self.shared.limits.call))
    }

    /// The time of day by the clock that signatures are dated with, before any correction.
    #[must_use]
    pub fn system_time(&self) -> SystemTime {
        self.shared.clock.now()
    }
}

/// Shows the endpoint; credentials show themselves without their secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint())
            .field("credentials", &self.source)
            .field("limits", &self.shared.limits)
            .field("retry", &self.shared.retry)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
