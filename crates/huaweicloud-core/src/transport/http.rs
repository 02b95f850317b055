//! The HTTP clients: their settings, and one for all services where it can be.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::proxy;
use super::tls;
use super::{Transport, chain};
use crate::auth::variable_or_empty;
use crate::config::{Endpoint, shown_address};

/// What HTTP clients are made with.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: Proxy,
    /// Certificates in PEM that are trusted besides the machine's.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) user_agent: String,
}

/// Through which proxy requests go.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// That of the environment's variables.
    FromEnv,
    None,
    /// This one, whatever the environment says.
    At(String),
}

/// Leaves out the user information of an address.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromEnv => f.write_str("FromEnv"),
            Self::None => f.write_str("None"),
            Self::At(address) => f.debug_tuple("At").field(&shown_address(address)).finish(),
        }
    }
}

/// Makes HTTP clients: one for several services where it can be, since loading the machine's roots takes long.
#[derive(Debug)]
pub(crate) struct Connections {
    settings: HttpSettings,
    made: Mutex<Vec<(Needs, Arc<dyn Transport>)>>,
    /// Tests send everything here.
    replaced: Option<Arc<dyn Transport>>,
}

/// What of an address decides on the client: whether it needs TLS, and whether it is this machine.
type Needs = (bool, bool);

impl Connections {
    pub(crate) fn new(settings: HttpSettings, replaced: Option<Arc<dyn Transport>>) -> Self {
        Self {
            settings,
            made: Mutex::default(),
            replaced,
        }
    }

    /// What sends requests to an endpoint; and the proxy on the way there, without its user information.
    pub(crate) fn to(
        &self,
        endpoint: &Endpoint,
    ) -> Result<(Arc<dyn Transport>, Option<String>), String> {
        let proxy = match &self.settings.proxy {
            _ if endpoint.is_loopback() => None,
            Proxy::None => None,
            // For each endpoint, though several may share a client: the variables may except one of them.
            Proxy::FromEnv => proxy::check(endpoint, &variable_or_empty)?,
            Proxy::At(address) => Some(proxy::parse("the proxy", address)?),
        };
        if let Some(transport) = &self.replaced {
            return Ok((Arc::clone(transport), proxy));
        }
        let needs = (endpoint.is_https(), endpoint.is_loopback());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, transport)) = made.iter().find(|(made_for, _)| *made_for == needs) {
            return Ok((Arc::clone(transport), proxy));
        }
        let client = self.settings.builder(endpoint)?.build();
        let client = client
            .map_err(|error| format!("the HTTP client cannot be made: {}", root_cause(&error)))?;
        let transport: Arc<dyn Transport> = Arc::new(client);
        made.push((needs, Arc::clone(&transport)));
        Ok((transport, proxy))
    }
}

impl HttpSettings {
    /// No redirects, no referer, no decompression, no repeats of its own, TLS 1.2 or later.
    pub(crate) fn builder(&self, endpoint: &Endpoint) -> Result<reqwest::ClientBuilder, String> {
        let mut builder = reqwest::Client::builder()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // Off, though another crate may have switched the features on: a body is bounded and kept as it is sent.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .https_only(endpoint.is_https())
            .connect_timeout(self.connect_timeout)
            // Shorter than any load balancer's: a connection that the other side is about to close is not used.
            .pool_idle_timeout(Duration::from_secs(15))
            .user_agent(&self.user_agent);
        match &self.proxy {
            Proxy::FromEnv if !endpoint.is_loopback() => {}
            Proxy::At(address) if !endpoint.is_loopback() => {
                let proxy = reqwest::Proxy::all(address).map_err(|_| {
                    "the proxy is not an address: write http://HOST:PORT".to_owned()
                })?;
                builder = builder.no_proxy().proxy(proxy);
            }
            _ => builder = builder.no_proxy(),
        }
        tls::configure(builder, endpoint.is_https(), self.ca_file.as_deref())
    }
}

fn root_cause(error: &(dyn Error + 'static)) -> String {
    chain(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}
