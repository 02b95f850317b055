//! The readers of what a peer sends, for the fuzz targets. Only their builds have this module: `cargo fuzz` sets
//! `cfg(fuzzing)`.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};

use crate::error::ErrorBody;
use crate::pipeline;

/// Code, message and request id, as an error shows them.
#[must_use]
pub fn error_body(body: &[u8]) -> [Option<String>; 3] {
    let found = ErrorBody::read(body, |text| text);
    [found.code, found.message, found.request_id]
}

/// How long a `Retry-After` of this value asks to wait; none if no header can have it.
#[must_use]
pub fn retry_after(value: &[u8], now: SystemTime) -> Option<Duration> {
    let value = HeaderValue::from_bytes(value).ok()?;
    let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
    Some(pipeline::retry_after(&headers, now))
}
