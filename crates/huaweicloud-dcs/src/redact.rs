//! Takes out of an answer the secrets of its request, should the service send them back.

use std::ops::Range;
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

/// How long a character may be in JSON: `\u002f`.
const ESCAPE: usize = 6;

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
            if let Some(without) = without(&text, secret, shown_as) {
                text = without;
            }
        }
        text
    }

    /// The same for bytes; they stay as they are where nothing is found. Where they were cut off, a secret may have begun
    /// at their end: that is left out, too.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        let begun = self
            .hidden()
            .filter_map(|(secret, _)| begun_at_the_end(bytes, secret));
        let bytes = &bytes.slice(..begun.min().unwrap_or(bytes.len()));
        if self
            .hidden()
            .any(|(secret, _)| find(bytes, secret).is_some())
        {
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
        // It comes last, and is hexadecimal.
        value.rsplit_once('=').map(|(_, signature)| signature)
    }
}

/// How much of a secret stands at the beginning of a text, each character as it is or as JSON may escape it: in bytes of
/// the secret, and of the text.
fn common(text: &[u8], secret: &str) -> (usize, usize) {
    let mut at = 0;
    for (done, byte) in secret.bytes().enumerate() {
        at += match text.get(at..).unwrap_or_default() {
            [first, ..] if *first == byte => 1,
            [b'\\', second, ..] if *second == byte => 2,
            [b'\\', b'u', b'0', b'0', digits @ ..] if is_hex_of(digits, byte) => 6,
            _ => return (done, at),
        };
    }
    (secret.len(), at)
}

fn is_hex_of(digits: &[u8], byte: u8) -> bool {
    let digits = digits
        .get(..2)
        .and_then(|two| std::str::from_utf8(two).ok());
    digits.is_some_and(|digits| u8::from_str_radix(digits, 16) == Ok(byte) && byte.is_ascii())
}

/// Where a secret stands first in a text, if it is long enough for that.
fn find(text: &[u8], secret: &str) -> Option<Range<usize>> {
    let first = *secret.as_bytes().first()?;
    let starts = 0..(text.len() + 1).saturating_sub(secret.len());
    let mut starts = starts.filter(|start| text[*start] == first || text[*start] == b'\\');
    starts.find_map(|start| {
        let (done, length) = common(&text[start..], secret);
        (done == secret.len()).then_some(start..start + length)
    })
}

/// The text with another in place of each such secret, if there is one.
fn without(text: &str, secret: &str, shown_as: fn(&str) -> String) -> Option<String> {
    let mut rest = text;
    let mut without = String::new();
    // Both ends are those of characters, as the text and the secret are made of whole ones.
    while let Some(found) = find(rest.as_bytes(), secret) {
        without.push_str(rest.get(..found.start)?);
        without.push_str(&shown_as(secret));
        rest = rest.get(found.end..)?;
    }
    (rest.len() < text.len()).then(|| without + rest)
}

/// Where the beginning of a secret stands at the end of bytes that were cut off, perhaps within an escape.
fn begun_at_the_end(bytes: &[u8], secret: &str) -> Option<usize> {
    let longest = secret.len() * ESCAPE;
    (bytes.len().saturating_sub(longest)..bytes.len()).find(|start| {
        let (done, length) = common(&bytes[*start..], secret);
        let rest = &bytes[start + length..];
        let is_cut = rest.is_empty() || rest.starts_with(b"\\") && rest.len() < ESCAPE;
        (SHORTEST..secret.len()).contains(&done) && is_cut
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_however_json_escapes_it() {
        let redactor = Redactor::new(Arc::new(Credentials::token("to/ken+A==")), None);
        for spelled in [
            "to/ken+A==",
            r"to\/ken+A==",
            r"to/ken+A\u003d\u003D",
            r"\u0074o\u002Fken\u002bA==",
        ] {
            let text = format!("é{spelled}, {spelled}");
            let shown = "é[redacted], [redacted]";
            assert_eq!(redactor.text(text.clone()), shown);
            assert_eq!(redactor.bytes(&text.into()), shown);
        }
        for other in [r"to\\/ken+A==", r"to\u012fken+A==", "to/ken+A=", r"to\u00"] {
            assert_eq!(redactor.text(other.to_owned()), other);
        }
    }

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
        for cut in [
            r"\u0035ec4e75e\u00",
            r"5ec4e75e\",
            r"5ec4e7\u0035\u0065\u00634e",
        ] {
            assert_eq!(redactor.bytes(&Bytes::from(format!("a {cut}"))), "a ");
        }
        let shown = format!("{redactor:?}");
        for secret in ["AKINVENTED", "5ec4e75ec4e7", "51690a7e51690a7e"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
