//! Takes out of an answer the secrets of its request, should the service send them back.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use memchr::memmem::{self, Finder};
use secrecy::{ExposeSecret, SecretString};

use crate::auth::{Credentials, Kind, shorten};

mod free_text;
mod request;
mod spelling;

use self::spelling::{ESCAPES, Escape, base64, is_base64, within_base64};
pub(crate) use free_text::{has_too_many_values, redact as redact_free_text};
pub(crate) use request::in_body as secrets_in_body;

/// The secrets of a request. It copies none but passwords, and costs nothing until something is to be shown.
#[derive(Debug)]
pub(crate) struct Redactor {
    credentials: Option<Arc<Credentials>>,
    /// The header of that name, where the request was signed.
    authorization: Option<HeaderValue>,
    /// What else the body of the request held.
    passwords: Vec<SecretString>,
}

/// From how many characters on a secret is found within words: shorter ones stand in words of any text by chance. Of
/// one that was cut off, so many must be left for it to be known.
const LONG: usize = 8;

const REDACTED: &str = "[redacted]";
/// A text in which more is found, each spelling by itself, is not shown at all: millions of places take much memory.
const MOST_PLACES: usize = 1000;

impl Redactor {
    pub(crate) fn new(
        credentials: Option<Arc<Credentials>>,
        authorization: Option<HeaderValue>,
    ) -> Self {
        Self {
            credentials,
            authorization,
            passwords: Vec::new(),
        }
    }

    /// What the request was sent with.
    pub(crate) fn credentials(&self) -> Option<&Arc<Credentials>> {
        self.credentials.as_ref()
    }

    pub(crate) fn with_passwords(mut self, passwords: Vec<SecretString>) -> Self {
        self.passwords = passwords;
        self
    }

    pub(crate) fn text(&self, text: String) -> String {
        let search = self.search(text.len());
        search.text(text.as_bytes()).unwrap_or(text)
    }

    /// The same for bytes; they stay as they are where nothing is found. Where they were cut off, a secret may have begun
    /// at their end: that is left out, too.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        let search = self.search(usize::MAX);
        let bytes = bytes.slice(..search.begun(bytes));
        search.text(&bytes).map_or(bytes, Into::into)
    }

    /// The search for all that may stand in a text of so many bytes. No spelling of a secret is shorter than the secret.
    pub(crate) fn search(&self, room: usize) -> Search {
        let fits = |text: &&str| (1..=room).contains(&text.len());
        let mut needles = Vec::new();
        for secret in self.secrets().filter(fits) {
            needles.push(Needle::new(secret, secret, REDACTED.to_owned()));
            // Forms write blanks so.
            let form = secret.replace(' ', "+");
            if form != secret {
                needles.push(Needle::new(secret, &form, REDACTED.to_owned()));
            }
            let spelled = if secret.len() < LONG {
                base64(secret)
            } else {
                within_base64(secret)
            };
            needles.extend(spelled.into_iter().map(|text| Needle {
                is_base64: true,
                text,
                ..Needle::new(secret, "", REDACTED.to_owned())
            }));
        }
        // It names the key and is none: who encodes it may show it.
        if let Some(Kind::AccessKey { id, .. }) = self.kind()
            && fits(&id.as_str())
        {
            needles.push(Needle::new(id, id, shorten(id)));
        }
        Search(needles)
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self.kind() {
            Some(Kind::Token(token)) => (Some(token), None),
            // The password is sent in the body, and found there.
            Some(Kind::User { .. }) | None => (None, None),
            Some(Kind::AccessKey {
                secret,
                security_token,
                ..
            }) => (Some(secret), security_token.as_ref()),
        };
        let secrets = [first, second].into_iter().flatten().chain(&self.passwords);
        secrets
            .map(ExposeSecret::expose_secret)
            .chain(self.signature())
    }

    fn kind(&self) -> Option<&Kind> {
        self.credentials.as_ref().map(|credentials| &credentials.0)
    }

    fn signature(&self) -> Option<&str> {
        let value = self.authorization.as_ref()?.to_str().ok()?;
        // It comes last, and is hexadecimal.
        value.rsplit_once('=').map(|(_, signature)| signature)
    }
}

/// What to find in texts, and what to show in its place.
pub(crate) struct Search(Vec<Needle>);

