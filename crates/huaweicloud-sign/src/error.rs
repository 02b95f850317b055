//! Errors of signing and verifying. They hold names of headers, never values.

use std::{error, fmt};

/// A time that `X-Sdk-Date` cannot carry, or a text that is not such a time.
///
/// ```
/// use huaweicloud_sign::{DateError, format_date, parse_date};
/// use std::time::{Duration, SystemTime};
///
/// let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
/// assert_eq!(format_date(before), Err(DateError::OutOfRange));
/// assert_eq!(parse_date("now"), Err(DateError::Malformed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// The time is before 1970 or after 9999-12-30T22:00:00Z, the range of the date library.
    OutOfRange,
    /// The text is not a time in the form `YYYYMMDDTHHMMSSZ`.
    Malformed,
}

/// Why a request was not signed.
///
/// The message says how to fix the request. It holds no secret and no header value.
///
/// ```
/// use huaweicloud_sign::{AccessKey, Request, SignError, sign};
/// use std::time::SystemTime;
///
/// let request = Request { method: "GET", path: "/", query: "", headers: &[], body: b"" };
/// let key = AccessKey::new("AKINVENTED0001", "skInvented0001");
/// let error = sign(&request, &key, SystemTime::UNIX_EPOCH).unwrap_err();
/// assert_eq!(error, SignError::MissingHost);
/// assert_eq!(error.to_string(), "no host header: add the Host value that will be sent");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The access key ID is empty, or contains a blank, a comma, a control character or a character
    /// outside ASCII.
    InvalidAccessKeyId,
    /// The secret is empty.
    EmptySecret,
    /// The method is not an HTTP token.
    InvalidMethod,
    /// The path does not start with a slash or contains `?` or `#`, or the query contains `#`.
    InvalidTarget,
    /// The name of this header is not an HTTP token, or its value contains a control character.
    InvalidHeader(String),
    /// This header occurs more than once, perhaps in different case.
    DuplicateHeader(String),
    /// The `Host` header is missing or empty.
    MissingHost,
    /// The request already has an `Authorization` header.
    AlreadySigned,
    /// The time of signing, or the caller's own `X-Sdk-Date`, is not a valid date.
    Date(DateError),
}

/// Why a signature was refused.
///
/// The message says how to fix the request. It holds no secret, no signature and no header value.
///
/// ```
/// use huaweicloud_sign::{Authorization, VerifyError};
///
/// let error = Authorization::parse("SDK-HMAC-SHA256 Access=AK").unwrap_err();
/// assert_eq!(error, VerifyError::Malformed);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The `Authorization` value names another algorithm.
    UnsupportedAlgorithm,
    /// The `Authorization` value does not have the form
    /// `SDK-HMAC-SHA256 Access=..., SignedHeaders=..., Signature=...` with sorted names.
    Malformed,
    /// `X-Sdk-Date` is not among the signed headers.
    DateNotSigned,
    /// This signed header is missing from the request.
    MissingHeader(String),
    /// This signed header occurs more than once in the request.
    DuplicateHeader(String),
    /// The value of this signed header contains a control character.
    InvalidHeader(String),
    /// The value of `X-Sdk-Date` is not a valid date.
    Date(DateError),
    /// `X-Sdk-Date` differs from the server's clock by more than the window.
    OutsideClockWindow,
    /// The body does not have the hash in the signed `X-Sdk-Content-Sha256`.
    BodyMismatch,
    /// The secret of the verifier is empty, so anyone could sign.
    EmptySecret,
    /// The signature belongs to another request or to another secret.
    Mismatch,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "the date is outside 1970 to 9999: set the clock",
            Self::Malformed => "the date is not a UTC time: write it as YYYYMMDDTHHMMSSZ",
        })
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidAccessKeyId => f.write_str(
                "the access key ID is empty or malformed: copy it again as issued",
            ),
            Self::EmptySecret => {
                f.write_str("the secret of the access key is empty: copy it again as issued")
            }
            Self::InvalidMethod => {
                f.write_str("the method is not an HTTP method: give only its name")
            }
            Self::InvalidTarget => f.write_str(
                "the path or the query is malformed: start the path with `/`, split at `?`, omit `#`",
            ),
            Self::InvalidHeader(name) => write!(
                f,
                "header {name:?} is not valid HTTP: remove control characters, and blanks from the name",
            ),
            Self::DuplicateHeader(name) => {
                write!(
                    f,
                    "header {name:?} occurs twice: give it once, in any case"
                )
            }
            Self::MissingHost => {
                f.write_str("no host header: add the Host value that will be sent")
            }
            Self::AlreadySigned => {
                f.write_str("the request already has an authorization header: remove it before signing")
            }
            Self::Date(error) => write!(f, "x-sdk-date: {error}"),
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedAlgorithm => {
                f.write_str("the algorithm is not supported: sign with SDK-HMAC-SHA256")
            }
            Self::Malformed => f.write_str(
                "the authorization header is malformed: send `SDK-HMAC-SHA256 Access=.., \
                 SignedHeaders=.., Signature=..` with header names in lower case and sorted",
            ),
            Self::DateNotSigned => {
                f.write_str("x-sdk-date is not signed: add it to the signed headers")
            }
            Self::MissingHeader(name) => {
                write!(
                    f,
                    "signed header {name:?} is missing: send it or do not sign it"
                )
            }
            Self::DuplicateHeader(name) => {
                write!(f, "signed header {name:?} occurs twice: send it once")
            }
            Self::InvalidHeader(name) => {
                write!(
                    f,
                    "signed header {name:?} contains a control character: remove that character"
                )
            }
            Self::Date(error) => write!(f, "x-sdk-date: {error}"),
            Self::OutsideClockWindow => f.write_str(
                "x-sdk-date is outside the clock window: set the clock and sign each attempt again",
            ),
            Self::BodyMismatch => f.write_str(
                "the body does not match x-sdk-content-sha256: send the body that was hashed",
            ),
            Self::EmptySecret => {
                f.write_str("the secret to verify with is empty: check how it is looked up")
            }
            Self::Mismatch => f.write_str(
                "the signature does not match: check the secret, and send method, path, query, \
                 headers and body as signed",
            ),
        }
    }
}

impl error::Error for DateError {}
impl error::Error for SignError {}
impl error::Error for VerifyError {}

impl From<DateError> for SignError {
    fn from(error: DateError) -> Self {
        Self::Date(error)
    }
}

impl From<DateError> for VerifyError {
    fn from(error: DateError) -> Self {
        Self::Date(error)
    }
}

/// Truncates the name of a header. A peer can send long names; error messages stay short.
pub(crate) fn bounded(name: &str) -> String {
    name.chars().take(64).collect()
}
