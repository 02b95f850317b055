//! Takes out of an answer what the request proved its sender with, should the service send it back.

use std::fmt;

use bytes::Bytes;
use zeroize::Zeroizing;

/// What to look for, and what to put in its place.
#[derive(Default)]
pub(crate) struct Redactor(Vec<(Zeroizing<String>, String)>);

/// The fewest characters of a secret.
const SHORTEST: usize = 8;

impl Redactor {
    /// Adds a text that must not be shown. Texts too short to be secrets are passed over: they stand in any answer, and
    /// taking them out would garble its code.
    pub(crate) fn hide(&mut self, secret: &str, shown_as: &str) {
        if secret.len() >= SHORTEST {
            self.0
                .push((Zeroizing::new(secret.to_owned()), shown_as.to_owned()));
        }
    }

    pub(crate) fn text(&self, text: String) -> String {
        self.0.iter().fold(text, |text, (secret, shown_as)| {
            if text.contains(secret.as_str()) {
                text.replace(secret.as_str(), shown_as)
            } else {
                text
            }
        })
    }

    /// The same for bytes; they stay as they are where nothing is found.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        let found = |secret: &str| {
            bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        };
        if self.0.iter().any(|(secret, _)| found(secret)) {
            self.text(String::from_utf8_lossy(bytes).into_owned())
                .into()
        } else {
            bytes.clone()
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redactor").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_taken_out_of_text_and_bytes() {
        let mut redactor = Redactor::default();
        redactor.hide("AKINVENTED", "AKIN…");
        redactor.hide("5ec4e75ec4e7", "[redacted]");
        redactor.hide("CS", "never");
        assert_eq!(
            redactor.text("ak AKINVENTED, 5ec4e75ec4e7.".to_owned()),
            "ak AKIN…, [redacted]."
        );
        let bytes = Bytes::from_static(b"\xff 5ec4e75ec4e7");
        assert_eq!(redactor.bytes(&bytes), "\u{fffd} [redacted]".as_bytes());
        let clean = Bytes::from_static(b"\xff clean");
        assert_eq!(redactor.bytes(&clean), clean);
        assert_eq!(format!("{redactor:?}"), "Redactor(2)");
    }
}
