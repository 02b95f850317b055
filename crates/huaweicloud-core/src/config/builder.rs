//! The builder of every client.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::environment::Environment;
use super::service::Service;
use super::settings::Settings;
use crate::auth::{Credentials, ProvideCredentials, Source};
use crate::error::Result;
use crate::pipeline::{Client, RetryConfig};
use crate::transport::Proxy;

/// Settings of a [`Client`], or of a client that a service crate builds on it. [`build`](Self::build) checks them all
/// at once.
///
/// Credentials are required, and a region or an endpoint. A setting in code wins over [the
/// environment](Self::from_env), in any order.
///
/// ```
/// # static SERVICE: huaweicloud_core::Service = huaweicloud_core::Service {
/// #     name: "ECS",
/// #     endpoint_variable: "ECS_ENDPOINT",
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
#[must_use = "a builder does nothing until build() is called"]
#[derive(Clone)]
pub struct ClientBuilder<C = Client> {
    pub(crate) settings: Settings,
    made: PhantomData<fn() -> C>,
}

/// A client that a [`ClientBuilder`] can make.
///
/// A service crate implements it for its client. It checks the settings of its own, reports each
/// [`problem`](ClientBuilder::problem), and builds the [`Client`].
pub trait FromBuilder: Sized {
    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), one line that names every setting that is missing or wrong.
    fn from_builder(builder: ClientBuilder) -> Result<Self>;
}

impl Client {
    /// Starts the settings of a client.
    pub fn builder(service: &'static Service) -> ClientBuilder {
        ClientBuilder::new(service)
    }
}

impl<C> ClientBuilder<C> {
    /// Starts the settings of a client.
    pub fn new(service: &'static Service) -> Self {
        Self {
            settings: Settings::new(service),
            made: PhantomData,
        }
    }

    /// Reads region, endpoints and project from the environment, for settings that code does not set. This call reads
    /// the environment once. [`Environment`] lists the variables and the rules. For credentials, use
    /// [`Credentials::from_env`].
    pub fn from_env(self) -> Self {
        let environment = Environment::read(self.settings.service);
        self.environment(environment)
    }

