//! Settings of a client, checked all at once.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::endpoint::{Endpoint, beginning, shown_address};
use super::service::Service;
use crate::auth::{Credentials, ProvideCredentials, Source};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::pipeline::{CallOptions, Client, Limits, RetryConfig, Shared, Skew, Target};
use crate::transport::{Connections, HttpSettings, Proxy, Transport};

/// Settings of a [`Client`]. Each is checked by [`build`](Self::build), and none before.
///
/// ```
/// # static SERVICE: huaweicloud_core::Service = huaweicloud_core::Service {
/// #     name: "ECS",
/// #     endpoint_of: |region| Some(format!("https://ecs.{region}.example.com")),
/// #     code_prefixes: &[],
/// #     codes: &[],
/// #     look_first: |_| "read it first",
/// # };
/// use huaweicloud_core::{Client, Credentials};
///
/// let client = Client::builder(&SERVICE)
///     .region("eu-west-0")
///     .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
///     .build()?;
/// assert_eq!(client.endpoint(), "https://ecs.eu-west-0.example.com");
/// # Ok::<(), huaweicloud_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until build() is called"]
pub struct ClientBuilder {
    service: &'static Service,
    region: Option<String>,
    endpoint: Option<String>,
    credentials: Option<Source>,
    timeout: Duration,
    read_timeout: Duration,
    connect_timeout: Duration,
    retry: RetryConfig,
    proxy: Proxy,
    ca_file: Option<PathBuf>,
    user_agent: Vec<String>,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    problems: Vec<String>,
}

impl Client {
    /// Begins a client of a service. It needs credentials, and a region or an endpoint.
    pub fn builder(service: &'static Service) -> ClientBuilder {
        ClientBuilder {
            service,
            region: None,
            endpoint: None,
            credentials: None,
            timeout: Duration::from_secs(120),
            read_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            retry: RetryConfig::default(),
            proxy: Proxy::FromEnv,
            ca_file: None,
            user_agent: vec![concat!("huaweicloud-core/", env!("CARGO_PKG_VERSION")).to_owned()],
            transport: None,
            clock: Arc::new(SystemClock),
            problems: Vec::new(),
        }
    }
}

impl ClientBuilder {
    /// Sets the region, by its ID: calls go to its public endpoint, unless an [`endpoint`](Self::endpoint) is set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the address that calls go to: `https://`, host and port alone; `http://` for loopback only. It wins over a
    /// [`region`](Self::region).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets credentials that stay the same for the life of the client. For an IAM user, somebody must get tokens: see
    /// [`Client::with_resolver`].
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(Source::of(Arc::new(credentials)));
        self
    }

    /// Sets where credentials come from, asked for every attempt of every call.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Source::Provider(Arc::new(provider), Arc::default()));
        self
    }

    /// The credentials that were set, if they stay the same.
    #[must_use]
    pub fn fixed_credentials(&self) -> Option<&Arc<Credentials>> {
        match &self.credentials {
            Some(Source::Fixed(credentials, _) | Source::User(credentials)) => Some(credentials),
            _ => None,
        }
    }

    /// Sets how long a whole call may take, pauses and repeats included. Default 120 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets how long one attempt of a call that only reads may take. Default 30 s.
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.read_timeout = limit;
        self
    }

    /// Sets how long connecting may take, TLS included. Default 5 s, and never more than half of
    /// [`timeout`](Self::timeout): a limit on connecting says that nothing was sent, one on the call cannot. For the same
    /// reason a call that changes something is not sent with less time left than this, be it the first attempt or a
    /// later one: it ends with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and was not applied.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how often a call is tried and how long the pauses are. Default [`RetryConfig::default`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = retry;
        self
    }

    /// Whether the proxy variables of the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower case) are
    /// followed. Default true. Loopback is reached directly either way. [`build`](Self::build) refuses a variable that
    /// cannot be followed: an unusable proxy variable is never bypassed.
    pub fn proxy_from_env(mut self, follow: bool) -> Self {
        self.proxy = if follow { Proxy::FromEnv } else { Proxy::None };
        self
    }

    /// Sets the proxy that requests go through: `http://HOST:PORT` or `https://HOST:PORT`. The variables of the
    /// environment are not looked at then. Loopback is reached directly.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.proxy = Proxy::At(address.into());
        self
    }

    /// Sets a file of certificates in PEM that are trusted besides those of the machine, such as that of a company's
    /// proxy. [`build`](Self::build) reads it.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Adds a product to the header `User-Agent`, in front of those that are there, such as `my-program/1.2`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent.insert(0, product.into());
        self
    }

    /// Sends everything to a transport of a test's own.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn replace_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Dates signatures by a clock of a test's own.
    #[cfg(feature = "test-util")]
    pub(crate) fn replace_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Adds something that is wrong with settings of another crate's, so that [`build`](Self::build) names all at once.
    pub fn problem(mut self, problem: impl Into<String>) -> Self {
        self.problems.push(problem.into());
        self
    }

    /// Checks all settings and makes the client. Nothing is sent; the roots that the machine trusts are loaded.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), one line that names every setting that is missing or wrong.
    pub fn build(self) -> Result<Client> {
        let mut problems = Problems::default();
        let address = match (self.endpoint, self.region) {
            (Some(endpoint), _) => Ok(endpoint),
            (None, Some(region)) => (self.service.endpoint_of)(&region).ok_or_else(|| {
                format!(
                    "region {:?} is not known: check its spelling, or set an endpoint",
                    beginning(&region)
                )
            }),
            (None, None) => Err("no region: set a region or an endpoint".to_owned()),
        };
        let endpoint = problems.note(address.and_then(|address| Endpoint::parse(&address)));
        for problem in self.problems {
            problems.push(problem);
        }
        let source = problems.note(match self.credentials {
            None => Err("no credentials: set credentials or a credentials provider".to_owned()),
            Some(Source::Fixed(credentials, gate)) => credentials
                .check()
                .map(|()| Source::Fixed(credentials, gate)),
            Some(Source::User(credentials)) => {
                credentials.check().map(|()| Source::User(credentials))
            }
            Some(source) => Ok(source),
        });
        if self.timeout.is_zero() || self.read_timeout.is_zero() || self.connect_timeout.is_zero() {
            problems.push("a time limit is zero: nothing could be done in it".to_owned());
        }
        if self.retry.max_attempts() == 0 {
            problems.push("max_attempts is 0: 1 is the least, and means no repeats".to_owned());
        }
        let limits = Limits {
            call: self.timeout,
            read_attempt: self.read_timeout,
            connect: connect_limit(self.connect_timeout, self.timeout),
        };
        let settings = HttpSettings {
            connect_timeout: limits.connect,
            proxy: self.proxy,
            ca_file: self.ca_file,
            user_agent: self.user_agent.join(" "),
        };
        let connections = Connections::new(settings, self.transport);
        let target = endpoint
            .and_then(|endpoint| problems.note(Target::new(self.service, endpoint, &connections)));
        let (Some(target), Some(source), true) = (target, source, problems.0.is_empty()) else {
            return Err(Error::config(&format!(
                "the client cannot be made: {}",
                problems.0.join("; ")
            )));
        };
        Ok(Client {
            shared: Arc::new(Shared {
                connections,
                limits,
                retry: self.retry,
                clock: self.clock,
                skew: Skew::default(),
            }),
            target: Arc::new(target),
            source,
            options: CallOptions::default(),
        })
    }
}

