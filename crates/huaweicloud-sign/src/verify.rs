//! Verifying a signature, for servers.

use std::time::{Duration, SystemTime};

use hmac::Mac;

use crate::canonical;
use crate::error::bounded;
use crate::hash::{mac, sha256_hex};
use crate::request::{Header, Request};
use crate::syntax::{is_value, trim};
use crate::{
    Authorization, DateError, UNSIGNED_PAYLOAD, VerifyError, X_SDK_CONTENT_SHA256, X_SDK_DATE,
    parse_date,
};

/// How far the gateway lets `X-Sdk-Date` be from its own clock, either way: 15 minutes.
pub const CLOCK_WINDOW: Duration = Duration::from_secs(15 * 60);

impl Authorization<'_> {
    /// Verifies that the owner of the secret signed this request, within `window` of `now`.
    /// [`CLOCK_WINDOW`] is what the service itself grants.
    ///
    /// Only the headers in [`signed_headers`](Self::signed_headers) take part. The body is covered,
    /// unless a signed `X-Sdk-Content-Sha256` says `UNSIGNED-PAYLOAD`; an unsigned one has no
    /// effect. A request may come again within the window: remembering signatures, where that
    /// matters, is left to the caller.
    ///
    /// # Requests that share a signature
    ///
    /// The algorithm hashes a canonical form, so one signature fits all requests of that form. A server
    /// that tells such requests apart decides by more than the signature covers:
    ///
    /// - The method in any case: `PUT` and `put`.
    /// - The path with and without a slash at its end: `/tasks` and `/tasks/`. The empty path and `/`.
    /// - A character of the path and its escape, in either case of the digits: `/a` and `/%61`. A slash
    ///   is no exception: `/a/b`, `/a%2Fb` and `/a%2fb`. Escapes are decoded once: `/a%252Fb` differs.
    /// - A character of the query and its escape: `name=a+b` and `name=a%2Bb`.
    /// - The pairs of the query in any order: `a=1&b=2` and `b=2&a=1`; also two values of one name.
    /// - Empty pairs of the query: `a=1&b=2`, `a=1&&b=2` and `&a=1&b=2&`.
    /// - A name of the query without a value: `flag` and `flag=`.
    /// - The names of signed headers in any case, and blanks around their values.
    ///
    /// Dots and doubled slashes are not resolved: `/a/../b`, `/b` and `//b` have three signatures. Where
    /// such a difference decides what a server does, refuse the spelling that clients do not use.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`] that says what does not fit. Signatures are compared in constant time.
    pub fn verify(
        &self,
        request: &Request<'_>,
        secret: &str,
        now: SystemTime,
        window: Duration,
    ) -> Result<(), VerifyError> {
        if secret.is_empty() {
            return Err(VerifyError::EmptySecret);
        }
        let signed = self
            .signed_headers()
            .map(|name| find(request, name))
            .collect::<Result<Vec<_>, _>>()?;
        let value_of = |name| {
            signed
                .iter()
                .find(|header| header.0 == name)
                .map(|header| header.1)
        };

        let date = value_of(X_SDK_DATE).ok_or(VerifyError::DateNotSigned)?;
        let date = str::from_utf8(date).map_err(|_| DateError::Malformed)?;
        let time = parse_date(date)?;
        let distance = now
            .duration_since(time)
            .unwrap_or_else(|error| error.duration());
        if distance > window {
            return Err(VerifyError::OutsideClockWindow);
        }

        let content = value_of(X_SDK_CONTENT_SHA256);
        if content.is_some_and(|value| !is_of(request.body, value)) {
            return Err(VerifyError::BodyMismatch);
        }
        let payload = canonical::payload(request.body, content);
        let canonical = canonical::build(request, &signed, self.signed_headers, &payload);
        let expected = mac(secret, date, &canonical).ok_or(VerifyError::Mismatch)?;
        expected
            .verify_slice(&self.signature)
            .map_err(|_| VerifyError::Mismatch)
    }
}

/// The one header of this name, which is in lower case.
fn find<'a>(request: &Request<'a>, name: &'a str) -> Result<Header<'a>, VerifyError> {
    let mut values = request
        .headers
        .iter()
        .filter(|header| header.0.eq_ignore_ascii_case(name))
        .map(|header| trim(header.1));
    let value = values
        .next()
        .ok_or_else(|| VerifyError::MissingHeader(bounded(name)))?;
    if values.next().is_some() {
        return Err(VerifyError::DuplicateHeader(bounded(name)));
    }
    if !is_value(value) {
        return Err(VerifyError::InvalidHeader(bounded(name)));
    }
    Ok((name, value))
}

/// Whether a value of `X-Sdk-Content-Sha256` may stand in for the hash of this body. Otherwise a
/// body could be exchanged for another.
fn is_of(body: &[u8], value: &[u8]) -> bool {
    let says_nothing = body.is_empty() || value.is_empty() || value == UNSIGNED_PAYLOAD.as_bytes();
    says_nothing || value.eq_ignore_ascii_case(&sha256_hex(body))
}
