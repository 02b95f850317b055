//! The access key.

use std::fmt;

use crate::SignError;
use crate::syntax::is_access_key_id;

/// An access key: the ID (AK), which is sent, and the secret (SK), which never is.
///
/// Both are borrowed, so no copy of the secret is made. `Debug` hides the secret.
///
/// ```
/// let key = huaweicloud_sign::AccessKey::new("AKINVENTED0001", "skInvented0001");
/// assert_eq!(format!("{key:?}"), r#"AccessKey { id: "AKIN...", secret: "[redacted]" }"#);
/// ```
#[derive(Clone, Copy)]
pub struct AccessKey<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
}

impl<'a> AccessKey<'a> {
    /// Takes the ID and the secret as issued. [`sign`](crate::sign) refuses malformed ones.
    #[must_use]
    pub const fn new(id: &'a str, secret: &'a str) -> Self {
        Self { id, secret }
    }

    /// A comma or a control character in the ID would break the `Authorization` header or add a
    /// field to it.
    pub(crate) fn check(&self) -> Result<(), SignError> {
        if !is_access_key_id(self.id) {
            return Err(SignError::InvalidAccessKeyId);
        }
        if self.secret.is_empty() {
            return Err(SignError::EmptySecret);
        }
        Ok(())
    }
}

impl fmt::Debug for AccessKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &abbreviated(self.id))
            .field("secret", &"[redacted]")
            .finish()
    }
}

/// The first four characters, enough to tell keys apart in a log.
pub(crate) fn abbreviated(id: &str) -> String {
    id.chars().take(4).chain("...".chars()).collect()
}
