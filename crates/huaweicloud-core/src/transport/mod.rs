//! How a request reaches the service and what a failure on the way says: not sent, or perhaps sent.

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

/// Sends one request once. Tests put a script in its place.
pub(crate) trait Transport: Debug + Send + Sync {
    fn send(&self, request: Request) -> Reply<'_>;
}

pub(crate) type Reply<'a> =
    Pin<Box<dyn Future<Output = Result<Response, SendFailure>> + Send + 'a>>;

/// Why no answer came.
#[allow(clippy::exhaustive_structs, reason = "tests write failures down")]
#[derive(Debug)]
#[allow(unreachable_pub, reason = "the module `testing` makes it public")]
pub struct SendFailure {
    /// What kind of failure it is.
    pub cause: SendCause,
    /// What the HTTP library says.
    pub source: BoxError,
}

/// How a request failed to get an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(unreachable_pub, reason = "the module `testing` makes it public")]
pub enum SendCause {
    /// No connection: nothing was sent.
    Connect,
    /// The peer's certificate or TLS was refused: nothing was sent, and it would be the same again.
    Tls,
    /// The same of an `https://` proxy.
    ProxyTls,
    /// The proxy refused to connect: nothing was sent, and it would be the same again.
    Proxy,
    /// The connection broke with the request on it: the service may have it.
    Broken,
    /// The HTTP library refused the request: nothing was sent, and it would be the same again.
    Unsendable,
}

/// The transport of real life: one pool of HTTP/1.1 connections.
impl Transport for reqwest::Client {
    fn send(&self, request: Request) -> Reply<'_> {
        // The URL would repeat project and task in every message; the call's error names its operation.
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
    } else if chain(&error).any(tls::is_tls_failure) {
        // The endpoint's TLS goes through the tunnel, and is no failure of it.
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

/// What goes wrong on the way to a proxy, or is refused there. The HTTP library exports the type by this name alone.
type TunnelError = <Tunnel<HttpConnector> as Service<Uri>>::Error;

/// An error and all below it. What an [`io::Error`] carries is not its source, and is visited too.
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
