//! Why a request was not signed, or was refused. No variant holds a value: only names of headers.

use std::{error, fmt};

/// A time that `X-Sdk-Date` cannot carry, or a text that is no such time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// The time is before 1970 or after 9999-12-30T22:00:00Z, which is as far as dates are
    /// computed.
    OutOfRange,
    /// The text is not a time of the form `YYYYMMDDTHHMMSSZ`.
    Malformed,
}

/// Why a request was not signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The access key id is empty or holds something other than printable ASCII without commas.
    InvalidAccessKeyId,
    /// The secret is empty.
    EmptySecret,
    /// The method is not an HTTP token.
    InvalidMethod,
    /// The path does not start with a slash, or it holds a `?` or a `#`, or the query holds a `#`.
    InvalidTarget,
    /// The name of this header is not an HTTP token, or its value holds a control character.
    InvalidHeader(String),
    /// This header is there twice, perhaps in two spellings.
    DuplicateHeader(String),
    /// There is no `Host` header, or an empty one.
    MissingHost,
    /// There is an `Authorization` header already.
    AlreadySigned,
    /// The time of signing, or the caller's own `X-Sdk-Date`, is not a date that can be sent.
    Date(DateError),
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The `Authorization` value is of another algorithm.
    UnsupportedAlgorithm,
    /// The `Authorization` value is not of the form
    /// `SDK-HMAC-SHA256 Access=..., SignedHeaders=..., Signature=...`, with sorted names.
    Malformed,
    /// `X-Sdk-Date` is not among the signed headers.
    DateNotSigned,
    /// This header is signed but not in the request.
    MissingHeader(String),
    /// This header is signed but more than once in the request.
    DuplicateHeader(String),
    /// The value of this signed header holds a control character.
    InvalidHeader(String),
    /// The value of `X-Sdk-Date` is not a time.
    Date(DateError),
    /// `X-Sdk-Date` is too far from the clock of the verifier.
    OutsideClockWindow,
    /// The body does not have the hash that the signed `X-Sdk-Content-Sha256` says.
    BodyMismatch,
    /// The verifier's secret is empty, and with that anyone can sign.
    EmptySecret,
    /// The signature belongs to another request or another secret.
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
                "the access key id is empty or not plain text: copy it anew as it was issued",
            ),
            Self::EmptySecret => {
                f.write_str("the secret of the access key is empty: copy it anew as it was issued")
            }
            Self::InvalidMethod => {
                f.write_str("the method is not an HTTP method: give its name alone")
            }
            Self::InvalidTarget => f.write_str(
                "path or query is malformed: start the path with `/`, split at `?`, leave out `#`",
            ),
            Self::InvalidHeader(name) => write!(
                f,
                "header {name:?} cannot be sent: take out control characters, and blanks in its name",
            ),
            Self::DuplicateHeader(name) => {
                write!(
                    f,
                    "header {name:?} is there twice: give it once, in one spelling"
                )
            }
            Self::MissingHost => {
                f.write_str("there is no host header: add the Host value that will be sent")
            }
            Self::AlreadySigned => {
                f.write_str("there is an authorization header already: remove it before signing")
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
                    "signed header {name:?} is missing: send it, or do not sign it"
                )
            }
            Self::DuplicateHeader(name) => {
                write!(f, "signed header {name:?} is there twice: send it once")
            }
            Self::InvalidHeader(name) => {
                write!(
                    f,
                    "signed header {name:?} holds a control character: take it out"
                )
            }
            Self::Date(error) => write!(f, "x-sdk-date: {error}"),
            Self::OutsideClockWindow => f.write_str(
                "x-sdk-date is too far from the present: set the clock, and sign each attempt anew",
            ),
            Self::BodyMismatch => f.write_str(
                "the body is not the signed one: send what x-sdk-content-sha256 was made from",
            ),
            Self::EmptySecret => f.write_str("the secret to verify with is empty: look it up anew"),
            Self::Mismatch => f.write_str(
                "the signature does not match: check the secret, and send method, path, query, \
                 headers and body as they were signed",
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

/// The name of a header, cut: a name may be as long as a peer likes, an error message may not.
pub(crate) fn bounded(name: &str) -> String {
    name.chars().take(64).collect()
}
