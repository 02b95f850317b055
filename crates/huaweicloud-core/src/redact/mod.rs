//! Replaces the secrets of a request in its response, in case the service sends them back.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::auth::{Credentials, Kind, shorten};
use crate::types::Operation;

pub(crate) mod json;
mod search;
mod spelling;

use self::search::{Search, splice};
pub(crate) use json::has_too_many_values;

/// The secrets of a request. It copies only passwords, and searches only texts that are shown.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    /// The credentials that the request was sent with.
    pub(crate) credentials: Option<Arc<Credentials>>,
    /// The `Authorization` header of a signed request.
    pub(crate) authorization: Option<HeaderValue>,
    /// The other secrets in the body of the request.
    pub(crate) passwords: Vec<SecretString>,
}

/// The secrets in a JSON body of a request, by the names that the operation's document marks as secret.
pub(crate) fn secrets_in_body(operation: &Operation, body: Option<&[u8]>) -> Vec<SecretString> {
    json::strings(body.unwrap_or_default(), operation.secrets)
        .map(|(_, text)| (&*text).into())
        .collect()
}

/// Replaces secrets in the strings of a JSON body under these names, at any depth. Other bodies stay unchanged.
pub(crate) fn redact_free_text(body: &Bytes, names: &[&str], redactor: &Redactor) -> Bytes {
    if names.is_empty() {
        return body.clone();
    }
    let search = redactor.search(body.len());
    let mut redacted = json::strings(body, names)
        .filter_map(|(place, text)| {
            let text = search.redact(text.as_bytes(), false)?;
            Some((place, serde_json::to_vec(&text).ok()?))
        })
        .peekable();
    if redacted.peek().is_none() {
        return body.clone();
    }
    splice(body, redacted).into()
}

impl Redactor {
    /// The text without secrets.
    pub(crate) fn text(&self, text: String) -> String {
        let search = self.search(text.len());
        search.redact(text.as_bytes(), false).unwrap_or(text)
    }

    /// The beginning of a body without secrets, and without the beginning of a secret where the body was cut off.
    pub(crate) fn bytes(&self, bytes: &Bytes) -> Bytes {
        let search = self.search(usize::MAX);
        let redacted = search.redact(bytes, true);
        redacted.map_or_else(|| bytes.clone(), Into::into)
    }

    /// A search for the secrets that a text of this length has room for. No spelling of a secret is shorter than the
    /// secret.
    fn search(&self, room: usize) -> Search {
        let fits = |secret: &&str| (1..=room).contains(&secret.len());
        let mut search = Search::default();
        let mut secrets: Vec<&SecretString> = self.passwords.iter().collect();
        match self.credentials.as_ref().map(|credentials| &credentials.0) {
            Some(Kind::AccessKey {
                id,
                secret,
                security_token,
            }) => {
                secrets.push(secret);
                secrets.extend(security_token);
                if fits(&id.as_str()) {
                    search.add_id(id, shorten(id));
                }
            }
            Some(Kind::Token(token)) => secrets.push(token),
            // The password of a user is among `passwords`: it is sent in the body.
            Some(Kind::User { .. }) | None => {}
        }
        let secrets = secrets.into_iter().map(ExposeSecret::expose_secret);
        for secret in secrets.chain(self.signature()).filter(fits) {
            search.add(secret);
        }
        search
    }

    fn signature(&self) -> Option<&str> {
        let value = self.authorization.as_ref()?.to_str().ok()?;
        // The signature comes last, and is hexadecimal.
        value.rsplit_once('=').map(|(_, signature)| signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_token(token: &str) -> Redactor {
        Redactor {
            credentials: Some(Arc::new(Credentials::token(token))),
            ..Redactor::default()
        }
    }

    #[test]
    fn secret_in_any_json_spelling_is_redacted() {
        let redactor = of_token("to/ken+A==");
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
    fn blank_as_plus_or_percent_20_is_redacted() {
        let redactor = of_token("two words/1");
        for spelled in ["two words/1", "two+words%2F1", "two%20words/1"] {
            assert_eq!(redactor.text(format!("a={spelled}&b")), "a=[redacted]&b");
        }
    }

    #[test]
    fn text_with_over_1000_secrets_is_replaced() {
        let redactor = of_token("t/k");
        let shown = redactor.text("t/k ".repeat(1000));
        assert_eq!(shown, "[redacted] ".repeat(1000));
        assert_eq!(redactor.text("t/k ".repeat(1001)), "[redacted]");
        assert_eq!(redactor.text("no, t&#47;k ".repeat(1001)), "[redacted]");
    }

    /// Comparing each place with the whole token would take minutes.
    #[test]
    fn crafted_tokens_take_linear_time() {
        for unit in ["a", r"\", "%", "&", "ab", "%25", r"\u005c"] {
            let token = unit.repeat(16_384 / unit.len()) + "!";
            let redactor = of_token(&token);
            let text = unit.repeat(65_536 / unit.len());
            assert_eq!(redactor.text(text.clone()), text);
            let body = redactor.bytes(&text.into());
            assert!(body.len() < 49_170, "{unit}: {}", body.len());
        }
    }

    #[test]
    fn secrets_sent_are_redacted_in_text_and_bytes() {
        let credentials =
            Credentials::ak_sk("AKINVENTED", "5ec4e75ec4e7").with_security_token("CS");
        let mut authorization =
            HeaderValue::from_static("SDK Access=AKINVENTED, Signature=51690a7e51690a7e");
        authorization.set_sensitive(true);
        let redactor = Redactor {
            credentials: Some(Arc::new(credentials)),
            authorization: Some(authorization),
            passwords: Vec::new(),
        };
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
        let repeated = of_token("abcdefgh-12345-abcdefgh-9");
        for (body, shown) in [
            ("a abcdefgh-12345-abcdefgh-9", "a [redacted]"),
            ("a abcdefgh-12345-abcdefgh-", "a "),
            ("a abcdefgh-1 abcdefgh-", "a abcdefgh-1 "),
            (r"a %61bcdefgh\\u002d12&#x3", "a "),
        ] {
            assert_eq!(repeated.bytes(&body.into()), shown);
        }
        let shown = format!("{redactor:?}");
        for secret in ["AKINVENTED", "5ec4e75ec4e7", "51690a7e51690a7e"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn only_strings_of_named_members_are_redacted() {
        let redactor = of_token("tokenInvented");
        let redacted = |body: &str| {
            let body = Bytes::from(body.to_owned());
            redact_free_text(&body, &["message", "words"], &redactor)
        };
        for (body, expected) in [
            (
                r#" {"id":"tokenInvented","message" : "a \"tokenInvented\"é"} "#,
                r#" {"id":"tokenInvented","message" : "a \"[redacted]\"é"} "#,
            ),
            (
                r#"{"words":["a","tokenInvented",null,"\u0074okenInvented"],"id":["tokenInvented"]}"#,
                r#"{"words":["a","[redacted]",null,"[redacted]"],"id":["tokenInvented"]}"#,
            ),
            (
                r#"[{"mess\u0061ge":"tokenInvented"},{"tokenInvented":{"message":1}}]"#,
                r#"[{"mess\u0061ge":"[redacted]"},{"tokenInvented":{"message":1}}]"#,
            ),
        ] {
            assert_eq!(redacted(body), expected);
        }
        for body in [
            "",
            r#"{"message":"tokenInvented"#,
            r#"{"message":"tokenInvented\"#,
            "\"",
            "tokenInvented",
        ] {
            assert_eq!(redacted(body), body);
        }
    }
}