/// Leaves out the user information that an address may hold before [`build`](ClientBuilder::build) refuses it.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("service", &self.service.name)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.as_deref().map(shown_address))
            .field("credentials", &self.credentials)
            .field("timeout", &self.timeout)
            .field("read_timeout", &self.read_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("retry", &self.retry)
            .field("proxy", &self.proxy)
            .field("ca_file", &self.ca_file)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the settings, all of it.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn note<T>(&mut self, result: std::result::Result<T, String>) -> Option<T> {
        result.map_err(|problem| self.push(problem)).ok()
    }

    /// Adds a problem once: a bad variable is one problem, though two endpoints have it.
    fn push(&mut self, problem: String) {
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }
}

/// A limit of the call that passes while connecting leaves open what was sent; one on connecting does not.
fn connect_limit(wanted: Duration, call: Duration) -> Duration {
    wanted.min(call / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    static SERVICE: Service = Service {
        name: "ECS",
        endpoint_of: |_| None,
        code_prefixes: &[],
        codes: &[],
        look_first: |_| "",
    };

    #[test]
    fn debug_shows_addresses_without_their_passwords() {
        let settings = Client::builder(&SERVICE)
            .endpoint("https://user:hidden@api.example.com")
            .proxy("http://user:hidden@proxy.example.com:8080");
        let shown = format!("{settings:?}");
        for host in ["@api.example.com", "@proxy.example.com:8080"] {
            assert!(shown.contains(host), "{shown}");
        }
        assert!(!shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn ca_file_with_a_strange_name_is_refused_in_one_line() {
        let settings = Client::builder(&SERVICE)
            .endpoint("https://api.example.com")
            .credentials(Credentials::token("tokenInvented"))
            .proxy_from_env(false)
            .ca_file("missing\n\u{1b}[2J.pem");
        let line = settings.build().unwrap_err().to_string();
        assert!(line.contains("the CA file"), "{line}");
        assert!(!line.contains(char::is_control), "{line}");
    }

    #[test]
    fn connecting_never_takes_more_than_half_of_a_call() {
        let seconds = Duration::from_secs;
        assert_eq!(connect_limit(seconds(5), seconds(120)), seconds(5));
        assert_eq!(connect_limit(seconds(5), seconds(4)), seconds(2));
    }
}
