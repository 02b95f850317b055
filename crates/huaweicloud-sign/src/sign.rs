//! Signing a request.

use std::{fmt, time::SystemTime};

use hmac::Mac;

use crate::headers::SignedHeaders;
use crate::syntax::{is_target, is_token, trim};
use crate::{ALGORITHM, UNSIGNED_PAYLOAD, X_SDK_CONTENT_SHA256, X_SDK_DATE};
use crate::{AccessKey, DateError, Request, SignError, format_date, hash, parse_date};

/// What makes a request a signed one: headers to be set on it.
#[derive(Clone)]
pub struct Signed {
    date: String,
    payload_is_unsigned: bool,
    authorization: String,
}

impl Signed {
    /// The value of `X-Sdk-Date`: the caller's own, or one made from the time of signing.
    #[must_use]
    pub fn x_sdk_date(&self) -> &str {
        &self.date
    }

    /// The value of `X-Sdk-Content-Sha256` if the signer adds that header.
    #[must_use]
    pub fn x_sdk_content_sha256(&self) -> Option<&'static str> {
        self.payload_is_unsigned.then_some(UNSIGNED_PAYLOAD)
    }

    /// The value of `Authorization`. Keep it out of logs: it lets its reader send the request until
    /// the clock window closes.
    #[must_use]
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// All headers to set, names in lower case. Replace a header of the same name rather than
    /// adding a second one.
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

/// Leaves out the signature.
impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("x_sdk_date", &self.x_sdk_date())
            .field("x_sdk_content_sha256", &self.x_sdk_content_sha256())
            .field("authorization", &"[redacted]")
            .finish()
    }
}

/// Signs a request. Set the headers of the result, change nothing else, and send it.
///
/// Each attempt needs a signature of its own: the date is part of it.
///
/// - All headers are signed, save those with a `_` in the name. `Host` must be among them, with
///   exactly the value that will be sent: port included, case kept.
/// - A caller's `X-Sdk-Date` is used; `time` counts only where there is none.
/// - A content type other than `application/json...` and `application/bson...` adds
///   `X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD`: the body is then not signed. The vendor's signer
///   does so only where the name is spelled `Content-Type`; here any spelling counts, as everywhere
///   in HTTP. A caller's own `X-Sdk-Content-Sha256` is kept instead, and used as it stands.
/// - An empty body is signed as the hash of nothing, whatever `X-Sdk-Content-Sha256` says.
///
/// # Errors
///
/// A [`SignError`] for a key, a time or a request that cannot give a good signature: better here
/// than as an answer 401, of which the service takes few before it locks the key.
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
    // Digits are always text; this form of saying so is the fast one that cannot panic.
    authorization.push_str(str::from_utf8(&signature).unwrap_or_default());
    Ok(Signed {
        payload_is_unsigned: headers.adds_unsigned_payload(),
        date,
        authorization,
    })
}

/// The canonical request of [`sign`], for tests and for comparison with what a gateway says it
/// computed.
///
/// Keep it out of logs: it holds the values of all signed headers, a security token among them.
///
/// # Errors
///
/// As in [`sign`], except that no key is looked at.
pub fn canonical_request(request: &Request<'_>, time: SystemTime) -> Result<Vec<u8>, SignError> {
    let date = settle_date(request, time)?;
    let headers = SignedHeaders::of(request, &date)?;
    let mut names = String::with_capacity(headers.names_len());
    headers.push_names(&mut names);
    Ok(headers.canonical_request(request, &names))
}

/// The string to sign of [`sign`], for tests and for comparison: algorithm, date and hash of the
/// canonical request.
///
/// # Errors
///
/// As in [`sign`], except that no key is looked at.
pub fn string_to_sign(request: &Request<'_>, time: SystemTime) -> Result<String, SignError> {
    let canonical = canonical_request(request, time)?;
    let hash = hash::sha256_hex(&canonical);
    let text = hash::string_to_sign(&settle_date(request, time)?, &hash).concat();
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Settles the date, and checks method and target, which have no say in it.
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
