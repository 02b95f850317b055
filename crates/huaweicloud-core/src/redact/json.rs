//! Reads JSON without a model, token by token. A cut or a mistake does not hide the values before it.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

/// Maximum number of values in a response body. A model may take a hundred times the memory of its text.
const MAX_VALUES: usize = 50_000;

/// Whether a body holds more values than a response may: objects, lists and their elements.
pub(crate) fn has_too_many_values(body: &[u8]) -> bool {
    // Each value takes at least one byte.
    if body.len() <= MAX_VALUES {
        return false;
    }
    let mut values = 1;
    let mut before = 0;
    for Token { first, .. } in tokens(body) {
        match (before, first) {
            // The opening bracket counted a first element, and there is none.
            (b'{', b'}') | (b'[', b']') => values -= 1,
            (_, b',' | b'{' | b'[') => values += 1,
            _ => {}
        }
        before = first;
    }
    values > MAX_VALUES
}

/// The strings under these names, at any depth and also in lists: the place of each in the body, and its text.
pub(crate) fn strings<'a>(
    body: &'a [u8],
    names: &'a [&str],
) -> impl Iterator<Item = (Range<usize>, Cow<'a, str>)> {
    let mut tokens = tokens(body).peekable();
    let mut is_named = false;
    std::iter::from_fn(move || {
        loop {
            let Token { first, place } = tokens.next()?;
            if first != b'"' {
                continue;
            }
            if tokens.next_if(|next| next.first == b':').is_some() {
                is_named = string(&body[place]).is_some_and(|name| names.contains(&&*name));
            } else if is_named && let Some(text) = string(&body[place.clone()]) {
                return Some((place, text));
            }
        }
    })
}

/// The text of a string in quotes; none if it is broken or cut off.
pub(crate) fn string(quoted: &[u8]) -> Option<Cow<'_, str>> {
    if quoted.contains(&b'\\') {
        return serde_json::from_slice(quoted).ok().map(Cow::Owned);
    }
    let text = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    std::str::from_utf8(text).ok().map(Cow::Borrowed)
}

/// A string with its quotes, a punctuation character, or a number or word.
pub(crate) struct Token {
    /// Its first byte.
    pub(crate) first: u8,
    pub(crate) place: Range<usize>,
}

pub(crate) fn tokens(body: &[u8]) -> impl Iterator<Item = Token> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_blank = |byte: &&u8| byte.is_ascii_whitespace();
        let start = at + body[at..].iter().take_while(is_blank).count();
        let first = *body.get(start)?;
        at = start + 1;
        let mut in_string = first == b'"';
        while in_string {
            // A string without an end goes on to the end of the body.
            let found = memchr2(b'"', b'\\', &body[at..]).map_or(body.len(), |found| at + found);
            in_string = body.get(found) == Some(&b'\\');
            at = body.len().min(found + 1 + usize::from(in_string));
        }
        if first.is_ascii_alphanumeric() || first == b'-' {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b",:{}[]\"".contains(byte);
            let length = body[at..].iter().position(ends);
            at = length.map_or(body.len(), |length| at + length);
        }
        let place = start..at;
        Some(Token { first, place })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the count of `text` in an array with as many other values as are allowed beside it.
    #[track_caller]
    fn holds(text: &str, values: usize) {
        let before = "1,".repeat(MAX_VALUES - values - 1);
        let most = format!("[{before}{text}]");
        assert!(!has_too_many_values(most.as_bytes()), "{text}");
        let more = format!("[{before}{text},1]");
        assert!(has_too_many_values(more.as_bytes()), "{text}");
    }

    #[test]
    fn values_in_any_nesting_are_counted() {
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
    fn strings_under_names_are_found_at_any_depth() {
        let body = serde_json::json!({
            "a": [{"password": "plain"}],
            "old_password": "quo\"ted",
            "other": "no",
            "password": {"name": "no", "password": null, "x": {"old_password": ["deep", 1]}},
        });
        let body = body.to_string();
        let found = strings(body.as_bytes(), &["old_password", "password"]);
        let mut found: Vec<_> = found.map(|(_, text)| text).collect();
        found.sort_unstable();
        assert_eq!(found, ["deep", "plain", "quo\"ted"]);
    }
}
