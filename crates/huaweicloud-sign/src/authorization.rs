//! Parsing of `Authorization` values.

use std::fmt;

use crate::hash::unhex;
use crate::key::abbreviated;
use crate::syntax::{is_access_key_id, is_token};
use crate::{ALGORITHM, VerifyError, X_SDK_DATE};

/// A well-formed `Authorization` value: the access key and the signed headers that it claims.
///
/// It proves nothing until [`verify`](Authorization::verify) succeeds.
#[derive(Clone, Copy)]
pub struct Authorization<'a> {
    access_key_id: &'a str,
    pub(crate) signed_headers: &'a str,
    pub(crate) signature: [u8; 32],
}

impl<'a> Authorization<'a> {
    /// Parses an `Authorization` value. Accepts exactly the form that [`sign`](crate::sign) writes.
    ///
    /// ```
    /// use huaweicloud_sign::{Authorization, VerifyError};
    ///
    /// let value = format!(
    ///     "SDK-HMAC-SHA256 Access=AKINVENTED0001, SignedHeaders=host;x-sdk-date, Signature={}",
    ///     "0".repeat(64)
    /// );
    /// let authorization = Authorization::parse(&value)?;
    /// assert_eq!(authorization.access_key_id(), "AKINVENTED0001");
    /// assert!(authorization.signed_headers().eq(["host", "x-sdk-date"]));
    ///
    /// let basic = Authorization::parse("Basic dXNlcjpwYXNz").map(drop);
    /// assert_eq!(basic, Err(VerifyError::UnsupportedAlgorithm));
    /// # Ok::<(), VerifyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`VerifyError::UnsupportedAlgorithm`]: the value names another algorithm.
    /// - [`VerifyError::Malformed`]: the value has another form.
    /// - [`VerifyError::DateNotSigned`]: the signed headers lack `x-sdk-date`.
    pub fn parse(value: &'a str) -> Result<Self, VerifyError> {
        let fields = match value.split_once(' ') {
            Some((ALGORITHM, fields)) => fields,
            Some(_) => return Err(VerifyError::UnsupportedAlgorithm),
            None => return Err(VerifyError::Malformed),
        };
        let parsed = Self::read(fields).ok_or(VerifyError::Malformed)?;
        if !parsed.signed_headers().any(|name| name == X_SDK_DATE) {
            return Err(VerifyError::DateNotSigned);
        }
        Ok(parsed)
    }

    fn read(fields: &'a str) -> Option<Self> {
        let (access_key_id, rest) = fields
            .strip_prefix("Access=")?
            .split_once(", SignedHeaders=")?;
        let (signed_headers, signature) = rest.split_once(", Signature=")?;
        let parsed = Self {
            access_key_id,
            signed_headers,
            signature: unhex(signature.as_bytes())?,
        };
        let names_are_sorted = parsed
            .signed_headers()
            .is_sorted_by(|left, right| left < right);
        let names_are_good = parsed
            .signed_headers()
            .all(|name| is_token(name) && !name.contains(|c: char| c.is_ascii_uppercase()));
        (is_access_key_id(access_key_id) && names_are_sorted && names_are_good).then_some(parsed)
    }

    /// The ID of the access key (AK). The server looks up the secret by it.
    #[must_use]
    pub fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// The names of the signed headers: in lower case, sorted, without duplicates. They include
    /// `x-sdk-date`.
    ///
    /// The signature covers no other header. Before a server relies on a header, it must find the
    /// name here.
    pub fn signed_headers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.signed_headers.split(';')
    }
}

/// Abbreviates the ID and hides the signature.
impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("access_key_id", &abbreviated(self.access_key_id))
            .field("signed_headers", &self.signed_headers)
            .field("signature", &"[redacted]")
            .finish()
    }
}
