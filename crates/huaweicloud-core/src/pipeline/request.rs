//! A request, from its arguments to what came of it.

use std::fmt::{self, Display, Write as _};

use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use super::attempt::Call;
use super::call::{self, Attempts};
use super::client::Client;
use super::log;
use super::response::RawResponse;
use super::success;
use crate::error::{Error, Result};
use crate::types::{Operation, Response};

/// What is written as it is in a query, besides letters and digits.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request that is put together: its path, query, headers and body. Nothing happens before [`send`](Self::send).
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    client: &'a Client,
    operation: &'static Operation,
    path: String,
    /// What of the template is still to come.
    template: &'static str,
    project_id: Option<HeaderValue>,
    query: String,
    headers: HeaderMap,
    body: Option<Bytes>,
    /// The first thing that is wrong with the arguments.
    problem: Option<String>,
}

impl Client {
    /// Begins a request of an operation.
    pub fn request(&self, operation: &'static Operation) -> Request<'_> {
        Request {
            client: self,
            operation,
            path: String::with_capacity(128),
            template: operation.path,
            project_id: None,
            query: String::new(),
            headers: HeaderMap::new(),
            body: None,
            problem: None,
        }
    }
}

impl Request<'_> {
    /// Fills the next parameter of the path. A value that could be anything but one segment of it is refused: it must be
    /// 1 to 64 letters, digits, `-` and `_`.
    ///
    /// `project_id` is sent as the header `X-Project-Id`, too, where the request is signed.
    pub fn path(mut self, name: &'static str, value: impl Display) -> Self {
        let parameter = self.template.split_once('{').and_then(|(before, rest)| {
            let (expected, after) = rest.split_once('}')?;
            (expected == name).then_some((before, after))
        });
        let Some((before, after)) = parameter else {
            return self.refuse(|| format!("{name} is not the next parameter of the path"));
        };
        self.path.push_str(before);
        let start = self.path.len();
        if write!(self.path, "{value}").is_err() {
            return self.refuse(|| format!("{name} cannot be written"));
        }
        self.template = after;
        let value = &self.path[start..];
        if let Err(why) = check_path_value(value) {
            return self.refuse(|| format!("{name} {why}"));
        }
        if name == "project_id" {
            self.project_id = HeaderValue::from_str(value).ok();
        }
        self
    }

    /// Adds a parameter to the query; nothing adds none.
    pub fn query(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            let separator = if self.query.is_empty() { "" } else { "&" };
            let value = value.to_string();
            let value = utf8_percent_encode(&value, QUERY);
            // A text takes whatever is written to it.
            let _ = write!(self.query, "{separator}{name}={value}");
        }
        self
    }

    /// Adds a header; nothing adds none.
    pub fn header(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        let Some(value) = value else {
            return self;
        };
        let name_and_value = (
            HeaderName::try_from(name),
            HeaderValue::try_from(value.to_string()),
        );
        let (Ok(name), Ok(value)) = name_and_value else {
            return self.refuse(|| format!("{name} holds what no header can"));
        };
        self.headers.insert(name, value);
        self
    }

    /// Sets the body: JSON.
    pub fn body(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body.into()),
            // What it says may quote a value.
            Err(_) => return self.refuse(|| "the body cannot be written as JSON".to_owned()),
        }
        self
    }

    fn refuse(mut self, problem: impl FnOnce() -> String) -> Self {
        self.problem.get_or_insert_with(problem);
        self
    }

    /// Sends the request, as often as the operation allows, and reads the answer. Where the operation answers without a
    /// model, `T` is `()`.
    ///
    /// # Errors
    ///
    /// What went wrong, and whether the call may have been applied all the same: see
    /// [`Error::may_have_been_applied`].
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>> {
        let (client, operation) = (self.client, self.operation);
        let path = self.problem.as_ref().map_or(&*self.path, |_| "");
        let span = log::span(operation, path);
        let result = match self.into_call() {
            // In a box: this future is large, and would be moved several times.
            Ok(call) if span.is_disabled() => Box::pin(call::run(call)).await,
            Ok(call) => Box::pin(call::run(call).instrument(span.clone())).await,
            Err(error) => Err(error),
        };
        let result =
            result.and_then(|(response, attempts)| read(client, operation, response, attempts));
        log::ended(&span, operation, &result);
        result
    }
}

