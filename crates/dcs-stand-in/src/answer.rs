//! Answers in the shapes of the gateway and of the service behind it.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::Response,
};
use serde_json::{Value, json};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Why the gateway does not let a request through.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
}

impl Refusal {
    pub(crate) const NO_SUCH_API: Self = Self::new(
        StatusCode::NOT_FOUND,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment.",
    );
    pub(crate) const LENGTH_REQUIRED: Self = Self::new(
        StatusCode::LENGTH_REQUIRED,
        "APIGW.0201",
        "API request error.",
    );
    pub(crate) const TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "APIGW.0201",
        "Request entity too large.",
    );
    pub(crate) const UNREADABLE: Self =
        Self::new(StatusCode::BAD_REQUEST, "APIGW.0201", "API request error.");
    pub(crate) const STALE_TOKEN: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "APIGW.0307",
        "The token must be updated.",
    );

    pub(crate) const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            message: Cow::Borrowed(message),
        }
    }

    /// The one code for all that can be wrong with credentials; only the end of the message tells what it is.
    pub(crate) fn unauthenticated(why: impl AsRef<str>) -> Self {
        let message = format!("Incorrect IAM authentication information: {}", why.as_ref());
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "APIGW.0301",
            message: message.into(),
        }
    }

    pub(crate) fn answer(&self, request_id: &str) -> Response {
        json_answer(
            self.status,
            &json!({ "error_msg": self.message, "error_code": self.code, "request_id": request_id }),
        )
    }
}

pub(crate) fn json_answer(status: StatusCode, body: &Value) -> Response {
    answer(status, body.to_string())
}

pub(crate) fn answer(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}

/// Adds the headers that every answer has. Those that a fault has set stay.
pub(crate) fn complete(headers: &mut HeaderMap, request_id: &str, now: SystemTime) {
    headers.entry(CONTENT_TYPE).or_insert(JSON);
    // hyper would take the machine's time, and a client corrects its clock by this header.
    let date = HeaderValue::from_str(&httpdate::fmt_http_date(writable(now)));
    let request_id = HeaderValue::from_str(request_id);
    if let (Ok(date), Ok(request_id)) = (date, request_id) {
        headers.entry(DATE).or_insert(date);
        headers.entry("x-request-id").or_insert(request_id);
    }
}

/// The nearest time that the header can show: outside of 1970 to 9999 the formatter panics.
fn writable(time: SystemTime) -> SystemTime {
    const END: Duration = Duration::from_secs(253_402_300_799);
    time.clamp(SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH + END)
}
