//! The HTTP clients: their settings, and one client for several services.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::proxy;
use super::tls;
use super::{Transport, chain};
use crate::auth::variable_or_empty;
use crate::config::{Endpoint, shown_address};

/// The settings of HTTP clients.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    /// For connecting, TLS included.
    pub(crate) connect_timeout: Duration,
    pub(crate) proxy: Proxy,
    /// Root certificates in PEM, besides those of the machine.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) user_agent: String,
}

/// The proxy of requests.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Proxy {
    /// The proxy that environment variables name.
    FromEnv,
    None,
    /// This proxy. Ignores the environment.
    At(String),
}

/// Hides the user information of an address.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromEnv => f.write_str("FromEnv"),
            Self::None => f.write_str("None"),
            Self::At(address) => f.debug_tuple("At").field(&shown_address(address)).finish(),
        }
    }
}

/// Makes HTTP clients. Services share one if possible, since loading the root certificates takes long.
#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) settings: HttpSettings,
    made: Mutex<Vec<(Needs, Arc<dyn Transport>)>>,
    /// The transport of tests, which takes all requests.
    replaced: Option<Arc<dyn Transport>>,
}

/// Whether an endpoint needs TLS, and whether it is reached without a proxy.
type Needs = (bool, bool);

impl Connections {
    pub(crate) fn new(settings: HttpSettings, replaced: Option<Arc<dyn Transport>>) -> Self {
        Self {
            settings,
            made: Mutex::default(),
            replaced,
        }
    }

    /// The transport to an endpoint, and its proxy without user information.
    pub(crate) fn to(
        &self,
        endpoint: &Endpoint,
    ) -> Result<(Arc<dyn Transport>, Option<String>), String> {
        let proxy = match &self.settings.proxy {
            _ if endpoint.is_direct() => None,
            Proxy::None => None,
            // For each endpoint, even of a shared client: NO_PROXY may name one of them.
            Proxy::FromEnv => proxy::check(endpoint, &variable_or_empty)?,
            Proxy::At(address) => Some(proxy::parse("the proxy", address)?),
        };
        if let Some(transport) = &self.replaced {
            return Ok((Arc::clone(transport), proxy));
        }
        let needs = (endpoint.is_https(), endpoint.is_direct());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, transport)) = made.iter().find(|(made_for, _)| *made_for == needs) {
            return Ok((Arc::clone(transport), proxy));
        }
        let client = self.settings.builder(endpoint)?.build().map_err(|error| {
            let cause = chain(&error).last().map(ToString::to_string);
            format!(
                "the HTTP client cannot be made: {}",
                cause.unwrap_or_default()
            )
        })?;
        let transport: Arc<dyn Transport> = Arc::new(client);
        made.push((needs, Arc::clone(&transport)));
        Ok((transport, proxy))
    }
}

impl HttpSettings {
    /// No redirects, no referer, no decompression, no retries by the library, TLS 1.2 or later.
    pub(crate) fn builder(&self, endpoint: &Endpoint) -> Result<reqwest::ClientBuilder, String> {
        let mut builder = reqwest::Client::builder()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // Another crate may have turned the features on. The cap of a body counts the bytes that are sent.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .https_only(endpoint.is_https())
            .connect_timeout(self.connect_timeout)
            // Shorter than the timeout of load balancers, so that no connection closes while a request is sent.
            .pool_idle_timeout(Duration::from_secs(15))
            .user_agent(&self.user_agent);
        match &self.proxy {
            Proxy::FromEnv if !endpoint.is_direct() => {}
            Proxy::At(address) if !endpoint.is_direct() => {
                let proxy = reqwest::Proxy::all(address).map_err(|_| {
                    "the proxy is not an address: write http://HOST:PORT".to_owned()
                })?;
                builder = builder.no_proxy().proxy(proxy);
            }
            _ => builder = builder.no_proxy(),
        }
        let https = endpoint.is_https();
        let Some(path) = self.ca_file.as_deref().filter(|_| https) else {
            return tls::configure(builder, https, None);
        };
        let shown = path.display();
        let authorities = std::fs::read(path)
            .map_err(|error| format!("the CA file {shown} cannot be read: {error}"))?;
        tls::configure(builder, https, Some(&authorities))
            .map_err(|problem| format!("{problem} (CA file {shown})"))
    }
}
