//! A request, from its arguments to its response.

use std::fmt::{self, Display, Write as _};

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

/// What a query needs not escape, besides letters and digits.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Builds a request of an operation: path, query, headers and body. [`send`](Self::send) sends it.
#[must_use = "a request does nothing until it is sent"]
pub struct Request<'a> {
    /// Its URL has neither path nor query yet.
    call: Call<'a>,
    path: String,
    /// The rest of the template, after `path`.
    template: &'static str,
    query: String,
    /// The first problem with the arguments.
    problem: Option<String>,
}

impl Client {
    /// Starts a request of an operation.
    pub fn request(&self, operation: &'static Operation) -> Request<'_> {
        Request {
            call: Call {
                client: self,
                operation,
                url: self.target.endpoint.url().clone(),
                project_id: None,
                headers: HeaderMap::new(),
                body: None,
            },
            path: String::with_capacity(128),
            template: operation.path,
            query: String::new(),
            problem: None,
        }
    }
}

impl Request<'_> {
    /// Fills the next parameter of the path: 1 to 64 letters, digits, `-` and `_`. [`send`](Self::send) refuses other
    /// values.
    ///
    /// A signed request also sends `project_id` as the header `X-Project-Id`.
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
            self.call.project_id = HeaderValue::from_str(value).ok();
        }
        self
    }

    /// Adds a parameter to the query, unless the value is `None`.
    pub fn query(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            let separator = if self.query.is_empty() { "" } else { "&" };
            let value = value.to_string();
            let value = utf8_percent_encode(&value, QUERY);
            // Writing to a string cannot fail.
            let _ = write!(self.query, "{separator}{name}={value}");
        }
        self
    }

    /// Adds a header, unless the value is `None`.
    pub fn header(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        let Some(value) = value else {
            return self;
        };
        let name_and_value = (
            HeaderName::try_from(name),
            HeaderValue::try_from(value.to_string()),
        );
        let (Ok(name), Ok(value)) = name_and_value else {
            return self.refuse(|| format!("{name} cannot be a header"));
        };
        self.call.headers.insert(name, value);
        self
    }

    /// Sets the JSON body.
    pub fn body(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.call.body = Some(body.into()),
            // The error may quote a value.
            Err(_) => return self.refuse(|| "the body cannot be written as JSON".to_owned()),
        }
        self
    }

    fn refuse(mut self, problem: impl FnOnce() -> String) -> Self {
        self.problem.get_or_insert_with(problem);
        self
    }

    /// Sends the request, retries if that cannot act twice, and reads the response. Without a documented body, `T` is
    /// `()`.
    ///
    /// # Errors
    ///
    /// The call failed. [`Error::may_have_been_applied`] tells whether the service may have acted.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>> {
        let operation = self.call.operation;
        let path = self.problem.as_ref().map_or(&*self.path, |_| "");
        let span = log::span(operation, path);
        let result = match self.into_call() {
            // In a box: this future is large, and would be moved several times.
            Ok(call) if span.is_disabled() => Box::pin(call::run(call)).await,
            Ok(call) => Box::pin(call::run(call).instrument(span.clone())).await,
            Err(error) => Err(error),
        };
        let result = result.and_then(|(response, attempts)| read(operation, response, attempts));
        log::ended(&span, operation, &result);
        result
    }
}

impl<'a> Request<'a> {
    fn into_call(mut self) -> Result<Call<'a>> {
        let template = self.template;
        if template.contains('{') {
            self = self.refuse(|| format!("{template} of the path is missing"));
        }
        if let Some(problem) = self.problem {
            return Err(Error::refused(self.call.operation.id, &problem));
        }
        self.path.push_str(template);
        self.call.url.set_path(&self.path);
        if !self.query.is_empty() {
            self.call.url.set_query(Some(&self.query));
        }
        Ok(self.call)
    }
}

/// Hides headers and body, which may hold secrets.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.call.operation.id)
            .field("path", &self.path)
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

/// Reads the response that a call ended with.
fn read<T: DeserializeOwned>(
    operation: &Operation,
    mut response: RawResponse,
    mut attempts: Attempts<'_>,
) -> Result<Response<T>> {
    let body = match success::read(operation, &response) {
        Ok(body) => body,
        Err(unusable) => {
            response.cut = response.cut.or(unusable);
            return Err(attempts.error_of(Ok(response)));
        }
    };
    for name in operation.secret_headers {
        if let Some(value) = response.headers.get_mut(*name) {
            value.set_sensitive(true);
        }
    }
    Ok(Response {
        body,
        status: response.status.as_u16(),
        request_id: response.request_id(),
        attempts: attempts.count,
        headers: response.headers,
    })
}

/// The longest identifier that is sent. Those of the service have 32 or 36 characters.
const MAX_LENGTH: usize = 64;

/// Checks that an identifier can only be one segment of a path. The URL parser reads `..` and `\` as other paths, and
/// escaping does not prevent that.
///
/// # Errors
///
/// The problem, to follow the name of the value: "is empty".
pub fn check_path_value(value: &str) -> std::result::Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if value.is_empty() {
        Err("is empty".to_owned())
    } else if value.len() > MAX_LENGTH {
        Err(format!("is longer than {MAX_LENGTH} characters"))
    } else if let Some(c) = value.chars().find(|c| !is_allowed(*c)) {
        Err(format!("holds {c:?}: use only letters, digits, - and _"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_value_in_both_shapes_of_the_service_passes() {
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
    fn path_value_that_changes_the_path_is_refused() {
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
