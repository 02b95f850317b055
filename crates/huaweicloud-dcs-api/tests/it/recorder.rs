//! A client whose requests are kept instead of sent.

use std::{
    future::{self, Future},
    pin::Pin,
    sync::{Arc, Mutex},
};

use huaweicloud_dcs_api::{Call, Exchange, Operation, iam, migration};
use reqwest::{Request, Response};

/// A client to make requests with. In a build of the whole workspace reqwest wants a cryptography provider, even for plain HTTP.
fn http_client() -> reqwest::Client {
    // A second installation is refused, and not needed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// Keeps the requests that it is given, and answers all with one status and body.
#[derive(Debug)]
pub(crate) struct Recorder {
    status: u16,
    body: &'static str,
    requests: Mutex<Vec<(Request, &'static Operation)>>,
}

impl Recorder {
    pub(crate) fn new(status: u16, body: &'static str) -> Arc<Self> {
        Arc::new(Self {
            status,
            body,
            requests: Mutex::default(),
        })
    }

    pub(crate) fn client(
        self: &Arc<Self>,
        base_url: &str,
        operation: &'static Operation,
    ) -> migration::Client {
        migration::Client::new_with_client(base_url, http_client(), self.call(operation))
    }

    pub(crate) fn iam_client(
        self: &Arc<Self>,
        base_url: &str,
        operation: &'static Operation,
    ) -> iam::Client {
        iam::Client::new_with_client(base_url, http_client(), self.call(operation))
    }

    fn call(self: &Arc<Self>, operation: &'static Operation) -> Call {
        Call::new(operation, Arc::clone(self) as Arc<dyn Exchange>)
    }

    pub(crate) fn take(&self) -> Vec<(Request, &'static Operation)> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

impl Exchange for Recorder {
    fn exchange<'a>(
        &'a self,
        request: Request,
        operation: &'static Operation,
    ) -> Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send + 'a>> {
        self.requests.lock().unwrap().push((request, operation));
        let answer = http::Response::builder()
            .status(self.status)
            .body(self.body)
            .unwrap();
        Box::pin(future::ready(Ok(answer.into())))
    }
}