    /// Like [`from_env`](Self::from_env), with an environment that the program has read itself.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.settings.environment = environment;
        self
    }

    /// Sets the region by its ID, such as `cn-north-4`. Calls go to its public endpoint, unless an
    /// [`endpoint`](Self::endpoint) is set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.set.region = Some(region.into());
        self
    }

    /// Sets the address that calls go to: only `https://`, host and port. It wins over a [`region`](Self::region).
    ///
    /// `http://` is refused, except for loopback and the host of [`danger_allow_http`](Self::danger_allow_http).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.settings.set.endpoint = Some(endpoint.into());
        self
    }

    /// Sets the address of IAM, which lists projects and creates tokens. It follows the rules of an
    /// [`endpoint`](Self::endpoint). Default: IAM of the region, if the region is one of Huawei Cloud's.
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.settings.set.iam_endpoint = Some(endpoint.into());
        self
    }

    /// Sets the ID of the project that calls are made for. It must have 1 to 64 letters, digits, `-` and `_`; in the
    /// public cloud it has 32 hexadecimal digits.
    ///
    /// Default: the project that is named like the region, looked up when a call first needs it. That needs the
    /// permission to list projects. With an IAM endpoint, but neither a project nor a region, the client can only list
    /// projects. Other calls end with [`ErrorKind::Config`](crate::ErrorKind::Config). An IAM user needs a project or a
    /// region.
    ///
    /// A plain [`Client`] does not use it.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.settings.set.project_id = Some(project_id.into());
        self
    }

    /// **Danger:** allows plain `http://` to this one host, such as `stand-in` in a network of containers. Anyone on
    /// the network path can read tokens and data, and change responses.
    ///
    /// The host is a name or an address, without scheme and port. It is reached directly, without a proxy. No variable
    /// of the environment sets it. [`build`](Self::build) refuses it together with the password of an IAM user, and
    /// refuses the metadata address 169.254.169.254. Default: none.
    pub fn danger_allow_http(mut self, host: impl Into<String>) -> Self {
        self.settings.http_host = Some(host.into());
        self
    }

    /// Sets credentials that stay the same for the life of the client. A plain [`Client`] gets no tokens for an IAM user:
    /// see [`Client::with_resolver`].
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.settings.credentials = Some(Source::Fixed(Arc::new(credentials), Arc::default()));
        self
    }

    /// Sets a provider of credentials. Each attempt of each call asks it.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.settings.credentials = Some(Source::Provider(Arc::new(provider), Arc::default()));
        self
    }

    /// Sets how long a whole call may take, retries and backoff included. Default 120 s.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.settings.limits.call = limit;
        self
    }

    /// Sets how long one attempt of a call that only reads may take. Default 30 s.
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.settings.limits.read_attempt = limit;
        self
    }

    /// Sets how long connecting may take, TLS included. Default 5 s, and never more than half of
    /// [`timeout`](Self::timeout).
    ///
    /// A connect timeout proves that nothing was sent; a call timeout does not. So a call that changes something is not
    /// sent with less time left than this: it ends with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and was not
    /// applied.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.settings.http.connect_timeout = limit;
        self
    }

    /// Sets the number of attempts and the backoff. Default [`RetryConfig::default`].
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.settings.retry = retry;
        self
    }

    /// Sets whether requests use the proxy variables of the environment: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`,
    /// also in lower case. Default true. Loopback is always reached directly.
    ///
    /// [`build`](Self::build) refuses an unusable proxy variable; it is never bypassed.
    pub fn proxy_from_env(mut self, follow: bool) -> Self {
        self.settings.http.proxy = if follow { Proxy::FromEnv } else { Proxy::None };
        self
    }

    /// Sets the proxy that requests go through, `http://HOST:PORT` or `https://HOST:PORT`, in place of the variables of
    /// the environment. Loopback is always reached directly.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.settings.http.proxy = Proxy::At(address.into());
        self
    }

    /// Sets a PEM file of certificates to trust besides those of the machine, such as the certificate of a company's
    /// proxy. [`build`](Self::build) reads it. Default none.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.http.ca_file = Some(path.into());
        self
    }

    /// Adds a product, such as `my-program/1.2`, at the front of the header `User-Agent`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        let user_agent = &mut self.settings.http.user_agent;
        *user_agent = format!("{} {user_agent}", product.into());
        self
    }

    /// Checks all settings and makes the client. It sends nothing, and loads the root certificates of the machine.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), one line that names every setting that is missing or wrong.
    pub fn build(self) -> Result<C>
    where
        C: FromBuilder,
    {
        C::from_builder(ClientBuilder {
            settings: self.settings,
            made: PhantomData,
        })
    }
}

/// For service crates, which build their client from these settings: see [`FromBuilder`].
impl ClientBuilder {
    /// The service whose client is built.
    #[must_use]
    pub fn service(&self) -> &'static Service {
        self.settings.service
    }

    /// Region, endpoints and project: as set in code, else from the environment.
    #[must_use]
    pub fn place(&self) -> Environment {
        self.settings.place()
    }

    /// The credentials, if [`credentials`](ClientBuilder::credentials) set them.
    #[must_use]
    pub fn fixed_credentials(&self) -> Option<&Arc<Credentials>> {
        self.settings.credentials.as_ref()?.fixed()
    }

    /// Reports a problem with a setting that this crate does not check. [`build`](Self::build) names all problems at
    /// once.
    pub fn problem(mut self, problem: impl Into<String>) -> Self {
        self.settings.problems.push(problem.into());
        self
    }
}

impl FromBuilder for Client {
    fn from_builder(builder: ClientBuilder) -> Result<Self> {
        builder.settings.client()
    }
}

/// Hides user information in addresses, which [`build`](ClientBuilder::build) has not refused yet.
impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("ClientBuilder")
            .field("service", &settings.service.name)
            .field("set", &settings.set)
            .field("environment", &settings.environment)
            .field("http_host", &settings.http_host)
            .field("credentials", &settings.credentials)
            .field("limits", &settings.limits)
            .field("retry", &settings.retry)
            .field("http", &settings.http)
            .finish_non_exhaustive()
    }
}
