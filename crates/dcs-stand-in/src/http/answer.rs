//! Answers: status, headers and body.

use std::time::{Duration, SystemTime};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, DATE},
    },
    response::Response,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::json::with_all_members;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Answers with a generated model, as the service writes it: with all members, null where there is nothing to say.
pub(crate) fn model_answer<T: Serialize + DeserializeOwned>(
    status: StatusCode,
    model: &T,
) -> Response {
    json_answer(status, &with_all_members(model))
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
