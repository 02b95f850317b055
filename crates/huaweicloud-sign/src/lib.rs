#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorization;
mod canonical;
mod date;
mod encoding;
mod error;
mod hash;
mod headers;
mod key;
mod request;
mod sign;
mod syntax;
mod verify;

pub use authorization::Authorization;
pub use date::{format_date, parse_date};
pub use encoding::canonical_query;
pub use error::{DateError, SignError, VerifyError};
pub use key::AccessKey;
pub use request::Request;
pub use sign::{Signed, canonical_request, sign, string_to_sign};
pub use verify::CLOCK_WINDOW;

/// The name of the algorithm, the first word of an `Authorization` value.
///
/// ```
/// let value = "SDK-HMAC-SHA256 Access=AKINVENTED0001, SignedHeaders=host;x-sdk-date, Signature=…";
/// assert!(value.starts_with(huaweicloud_sign::ALGORITHM));
/// ```
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The name of the header with the time of signing. It is part of every signature.
///
/// A server reads it to tell a client how far its clock is off:
///
/// ```
/// use huaweicloud_sign::{X_SDK_DATE, parse_date};
///
/// let headers = [("host", "h.example"), ("x-sdk-date", "20260102T030405Z")];
/// let date = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(X_SDK_DATE));
/// assert!(date.is_some_and(|(_, value)| parse_date(value).is_ok()));
/// ```
pub const X_SDK_DATE: &str = "x-sdk-date";

/// The name of the header whose value replaces the hash of the body in the signature.
///
/// See [`UNSIGNED_PAYLOAD`] for an example.
pub const X_SDK_CONTENT_SHA256: &str = "x-sdk-content-sha256";

/// The value of [`X_SDK_CONTENT_SHA256`] that leaves the body out of the signature.
///
/// ```
/// use huaweicloud_sign::{AccessKey, Request, UNSIGNED_PAYLOAD, X_SDK_CONTENT_SHA256, sign};
/// use std::time::SystemTime;
///
/// let request = Request {
///     method: "PUT",
///     path: "/upload",
///     query: "",
///     headers: &[("host", b"h.example"), (X_SDK_CONTENT_SHA256, UNSIGNED_PAYLOAD.as_bytes())],
///     body: b"", // streamed later, and not covered
/// };
/// let key = AccessKey::new("AKINVENTED0001", "skInvented0001");
/// let signed = sign(&request, &key, SystemTime::UNIX_EPOCH)?;
/// assert!(signed.authorization().contains("SignedHeaders=host;x-sdk-content-sha256;x-sdk-date"));
/// # Ok::<(), huaweicloud_sign::SignError>(())
/// ```
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
