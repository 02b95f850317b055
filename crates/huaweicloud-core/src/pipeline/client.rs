//! A client: connections, credentials, settings and an endpoint.

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

/// Calls one service at one endpoint. [`builder`](Self::builder) makes one. Generated clients are built on it.
///
/// Clones share connections, credentials and the corrected clock. [`to`](Self::to) and
/// [`with_options`](Self::with_options) give clones that differ in one setting. Futures are `Send` and need a tokio
/// runtime with time and I/O enabled.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) target: Arc<Target>,
    pub(crate) source: Source,
    pub(crate) options: CallOptions,
}

/// What clones share for all endpoints.
pub(crate) struct Shared {
    pub(crate) connections: Connections,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: Skew,
    /// The host that plain http is allowed for.
    pub(crate) http_host: Option<String>,
}

/// The destination of calls.
pub(crate) struct Target {
    pub(crate) service: &'static Service,
    pub(crate) endpoint: Endpoint,
    pub(crate) host: HeaderValue,
    pub(crate) transport: Arc<dyn Transport>,
    /// Host and proxy for messages, without user information.
    pub(crate) route: String,
}

/// Timeouts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A whole call, with retries and backoff.
    pub(crate) call: Duration,
    /// One attempt of a read.
    pub(crate) read_attempt: Duration,
}

/// Options for some calls of a client: a deadline and a hook for retries. See [`Client::with_options`].
#[derive(Clone, Default)]
pub struct CallOptions {
    deadline: Option<Instant>,
    retry_hook: Option<Arc<dyn RetryHook>>,
}

/// A hook of the retry loop: reports each retry of a call, and may prevent it.
pub trait RetryHook: Send + Sync {
    /// Called when an attempt failed and a retry follows. `backoff` is `None` if the retry follows at once, after a
    /// corrected clock or renewed credentials. Must not block: the call waits for it.
    fn failed(&self, error: &Error, backoff: Option<Duration>);

    /// Decides after the backoff whether the retry is made; `None` permits it. A prevented retry ends the call with the
    /// error of the last attempt. The deadline is extended by the time of the decision. Not called for a retry without
    /// backoff.
    fn may_retry(&self) -> Option<Pin<Box<dyn Future<Output = bool> + Send + '_>>> {
        None
    }
}

impl CallOptions {
    /// Sets when a call ends, in place of the client's timeout.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the retry hook.
    #[must_use]
    pub fn with_retry_hook(mut self, retry_hook: Arc<dyn RetryHook>) -> Self {
        self.retry_hook = Some(retry_hook);
        self
    }

    /// The retry hook, if it is set.
    #[must_use]
    pub fn retry_hook(&self) -> Option<&Arc<dyn RetryHook>> {
        self.retry_hook.as_ref()
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("deadline", &self.deadline)
            .field("has_retry_hook", &self.retry_hook.is_some())
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
    /// A clone for another endpoint or service, with the same connections and credentials.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the address or its proxy is invalid.
    pub fn to(&self, service: &'static Service, address: &str) -> Result<Self> {
        let target = Endpoint::parse(address, self.shared.http_host.as_deref())
            .and_then(|endpoint| Target::new(service, endpoint, &self.shared.connections))
            .map_err(|problem| Error::config(&format!("{}: {problem}", service.name)))?;
        Ok(Self {
            target: Arc::new(target),
            ..self.clone()
        })
    }

    /// A clone with these options.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            options,
            ..self.clone()
        }
    }

    /// A clone that takes the credentials of its IAM user from this resolver.
    #[must_use]
    pub fn with_resolver(&self, resolver: Arc<dyn ResolveCredentials>) -> Self {
        Self {
            source: Source::Resolver(resolver),
            ..self.clone()
        }
    }

    /// The options of this client.
    #[must_use]
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// The service that this client calls.
    #[must_use]
    pub fn service(&self) -> &'static Service {
        self.target.service
    }

    /// The endpoint: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.target.endpoint.as_str()
    }

    /// When a call that begins now will end: at the deadline of the options, else after the client's timeout.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.options
            .deadline
            .unwrap_or_else(|| clock::after(self.shared.limits.call))
    }

    /// The time of day by the clock that dates signatures, uncorrected.
    #[must_use]
    pub fn system_time(&self) -> SystemTime {
        self.shared.clock.now()
    }
}

/// Shows no secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint())
            .field("credentials", &self.source)
            .field("limits", &self.shared.limits)
            .field("http", &self.shared.connections.settings)
            .field("retry", &self.shared.retry)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
