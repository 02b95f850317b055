//! Sends a request once. A failure tells whether it was not sent, or may have been applied.

use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::pin::Pin;

use ::http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use reqwest::{Request, Response};
use tower_service::Service;

use crate::BoxError;

mod http;
mod proxy;
#[cfg(test)]
mod tests;
mod tls;

pub(crate) use http::{Connections, HttpSettings, Proxy};

/// Sends one request once. Tests use a script in its place.
pub(crate) trait Transport: Debug + Send + Sync {
    fn send(&self, request: Request) -> Reply<'_>;
}

pub(crate) type Reply<'a> =
    Pin<Box<dyn Future<Output = Result<Response, SendFailure>> + Send + 'a>>;

/// Why there is no response.
#[allow(clippy::exhaustive_structs, reason = "tests write failures down")]
#[derive(Debug)]
#[allow(unreachable_pub, reason = "the module `testing` makes it public")]
pub struct SendFailure {
    /// The kind of failure.
    pub cause: SendCause,
    /// The error of the HTTP library.
    pub source: BoxError,
}

/// The kinds of failure of a request without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(unreachable_pub, reason = "the module `testing` makes it public")]
pub enum SendCause {
    /// No connection: nothing was sent.
    Connect,
    /// TLS with the endpoint failed: nothing was sent, and a retry is futile.
    Tls,
    /// TLS with an `https://` proxy failed: nothing was sent, and a retry is futile.
    ProxyTls,
    /// The proxy refused to connect: nothing was sent, and a retry is futile.
    Proxy,
    /// The connection broke after the request was sent: the operation may have been applied.
    Broken,
    /// The HTTP library refused the request: nothing was sent, and a retry is futile.
    Unsendable,
}

/// Real connections: one pool of HTTP/1.1.
impl Transport for reqwest::Client {
    fn send(&self, request: Request) -> Reply<'_> {
        // The error of the call names its operation. The URL would add project and resource IDs.
        Box::pin(async {
            self.execute(request)
                .await
                .map_err(|error| classify(error.without_url()))
        })
    }
}

fn classify(error: reqwest::Error) -> SendFailure {
    let tunnel = chain(&error).find_map(|cause| cause.downcast_ref());
    let cause = if error.is_builder() {
        SendCause::Unsendable
    } else if !error.is_connect() {
        SendCause::Broken
    } else if let Some(TunnelError::ProxyAuthRequired | TunnelError::TunnelUnsuccessful) = tunnel {
        SendCause::Proxy
    } else if chain(&error).any(<dyn Error>::is::<tls::TlsError>) {
        // TLS with the endpoint goes through the tunnel: its failure is not one of the tunnel.
        match tunnel {
            Some(_) => SendCause::ProxyTls,
            None => SendCause::Tls,
        }
    } else {
        SendCause::Connect
    };
    SendFailure {
        cause,
        source: error.into(),
    }
}

/// A failure to connect to or through a proxy. The HTTP library exports the type only by this name.
type TunnelError = <Tunnel<HttpConnector> as Service<Uri>>::Error;

/// An error and its causes. Includes what an [`io::Error`] wraps, which is not its source.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let carried = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        carried.map_or_else(
            || error.source(),
            |carried| Some(carried as &(dyn Error + 'static)),
        )
    })
}
