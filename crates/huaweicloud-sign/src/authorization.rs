//! Reading an `Authorization` value.

use std::fmt;

use crate::hash::unhex;
use crate::key::abbreviated;
use crate::syntax::{is_access_key_id, is_token};
use crate::{ALGORITHM, VerifyError, X_SDK_DATE};

/// A well-formed `Authorization` value: who says to have signed what. It is only a claim until it
/// is [verified](Authorization::verify).
#[derive(Clone, Copy)]
pub struct Authorization<'a> {
    access_key_id: &'a str,
    pub(crate) signed_headers: &'a str,
    pub(crate) signature: [u8; 32],
}

impl<'a> Authorization<'a> {
    /// Reads an `Authorization` value, which must have exactly the form that signers write.
    ///
    /// # Errors
    ///
    /// [`VerifyError::UnsupportedAlgorithm`], [`VerifyError::Malformed`] or
    /// [`VerifyError::DateNotSigned`].
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

    /// The id of the access key (AK), by which the verifier finds the secret.
    #[must_use]
    pub fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// The names of the signed headers: lower case, sorted, each once, `x-sdk-date` among them.
    ///
    /// Only these headers are vouched for. A verifier that relies on another one must look for it
    /// here.
    pub fn signed_headers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.signed_headers.split(';')
    }
}

/// Abbreviates the id and leaves out the signature.
impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("access_key_id", &abbreviated(self.access_key_id))
            .field("signed_headers", &self.signed_headers)
            .field("signature", &"[redacted]")
            .finish()
    }
}
