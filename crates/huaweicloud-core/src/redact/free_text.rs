//! Reads the JSON of a success without a model: how much it holds, and its free text.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use memchr::memchr2;

use super::Redactor;

/// How many values an answer may hold: their models may take a hundred times the memory of their text.
pub(crate) const MOST_VALUES: usize = 50_000;

/// Whether JSON holds more values than an answer may: objects, lists, and what stands in them.
pub(crate) fn has_too_many_values(body: &[u8]) -> bool {
    // Each takes a byte at least.
    if body.len() <= MOST_VALUES {
        return false;
    }
    let mut values = 1;
    let mut before = 0;
    for Token { byte, .. } in tokens(body) {
        match (before, byte) {
            // What is empty holds no first value.
            (b'{', b'}') | (b'[', b']') => values -= 1,
            (_, b',' | b'{' | b'[') => values += 1,
            _ => {}
        }
        before = byte;
    }
    values > MOST_VALUES
}

/// Takes secrets out of the texts of the members with these names, at any depth. What is no JSON stays as it is.
pub(crate) fn redact(body: &Bytes, members: &[&str], redactor: &Redactor) -> Bytes {
    if members.is_empty() {
        return body.clone();
    }
    let search = redactor.search(body.len());
    let mut redacted = Vec::new();
    let mut done = 0;
    let mut is_free_text = false;
    let mut tokens = tokens(body).peekable();
    while let Some(Token { byte, place }) = tokens.next() {
        if byte != b'"' {
            continue;
        }
        let is_name = tokens.peek().is_some_and(|next| next.byte == b':');
        if is_name {
            is_free_text = text_of(&body[place]).is_some_and(|name| members.contains(&&*name));
        } else if is_free_text
            && let Some(text) = text_of(&body[place.clone()])
            && let Some(text) = search.text(text.as_bytes())
            && let Ok(text) = serde_json::to_vec(&text)
        {
            redacted.extend_from_slice(&body[done..place.start]);
            redacted.extend_from_slice(&text);
            done = place.end;
        }
    }
    if done == 0 {
        return body.clone();
    }
    redacted.extend_from_slice(&body[done..]);
    redacted.into()
}

/// What a text in quotes says.
fn text_of(quoted: &[u8]) -> Option<Cow<'_, str>> {
    if quoted.contains(&b'\\') {
        return serde_json::from_slice(quoted).ok().map(Cow::Owned);
    }
    let text = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    std::str::from_utf8(text).ok().map(Cow::Borrowed)
}

/// A whole text, or one byte of anything else but a blank.
struct Token {
    /// The first.
    byte: u8,
    place: Range<usize>,
}

fn tokens(body: &[u8]) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let blanks = body[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace());
        let start = at + blanks.count();
        let byte = *body.get(start)?;
        at = start + 1;
        let mut in_text = byte == b'"';
        while in_text {
            // The end of a text that has none is that of the body.
            let found = memchr2(b'"', b'\\', &body[at..]).map_or(body.len(), |found| at + found);
            in_text = body.get(found) == Some(&b'\\');
            at = body.len().min(found + 1 + usize::from(in_text));
        }
        Some(Token {
            byte,
            place: start..at,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::auth::Credentials;

    /// The count of `text` behind enough of an array that one value more is too many.
    #[track_caller]
    fn holds(text: &str, values: usize) {
        let before = "1,".repeat(MOST_VALUES - values - 1);
        let most = format!("[{before}{text}]");
        assert!(!has_too_many_values(most.as_bytes()), "{text}");
        let more = format!("[{before}{text},1]");
        assert!(has_too_many_values(more.as_bytes()), "{text}");
    }

    #[test]
    fn values_are_counted_whatever_they_hold() {
        holds("1", 1);
        holds(r#""a,[{\"b\\""#, 1);
        holds("[]", 1);
        holds("{ \n}", 1);
        holds("[{},[ ],-1.5e3,null]", 5);
        holds(r#"{"a":[1,{"b":"]"}],"c,":true}"#, 6);
        assert!(has_too_many_values(("[".repeat(60_000)).as_bytes()));
        assert!(!has_too_many_values(
            format!("\"{}", ",".repeat(60_000)).as_bytes()
        ));
    }

    #[test]
    fn only_the_texts_of_named_members_are_searched() {
        let redactor = Redactor::new(Some(Arc::new(Credentials::token("tokenInvented"))), None);
        let redacted = |body: &str| {
            let body = Bytes::from(body.to_owned());
            redact(&body, &["message", "words"], &redactor)
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
