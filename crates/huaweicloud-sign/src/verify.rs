//! Verification of signatures, for servers.

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

/// The largest difference between `X-Sdk-Date` and its clock that the gateway accepts: 15 minutes,
/// either way.
///
/// See [`Authorization::verify`] for an example.
pub const CLOCK_WINDOW: Duration = Duration::from_secs(15 * 60);

impl Authorization<'_> {
    /// Verifies that the owner of the secret signed this request within `window` of `now`.
    /// The service itself uses [`CLOCK_WINDOW`]. Signatures are compared in constant time.
    ///
    /// The signature covers the method, the path, the query, the headers in
    /// [`signed_headers`](Self::signed_headers), and the body. If a signed `X-Sdk-Content-Sha256`
    /// is `UNSIGNED-PAYLOAD`, the body is not covered. An unsigned one has no effect.
    ///
    /// Within the window, the same request verifies again. To refuse replays, remember the
    /// signatures that you have seen.
    ///
    /// ```
    /// use huaweicloud_sign::{AccessKey, Authorization, CLOCK_WINDOW, Request, VerifyError, sign};
    /// use std::time::{Duration, SystemTime};
    ///
    /// // The client signs, and sends the request with the headers of the signature.
    /// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    /// let request = Request {
    ///     method: "POST",
    ///     path: "/tasks",
    ///     query: "",
    ///     headers: &[("host", b"h.example"), ("x-sdk-date", b"20260102T030405Z")],
    ///     body: b"{}",
    /// };
    /// let signed = sign(&request, &AccessKey::new("AKINVENTED0001", "skInvented0001"), now)?;
    ///
    /// // The server verifies what it received.
    /// let authorization = Authorization::parse(signed.authorization())?;
    /// authorization.verify(&request, "skInvented0001", now, CLOCK_WINDOW)?;
    /// let changed = Request { body: b"[]", ..request };
    /// let refused = authorization.verify(&changed, "skInvented0001", now, CLOCK_WINDOW);
    /// assert_eq!(refused, Err(VerifyError::Mismatch));
    /// let late = authorization.verify(&request, "skInvented0001", now + 2 * CLOCK_WINDOW, CLOCK_WINDOW);
    /// assert_eq!(late, Err(VerifyError::OutsideClockWindow));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Requests that share a signature
    ///
    /// The algorithm hashes a canonical form. One signature fits all requests with the same form:
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
    /// Dots and double slashes are not resolved: `/a/../b`, `/b` and `//b` have three signatures.
    ///
    /// If such a difference changes what your server does, refuse the spelling that clients do not
    /// use.
    ///
    /// # Errors
    ///
    /// Returns a [`VerifyError`] that names the part that failed.
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

/// Finds the only header with this lower-case name.
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

/// Whether a value of `X-Sdk-Content-Sha256` may replace the hash of this body. Without this check,
/// an attacker could exchange the body.
fn is_of(body: &[u8], value: &[u8]) -> bool {
    let says_nothing = body.is_empty() || value.is_empty() || value == UNSIGNED_PAYLOAD.as_bytes();
    says_nothing || value.eq_ignore_ascii_case(&sha256_hex(body))
}
