//! Signing of requests.

use std::{fmt, time::SystemTime};

use hmac::Mac;

use crate::headers::SignedHeaders;
use crate::syntax::{is_target, is_token, trim};
use crate::{ALGORITHM, UNSIGNED_PAYLOAD, X_SDK_CONTENT_SHA256, X_SDK_DATE};
use crate::{AccessKey, DateError, Request, SignError, format_date, hash, parse_date};

/// The headers to set on a request after signing it. Returned by [`sign`].
///
/// ```
/// # use huaweicloud_sign::{AccessKey, Request, sign};
/// # use std::time::{Duration, SystemTime};
/// # let request = Request {
/// #     method: "GET", path: "/", query: "", headers: &[("host", b"h.example")], body: b"",
/// # };
/// # let key = AccessKey::new("AKINVENTED0001", "skInvented0001");
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
/// let signed = sign(&request, &key, now)?;
/// assert_eq!(signed.x_sdk_date(), "20260102T030405Z");
/// assert_eq!(signed.x_sdk_content_sha256(), None); // no content type: the body is hashed
/// assert!(signed.authorization().starts_with("SDK-HMAC-SHA256 Access=AKINVENTED0001, "));
/// let names: Vec<_> = signed.headers().map(|(name, _)| name).collect();
/// assert_eq!(names, ["x-sdk-date", "authorization"]);
/// # Ok::<(), huaweicloud_sign::SignError>(())
/// ```
#[derive(Clone)]
pub struct Signed {
    date: String,
    payload_is_unsigned: bool,
    authorization: String,
}

impl Signed {
    /// The value of `X-Sdk-Date`: the caller's own, otherwise the time of signing.
    #[must_use]
    pub fn x_sdk_date(&self) -> &str {
        &self.date
    }

    /// The value of `X-Sdk-Content-Sha256`, if signing adds this header.
    #[must_use]
    pub fn x_sdk_content_sha256(&self) -> Option<&'static str> {
        self.payload_is_unsigned.then_some(UNSIGNED_PAYLOAD)
    }

    /// The value of `Authorization`. Keep it out of logs: until the clock window closes, anyone who
    /// reads it can send the request.
    #[must_use]
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// All headers to set, with lower-case names. Replace a header of the same name; do not add a
    /// second one.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            Some((X_SDK_DATE, self.x_sdk_date())),
            self.x_sdk_content_sha256()
                .map(|value| (X_SDK_CONTENT_SHA256, value)),
            Some(("authorization", self.authorization())),
        ]
        .into_iter()
        .flatten()
    }
}

/// Hides the signature.
impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("x_sdk_date", &self.x_sdk_date())
            .field("x_sdk_content_sha256", &self.x_sdk_content_sha256())
            .field("authorization", &"[redacted]")
            .finish()
    }
}

/// Signs a request. Set the returned headers, change nothing else, and send the request.
///
/// Sign each attempt again, because the date is part of the signature.
///
/// - All headers are signed, except those with a `_` in the name. `Host` is required, with exactly
///   the value that will be sent, including the port and the case.
/// - If the request has an `X-Sdk-Date`, it is used. Otherwise `time` is.
/// - If the content type is neither `application/json...` nor `application/bson...`, signing adds
///   `X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD`, and the body is not covered. The vendor's signer
///   does so only for the spelling `Content-Type`; this one ignores case, as HTTP does.
/// - If the request has an `X-Sdk-Content-Sha256`, it is used unchanged.
/// - An empty body is signed as the hash of nothing, whatever `X-Sdk-Content-Sha256` says.
///
/// ```
/// use huaweicloud_sign::{AccessKey, Request, sign};
/// use std::time::{Duration, SystemTime};
///
/// let request = Request {
///     method: "GET",
///     path: "/",
///     query: "",
///     headers: &[("host", b"h.example")],
///     body: b"",
/// };
/// let key = AccessKey::new("AKINVENTED0001", "skInvented0001");
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
/// let signed = sign(&request, &key, now)?;
/// assert!(signed.authorization().contains("SignedHeaders=host;x-sdk-date"));
/// # Ok::<(), huaweicloud_sign::SignError>(())
/// ```
///
/// # Errors
///
/// Returns a [`SignError`] if the key, the time or the request is malformed. The service would
/// refuse such a request with a 401, and it locks a key after a few of those.
pub fn sign(
    request: &Request<'_>,
    key: &AccessKey<'_>,
    time: SystemTime,
) -> Result<Signed, SignError> {
    key.check()?;
    let date = settle_date(request, time)?;
    let headers = SignedHeaders::of(request, &date)?;
    let mut authorization =
        String::with_capacity(ALGORITHM.len() + key.id.len() + headers.names_len() + 128);
    for part in [ALGORITHM, " Access=", key.id, ", SignedHeaders="] {
        authorization.push_str(part);
    }
    let start = authorization.len();
    headers.push_names(&mut authorization);
    let canonical = headers.canonical_request(request, &authorization[start..]);
    let mac = hash::mac(key.secret, &date, &canonical).ok_or(SignError::EmptySecret)?;
    authorization.push_str(", Signature=");
    let signature = hash::hex(&mac.finalize().into_bytes().into());
    // Hexadecimal digits are always UTF-8. This conversion is fast and cannot panic.
    authorization.push_str(str::from_utf8(&signature).unwrap_or_default());
    Ok(Signed {
        payload_is_unsigned: headers.adds_unsigned_payload(),
        date,
        authorization,
    })
}

