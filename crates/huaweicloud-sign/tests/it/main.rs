//! Tests of the public interface.

#![expect(
    clippy::expect_used,
    reason = "helpers of tests, which the exception for tests does not see"
)]

mod dates;
mod hostile;
mod properties;
mod redaction;
mod reference;
mod refusals;
mod requests;
mod sharing;
mod signing;
mod vectors;
mod verifying;

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{AccessKey, Request, Signed, canonical_request, sign};

const KEY: AccessKey<'static> = AccessKey::new("AKINVENTED0001", "skInvented0001");

/// 2026-01-02T03:04:05Z.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

/// A minimal request, for tests to change.
fn plain() -> Request<'static> {
    Request {
        method: "GET",
        path: "/",
        query: "",
        headers: &[("host", b"h.example")],
        body: b"",
    }
}

fn signed(request: &Request<'_>) -> Signed {
    sign(request, &KEY, now()).expect("the request can be signed")
}

/// The lines of the canonical request.
fn lines(request: &Request<'_>) -> Vec<String> {
    let bytes = canonical_request(request, now()).expect("the request can be signed");
    String::from_utf8(bytes)
        .expect("the request is text")
        .lines()
        .map(str::to_owned)
        .collect()
}
