//! Takes out of an answer what the request proved its sender with, should the service send it back.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::ExposeSecret;

use crate::credentials::{Credentials, Kind, shorten};

/// What a request proved its sender with. It copies no secret, and costs nothing until something is to be shown.
#[derive(Debug)]
pub(crate) struct Redactor {
    credentials: Arc<Credentials>,
    /// The header of that name, where the request was signed.
    authorization: Option<HeaderValue>,
}

/// The fewest characters of a secret. Shorter texts stand in any answer, and taking them out would garble its code.
const SHORTEST: usize = 8;

/// What must not be shown, and what is shown in its place.
type Hidden<'a> = (Cow<'a, str>, fn(&str) -> String);

impl Redactor {
    pub(crate) fn new(credentials: Arc<Credentials>, authorization: Option<HeaderValue>) -> Self {
        Self {
            credentials,
            authorization,
        }
    }

    /// What the request was sent with.
    pub(crate) fn credentials(&self) -> &Arc<Credentials> {
        &self.credentials
    }

    pub(crate) fn text(&self, mut text: String) -> String {
        for (secret, shown_as) in self.hidden() {
            if text.contains(&*secret) {
                text = text.replace(&*secret, &shown_as(&secret));
            }
        }
        text
    }

    /// The same for bytes; they stay as they are where nothing is found.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        let found = |secret: &str| {
            bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        };
        if self.hidden().any(|(secret, _)| found(&secret)) {
            self.text(String::from_utf8_lossy(bytes).into_owned())
                .into()
        } else {
            bytes.clone()
        }
    }

    fn hidden(&self) -> impl Iterator<Item = Hidden<'_>> {
        let redacted: fn(&str) -> String = |_| "[redacted]".to_owned();
        let all: [Option<Hidden<'_>>; 4] = match &self.credentials.0 {
            Kind::Token(token) => [
                Some((token.expose_secret().into(), redacted)),
                None,
                None,
                None,
            ],
            Kind::User { password, .. } => [
                Some((password.expose_secret().into(), redacted)),
                in_json(password.expose_secret()).map(|password| (password.into(), redacted)),
                None,
                None,
            ],
            Kind::AccessKey {
                id,
                secret,
                security_token,
            } => [
                Some((secret.expose_secret().into(), redacted)),
                security_token
                    .as_ref()
                    .map(|token| (token.expose_secret().into(), redacted)),
                self.signature()
                    .map(|signature| (signature.into(), redacted)),
                Some((id.into(), shorten)),
            ],
        };
        all.into_iter()
            .flatten()
            .filter(|(secret, _)| secret.len() >= SHORTEST)
    }

    fn signature(&self) -> Option<&str> {
        let value = self.authorization.as_ref()?.to_str().ok()?;
        value
            .rsplit_once("Signature=")
            .map(|(_, signature)| signature)
    }
}

/// A text as it stands in JSON, without its quotes: a request that is sent back holds a password so.
fn in_json(text: &str) -> Option<String> {
    let quoted = serde_json::to_string(text).ok()?;
    Some(quoted.trim_matches('"').to_owned())
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
        let clean = Bytes::from_static(b"\xff clean");
        assert_eq!(redactor.bytes(&clean), clean);
        let shown = format!("{redactor:?}");
        for secret in ["AKINVENTED", "5ec4e75ec4e7", "51690a7e51690a7e"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
