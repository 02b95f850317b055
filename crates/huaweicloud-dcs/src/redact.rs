//! Takes out of an answer the secrets of its request, should the service send them back.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::credentials::{Credentials, Kind, shorten};

/// The secrets of a request. It copies none but passwords, and costs nothing until something is to be shown.
#[derive(Debug)]
pub(crate) struct Redactor {
    credentials: Arc<Credentials>,
    /// The header of that name, where the request was signed.
    authorization: Option<HeaderValue>,
    /// What else the body of the request held.
    passwords: Vec<SecretString>,
}

/// The fewest characters of a secret. Shorter texts stand in any answer, and taking them out would garble its code.
const SHORTEST: usize = 8;

/// What must not be shown, and what is shown in its place.
type Hidden<'a> = (&'a str, fn(&str) -> String);

impl Redactor {
    pub(crate) fn new(credentials: Arc<Credentials>, authorization: Option<HeaderValue>) -> Self {
        Self {
            credentials,
            authorization,
            passwords: Vec::new(),
        }
    }

    /// What the request was sent with.
    pub(crate) fn credentials(&self) -> &Arc<Credentials> {
        &self.credentials
    }

    pub(crate) fn with_passwords(mut self, passwords: Vec<SecretString>) -> Self {
        self.passwords = passwords;
        self
    }

    pub(crate) fn text(&self, mut text: String) -> String {
        for (secret, shown_as) in self.hidden() {
            if text.contains(secret) {
                text = text.replace(secret, &shown_as(secret));
            }
        }
        text
    }

    /// The same for bytes; they stay as they are where nothing is found. Where they were cut off, a secret may have begun
    /// at their end: that is left out, too.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        let begun = self.hidden().filter_map(|(secret, _)| {
            let begins = |length: &usize| bytes.ends_with(&secret.as_bytes()[..*length]);
            (SHORTEST..secret.len()).rev().find(begins)
        });
        let bytes = &bytes.slice(..bytes.len() - begun.max().unwrap_or_default());
        let found = |secret: &str| {
            bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        };
        if self.hidden().any(|(secret, _)| found(secret)) {
            self.text(String::from_utf8_lossy(bytes).into_owned())
                .into()
        } else {
            bytes.clone()
        }
    }

    fn hidden(&self) -> impl Iterator<Item = Hidden<'_>> {
        let redacted: fn(&str) -> String = |_| "[redacted]".to_owned();
        let all: [Option<Hidden<'_>>; 4] = match &self.credentials.0 {
            Kind::Token(token) => [Some((token.expose_secret(), redacted)), None, None, None],
            // Its password is sent in the body, and found there.
            Kind::User { .. } => [None; 4],
            Kind::AccessKey {
                id,
                secret,
                security_token,
            } => [
                Some((secret.expose_secret(), redacted)),
                security_token
                    .as_ref()
                    .map(|token| (token.expose_secret(), redacted)),
                self.signature().map(|signature| (signature, redacted)),
                Some((id, shorten)),
            ],
        };
        let passwords = self.passwords.iter();
        all.into_iter()
            .flatten()
            .chain(passwords.map(move |password| (password.expose_secret(), redacted)))
            .filter(|(secret, _)| secret.len() >= SHORTEST)
    }

    fn signature(&self) -> Option<&str> {
        let value = self.authorization.as_ref()?.to_str().ok()?;
        value
            .rsplit_once("Signature=")
            .map(|(_, signature)| signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_taken_out_of_text_and_bytes() {
        let credentials =
            Credentials::ak_sk("AKINVENTED", "5ec4e75ec4e7").with_security_token("CS");
        let mut authorization =
            HeaderValue::from_static("SDK Access=AKINVENTED, Signature=51690a7e51690a7e");
        authorization.set_sensitive(true);
        let redactor = Redactor::new(Arc::new(credentials), Some(authorization));
        assert_eq!(
            redactor.text("ak AKINVENTED, 5ec4e75ec4e7, CS, 51690a7e51690a7e.".to_owned()),
            "ak AKIN…, [redacted], CS, [redacted]."
        );
        let bytes = Bytes::from_static(b"\xff 5ec4e75ec4e7");
        assert_eq!(redactor.bytes(&bytes), "\u{fffd} [redacted]".as_bytes());
        let clean = Bytes::from_static(b"\xff clean 5ec4e75");
        assert_eq!(redactor.bytes(&clean), clean);
        let cut = Bytes::from_static(b"5ec4e75ec4e7 and 5ec4e75ec4e");
        assert_eq!(redactor.bytes(&cut), &b"[redacted] and "[..]);
        let shown = format!("{redactor:?}");
        for secret in ["AKINVENTED", "5ec4e75ec4e7", "51690a7e51690a7e"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