/// Returns the canonical request that [`sign`] hashes. Compare it with the one that a gateway
/// computed, to find why a signature does not match.
///
/// Keep it out of logs: it holds the values of all signed headers, including security tokens.
///
/// ```
/// # use huaweicloud_sign::{Request, canonical_request};
/// # use std::time::{Duration, SystemTime};
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
/// let request = Request {
///     method: "get",
///     path: "/tasks",
///     query: "b=2&a=1",
///     headers: &[("Host", b"h.example")],
///     body: b"",
/// };
/// let canonical = canonical_request(&request, now)?;
/// let expected = "GET\n/tasks/\na=1&b=2\nhost:h.example\nx-sdk-date:20260102T030405Z\n\n\
///     host;x-sdk-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(canonical, expected.as_bytes());
/// # Ok::<(), huaweicloud_sign::SignError>(())
/// ```
///
/// # Errors
///
/// The same as [`sign`], except for errors of the key.
pub fn canonical_request(request: &Request<'_>, time: SystemTime) -> Result<Vec<u8>, SignError> {
    let date = settle_date(request, time)?;
    let headers = SignedHeaders::of(request, &date)?;
    let mut names = String::with_capacity(headers.names_len());
    headers.push_names(&mut names);
    Ok(headers.canonical_request(request, &names))
}

/// Returns the string that [`sign`] signs: algorithm, date and hash of the canonical request, each
/// on a line.
///
/// It holds no secret and no header value.
///
/// ```
/// # use huaweicloud_sign::{Request, string_to_sign};
/// # use std::time::{Duration, SystemTime};
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
/// # let request = Request {
/// #     method: "GET", path: "/", query: "", headers: &[("host", b"h.example")], body: b"",
/// # };
/// let text = string_to_sign(&request, now)?;
/// assert!(text.starts_with("SDK-HMAC-SHA256\n20260102T030405Z\n"));
/// # Ok::<(), huaweicloud_sign::SignError>(())
/// ```
///
/// # Errors
///
/// The same as [`sign`], except for errors of the key.
pub fn string_to_sign(request: &Request<'_>, time: SystemTime) -> Result<String, SignError> {
    let canonical = canonical_request(request, time)?;
    let hash = hash::sha256_hex(&canonical);
    let text = hash::string_to_sign(&settle_date(request, time)?, &hash).concat();
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Checks method and target, and returns the value of `X-Sdk-Date`.
fn settle_date(request: &Request<'_>, time: SystemTime) -> Result<String, SignError> {
    if !is_token(request.method) {
        return Err(SignError::InvalidMethod);
    }
    if !is_target(request.path, request.query) {
        return Err(SignError::InvalidTarget);
    }
    let mut headers = request.headers.iter();
    let Some((_, own)) = headers.find(|(name, _)| name.eq_ignore_ascii_case(X_SDK_DATE)) else {
        return Ok(format_date(time)?);
    };
    let own = str::from_utf8(trim(own)).map_err(|_| DateError::Malformed)?;
    parse_date(own)?;
    Ok(own.to_owned())
}
