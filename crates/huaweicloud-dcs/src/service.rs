//! A service: where its calls go, and what carries them.

use std::sync::Arc;

use http::HeaderValue;

use crate::endpoint::Endpoint;
use crate::transport::Transport;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    /// The data migration of DCS.
    Migration,
    /// Projects and tokens.
    Iam,
}

pub(crate) struct Service {
    pub(crate) api: Api,
    pub(crate) endpoint: Endpoint,
    pub(crate) host: HeaderValue,
    /// Makes requests for the generated client; the transport sends them.
    pub(crate) http: reqwest::Client,
    pub(crate) transport: Arc<dyn Transport>,
    /// The way there, for errors: the host, and the proxy without its user information.
    pub(crate) route: String,
}

impl Service {
    pub(crate) fn new(
        api: Api,
        endpoint: Endpoint,
        http: reqwest::Client,
        proxy: Option<String>,
    ) -> Result<Arc<Self>, String> {
        let host = endpoint.host();
        let proxy = proxy.map(|proxy| format!(", proxy {proxy}"));
        Ok(Arc::new(Self {
            api,
            host: HeaderValue::try_from(host).map_err(|error| error.to_string())?,
            route: format!("host {host}{}", proxy.unwrap_or_default()),
            endpoint,
            transport: Arc::new(http.clone()),
            http,
        }))
    }
}