struct Needle {
    text: SecretString,
    shown: String,
    /// Whether it is found only where it is no part of a word.
    is_word: bool,
    /// Whether what surrounds it is the same secret, or what that was encoded with.
    is_base64: bool,
}

impl Search {
    /// The text without what was to be found, if it held any of that.
    pub(crate) fn text(&self, text: &[u8]) -> Option<String> {
        let mut found = self.found(text, ESCAPES);
        if found.is_empty() {
            return None;
        }
        if found.len() > MOST_PLACES {
            return Some(REDACTED.to_owned());
        }
        found.sort_unstable_by_key(|(place, _)| place.start);
        let mut without = Vec::new();
        let mut end = 0;
        for (place, shown) in &found {
            // What begins within another one is hidden with it.
            if place.start >= end {
                without.extend_from_slice(&text[end..place.start]);
                without.extend_from_slice(shown.as_bytes());
            }
            end = end.max(place.end);
        }
        without.extend_from_slice(&text[end..]);
        Some(String::from_utf8_lossy(&without).into_owned())
    }

    /// Where something was found, in any order, and what to show in its place.
    fn found(&self, text: &[u8], escapes: &[Escape]) -> Vec<(Range<usize>, &str)> {
        let mut found = Vec::new();
        for needle in &self.0 {
            let places = needle.places(text).take(MOST_PLACES + 1);
            found.extend(places.map(|place| (place, &*needle.shown)));
        }
        for escape in escapes {
            if let Some(unescaped) = escape.unescape(text) {
                let mut within = self.found(&unescaped, escape.within);
                within.sort_unstable_by_key(|(place, _)| place.start);
                escape.place(text, within.iter_mut().map(|(place, _)| &mut place.start));
                within.sort_unstable_by_key(|(place, _)| place.end);
                escape.place(text, within.iter_mut().map(|(place, _)| &mut place.end));
                found.append(&mut within);
            }
        }
        found
    }

    /// Where something to be found begins at the end of bytes that were cut off, perhaps within an escape; else that end.
    fn begun(&self, bytes: &[u8]) -> usize {
        let cuts = ESCAPES.iter().filter_map(|escape| escape.begun(bytes));
        let begun = cuts
            .chain([bytes.len()])
            .filter_map(|cut| self.begun_at(&bytes[..cut], ESCAPES));
        begun.min().unwrap_or(bytes.len())
    }

    fn begun_at(&self, text: &[u8], escapes: &[Escape]) -> Option<usize> {
        let begun = self.0.iter().filter_map(|needle| needle.begun(text));
        let within = escapes.iter().filter_map(|escape| {
            let unescaped = escape.unescape(text)?;
            let mut begun = self.begun_at(&unescaped, escape.within)?;
            escape.place(text, [&mut begun]);
            Some(begun)
        });
        begun.chain(within).min()
    }
}

impl Needle {
    fn new(secret: &str, text: &str, shown: String) -> Self {
        Self {
            text: text.into(),
            shown,
            is_word: secret.len() < LONG,
            is_base64: false,
        }
    }

    /// Its places in a text. The time it takes grows with the lengths of both and not with their product.
    fn places<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        let needle = self.text.expose_secret().as_bytes();
        let finder = (needle.len() <= text.len()).then(|| Finder::new(needle));
        let mut done = 0;
        std::iter::from_fn(move || {
            loop {
                let start = done + finder.as_ref()?.find(&text[done..])?;
                let mut place = start..start + needle.len();
                if self.is_word && !is_word(text, &place) {
                    done = start + 1;
                    continue;
                }
                if self.is_base64 && !self.is_word {
                    let before = text[done..start].iter().rev();
                    place.start -= before.take_while(|byte| is_base64(**byte)).count();
                    let after = text[place.end..].iter();
                    place.end += after.take_while(|byte| is_base64(**byte)).count();
                }
                done = place.end;
                return Some(place);
            }
        })
    }

    /// Where the longest beginning of it, and not all of it, stands at the end of a text.
    fn begun(&self, text: &[u8]) -> Option<usize> {
        let needle = self.text.expose_secret().as_bytes();
        let tail = &text[text.len() - text.len().min(needle.len().saturating_sub(1))..];
        // Nearly always there is none.
        let tail = &tail[memmem::find(tail, needle.get(..LONG)?)?..];
        // By the method of Knuth, Morris and Pratt: for each beginning, how much of it stands at its own end.
        let mut repeated = vec![0; tail.len()];
        let step = |repeated: &[usize], mut length: usize, byte: u8| {
            while length > 0 && needle[length] != byte {
                length = repeated[length - 1];
            }
            length + usize::from(needle[length] == byte)
        };
        for at in 1..tail.len() {
            repeated[at] = step(&repeated, repeated[at - 1], needle[at]);
        }
        let length = tail
            .iter()
            .fold(0, |length, byte| step(&repeated, length, *byte));
        (length >= LONG).then(|| text.len() - length)
    }
}

