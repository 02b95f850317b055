//! Responses: status, headers and body.

use std::time::SystemTime;

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
use crate::time::end_of_days;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A response with a generated model, written as the service does: with all members, null if unset.
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

/// Adds the headers of every response. Keeps those that a fault has set.
pub(crate) fn complete(headers: &mut HeaderMap, request_id: &str, now: SystemTime) {
    headers.entry(CONTENT_TYPE).or_insert(JSON);
    // hyper would use the clock of the machine. A client corrects its clock by this header.
    let date = HeaderValue::from_str(&httpdate::fmt_http_date(writable(now)));
    let request_id = HeaderValue::from_str(request_id);
    if let (Ok(date), Ok(request_id)) = (date, request_id) {
        headers.entry(DATE).or_insert(date);
        headers.entry("x-request-id").or_insert(request_id);
    }
}

/// The nearest time in 1970 to 9999. The formatter panics outside this range.
fn writable(time: SystemTime) -> SystemTime {
    time.clamp(SystemTime::UNIX_EPOCH, end_of_days())
}
