#![doc = include_str!("../README.md")]

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

/// The name of the algorithm, as it stands at the start of an `Authorization` value.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The header that carries the time of signing; it is part of every signature.
pub const X_SDK_DATE: &str = "x-sdk-date";

/// The header that replaces the hash of the body in the signature, see [`UNSIGNED_PAYLOAD`].
pub const X_SDK_CONTENT_SHA256: &str = "x-sdk-content-sha256";

/// The value of [`X_SDK_CONTENT_SHA256`] that says: the body takes no part in the signature.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