/// Whether no word goes on before and after a place: by a letter, a digit or `_`, nor by a `.` or `-` that joins it to
/// one.
fn is_word(text: &[u8], place: &Range<usize>) -> bool {
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let joins = |next: Option<&u8>, second: Option<&u8>| match next {
        Some(b'.' | b'-') => second.is_some_and(|byte| in_word(*byte)),
        next => next.is_some_and(|byte| in_word(*byte)),
    };
    let mut before = text[..place.start].iter().rev();
    let mut after = text[place.end..].iter();
    !joins(before.next(), before.next()) && !joins(after.next(), after.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_however_json_escapes_it() {
        let redactor = Redactor::new(Some(Arc::new(Credentials::token("to/ken+A=="))), None);
        for spelled in [
            "to/ken+A==",
            r"to\/ken+A==",
            r"to/ken+A\u003d\u003D",
            r"\u0074o\u002Fken\u002bA==",
            // JSON in JSON.
            r"to\\/ken+A==",
        ] {
            let text = format!("é{spelled}, {spelled}");
            let shown = "é[redacted], [redacted]";
            assert_eq!(redactor.text(text.clone()), shown);
            assert_eq!(redactor.bytes(&text.into()), shown);
        }
        for other in [r"to\u012fken+A==", "to/ken+A=", r"to\u00"] {
            assert_eq!(redactor.text(other.to_owned()), other);
        }
    }

    #[test]
    fn blanks_are_found_as_forms_and_urls_write_them() {
        let redactor = Redactor::new(Some(Arc::new(Credentials::token("two words/1"))), None);
        for spelled in ["two words/1", "two+words%2F1", "two%20words/1"] {
            assert_eq!(redactor.text(format!("a={spelled}&b")), "a=[redacted]&b");
        }
    }

    #[test]
    fn a_text_full_of_secrets_is_not_shown_at_all() {
        let redactor = Redactor::new(Some(Arc::new(Credentials::token("t/k"))), None);
        let shown = redactor.text("t/k ".repeat(1000));
        assert_eq!(shown, "[redacted] ".repeat(1000));
        assert_eq!(redactor.text("t/k ".repeat(1001)), "[redacted]");
        assert_eq!(redactor.text("no, t&#47;k ".repeat(1001)), "[redacted]");
    }

    /// Were each place compared with the whole token, this would take minutes.
    #[test]
    fn crafted_tokens_are_searched_for_in_linear_time() {
        for unit in ["a", r"\", "%", "&", "ab", "%25", r"\u005c"] {
            let token = unit.repeat(16_384 / unit.len()) + "!";
            let redactor = Redactor::new(Some(Arc::new(Credentials::token(&*token))), None);
            let text = unit.repeat(65_536 / unit.len());
            assert_eq!(redactor.text(text.clone()), text);
            let body = redactor.bytes(&text.into());
            assert!(body.len() < 49_170, "{unit}: {}", body.len());
        }
    }

    #[test]
    fn what_was_sent_is_taken_out_of_text_and_bytes() {
        let credentials =
            Credentials::ak_sk("AKINVENTED", "5ec4e75ec4e7").with_security_token("CS");
        let mut authorization =
            HeaderValue::from_static("SDK Access=AKINVENTED, Signature=51690a7e51690a7e");
        authorization.set_sensitive(true);
        let redactor = Redactor::new(Some(Arc::new(credentials)), Some(authorization));
        assert_eq!(
            redactor.text("ak AKINVENTED, 5ec4e75ec4e7, CS, 51690a7e51690a7e.".to_owned()),
            "ak AKIN…, [redacted], [redacted], [redacted]."
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