impl<'a> Request<'a> {
    fn into_call(mut self) -> Result<Call<'a>> {
        if self.template.contains('{') {
            let template = self.template;
            self = self.refuse(|| format!("{template} of the path is missing"));
        }
        if let Some(problem) = self.problem {
            return Err(Error::refused(self.operation.id, &problem));
        }
        self.path.push_str(self.template);
        let mut url = self.client.target.endpoint.url().clone();
        url.set_path(&self.path);
        if !self.query.is_empty() {
            url.set_query(Some(&self.query));
        }
        Ok(Call {
            client: self.client,
            operation: self.operation,
            url,
            project_id: self.project_id,
            headers: self.headers,
            body: self.body,
        })
    }
}

/// Shows neither headers nor body, which may hold secrets.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.id)
            .field("path", &self.path)
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

/// Reads the response that a call ended with.
fn read<T: DeserializeOwned>(
    client: &Client,
    operation: &'static Operation,
    mut response: RawResponse,
    mut attempts: Attempts,
) -> Result<Response<T>> {
    let body = match success::read(operation, &response) {
        Ok(body) => body,
        Err(why) => return Err(attempts.error_of_response(client, operation, response, why)),
    };
    for name in operation.secret_headers {
        if let Some(value) = response.headers.get_mut(*name) {
            value.set_sensitive(true);
        }
    }
    let (status, request_id) = (response.status.as_u16(), response.request_id());
    Ok(Response::new(body, status, request_id, attempts.count).with_headers(response.headers))
}

/// The longest identifier that is sent. The service's own have 32 or 36 characters.
const MAX_LENGTH: usize = 64;

/// Says what is wrong with an identifier, in words that follow its name.
///
/// The URL parser turns `..` and `\` into other paths, and no escaping prevents it, so that only what can be nothing
/// but one segment is let through.
///
/// # Errors
///
/// What is wrong, to follow the name of the value.
pub fn check_path_value(value: &str) -> std::result::Result<(), String> {
    if value.is_empty() {
        return Err("is empty".to_owned());
    }
    if value.len() > MAX_LENGTH {
        return Err(format!("is longer than {MAX_LENGTH} characters"));
    }
    // By bytes first: nearly every value is as it should be.
    if value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    {
        return Ok(());
    }
    match value
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
    {
        Some(c) => Err(format!(
            "holds {c:?}: only letters, digits, - and _ can be in it"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_of_the_service_pass() {
        for value in [
            "b21989ec-2889-4b8e-99db-19c073425ec2",
            "8aa6a1b27c9d4e0f9b3c5d7e1f204a66",
            "a_b",
        ] {
            assert_eq!(check_path_value(value), Ok(()));
        }
        assert_eq!(check_path_value(&"a".repeat(64)), Ok(()));
    }

    #[test]
    fn what_could_be_another_path_is_refused() {
        for value in [
            "",
            ".",
            "..",
            "..\\x",
            "a/b",
            "a?b",
            "a#b",
            "%2F",
            "%2e%2e",
            "a\r\nb",
            "a\n",
            "\0",
            "\t",
            " a",
            "a ",
            "\u{202e}a",
            "é",
            "任务",
        ] {
            let message = check_path_value(value).unwrap_err();
            assert!(!message.contains(['\r', '\n']), "{message:?}");
        }
        assert!(
            check_path_value(&"a".repeat(65))
                .unwrap_err()
                .contains("64")
        );
    }
}
