//! What happens to a request between the generated code and the network.

use std::{future::Future, pin::Pin, sync::Arc};

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};
use reqwest::{
    Method, Request, Response, Url,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
};

use crate::{
    generated::{iam, migration},
    operation::{Operation, needs_no_encoding},
};

/// Sends the requests of a client and returns the answers.
///
/// Signing, retries and limits belong here: the request is complete but for them.
pub trait Exchange: std::fmt::Debug + Send + Sync {
    /// Sends `request`, which belongs to `operation`, and returns the answer that the client shall read.
    fn exchange<'a>(
        &'a self,
        request: Request,
        operation: &'static Operation,
    ) -> Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send + 'a>>;
}

/// One call of one operation: what a generated client carries, so that it can be told which operation it is used for.
#[derive(Clone, Debug)]
pub struct Call {
    operation: &'static Operation,
    exchange: Arc<dyn Exchange>,
}

impl Call {
    /// A call of `operation` over `exchange`.
    #[must_use]
    pub fn new(operation: &'static Operation, exchange: Arc<dyn Exchange>) -> Self {
        Self {
            operation,
            exchange,
        }
    }

    /// The operation that is called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Makes `request` what the service expects, or says in one line why it is not the request of this call's operation.
    fn prepare(&self, request: &mut Request, base_url: &str) -> Result<(), String> {
        let operation = self.operation;
        let path = request.url().path();
        let fits = request.method() == operation.method()
            && path
                .strip_prefix(base_path(base_url))
                .is_some_and(|path| operation.matches_path(path));
        if !fits {
            return Err(format!(
                "the request is not {} {} of {}: check the path parameters and the base URL",
                operation.method(),
                operation.path(),
                operation.id()
            ));
        }
        write_blanks_plainly(request.url_mut());
        let has_no_body = request.body().is_none();
        let wants_length = matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        );
        let headers = request.headers_mut();
        // The generator sends the version of the OpenAPI document with every request; the service knows no such header.
        headers.remove("api-version");
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if has_no_body && wants_length {
            // Without it nothing says how long the body is, and gateways answer 411.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(())
    }
}

/// Encodes a path segment for the generated code.
///
/// The runtime's encoder leaves backslashes alone, and the URL parser takes those for slashes: `a\..\b` would reach `b`. Encoded,
/// they are refused as what they are. Whole segments `.` and `..` cannot be encoded; they shorten the path, which is refused too.
pub(crate) fn encode_path(segment: &str) -> String {
    if needs_no_encoding(segment.as_bytes()) {
        return segment.to_owned();
    }
    progenitor_client::encode_path(segment).replace('\\', "%5C")
}

/// Writes `%20` for the blanks of a query, which come as `+`: whoever signs or checks a signature may take that for a plus sign.
/// Plus signs come as `%2B`.
fn write_blanks_plainly(url: &mut Url) {
    if let Some(query) = url.query().filter(|query| query.contains('+')) {
        let query = query.replace('+', "%20");
        url.set_query(Some(&query));
    }
}

/// The path that a base URL brings along, without slashes at its end, which would be doubled: empty for `https://host`.
fn base_path(base_url: &str) -> &str {
    base_url
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|start| &rest[start..]))
        .unwrap_or_default()
        .trim_end_matches('/')
}

/// Has a generated client prepare its requests and send them by its call's exchange. A trait of another crate cannot be implemented
/// for all of them at once.
macro_rules! hook {
    ($client:ty) => {
        impl ClientHooks<Call> for $client {
            async fn pre<E>(
                &self,
                request: &mut Request,
                _: &OperationInfo,
            ) -> Result<(), Error<E>> {
                self.inner()
                    .prepare(request, self.baseurl())
                    .map_err(Error::InvalidRequest)
            }

            async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
                let call = self.inner();
                call.exchange.exchange(request, call.operation).await
            }
        }
    };
}

hook!(iam::Client);
hook!(migration::Client);
