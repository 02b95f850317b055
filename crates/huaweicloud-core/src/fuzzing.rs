//! The parsers of response parts, for the fuzz targets. Only builds with `cfg(fuzzing)`, which `cargo fuzz` sets, have this
//! module.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue};

use crate::error::ErrorBody;
use crate::pipeline;

/// The code, message and request ID that an error shows for this body.
#[must_use]
pub fn error_body(body: &[u8]) -> [Option<String>; 3] {
    let found = ErrorBody::read(body, |text| text);
    [found.code, found.message, found.request_id]
}

/// The wait that a `Retry-After` of this value asks for; none if no header can have the value.
#[must_use]
pub fn retry_after(value: &[u8], now: SystemTime) -> Option<Duration> {
    let value = HeaderValue::from_bytes(value).ok()?;
    let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
    Some(pipeline::retry_after(&headers, now))
}
