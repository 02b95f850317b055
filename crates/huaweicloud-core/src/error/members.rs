//! Reads the members of JSON that describe an error, token by token. A cut or deep nesting does not hide the members
//! before it.

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::redact::json::{Token, string, tokens};

/// The names of code and message in error bodies. Either may be missing.
const PAIRS: [[&str; 2]; 3] = [
    ["error_code", "error_msg"],
    ["errorCode", "errorMsg"],
    ["code", "message"],
];

/// The value of a member that describes an error.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Said {
    /// Missing, null or blank.
    #[default]
    Nothing,
    /// A string, or a number as its digits: IAM sends its codes as integers.
    Text(String),
    /// Any other value: there is an error, but its code is unknown.
    Other,
}

impl Said {
    /// Reads a value from its token. Of an object or a list, the token is only the bracket.
    fn of(first: u8, token: &[u8]) -> Self {
        if matches!(first, b'{' | b'[') {
            return Self::Other;
        }
        match serde_json::from_slice(token).unwrap_or_default() {
            Value::Null => Self::Nothing,
            Value::String(text) if text.trim().is_empty() => Self::Nothing,
            Value::String(text) => Self::Text(text),
            Value::Number(number) => Self::Text(number.to_string()),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }
}

/// Whether a member at any depth of a JSON body reports an error, with a value of any type. A message alone does not.
pub(crate) fn reports_an_error(body: &[u8]) -> bool {
    let mut tokens = tokens(body).peekable();
    while let Some(Token { first, place }) = tokens.next() {
        if first == b'"'
            && tokens.next_if(|next| next.first == b':').is_some()
            && let Some(value) = tokens.peek()
            && string(&body[place]).is_some_and(|name| is_about_an_error(&name))
            && Said::of(value.first, &body[value.place.clone()]) != Said::Nothing
        {
            return true;
        }
    }
    false
}

fn is_about_an_error(name: &str) -> bool {
    match name {
        "message" => false,
        "error" | "errors" => true,
        name => PAIRS.as_flattened().contains(&name),
    }
}

/// The values under the names in [`PAIRS`].
type Pairs = [[Said; 2]; 3];

/// The members of an object that describe an error, and those of the first object in it that has any.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    own: Pairs,
    nested: Pairs,
    pub(super) request_id: Said,
}

impl Members {
    /// Reads a JSON object up to its end or the first mistake.
    pub(crate) fn read(text: &str) -> Self {
        let mut members = Self::default();
        let body = text.as_bytes();
        let mut tokens = tokens(body).peekable();
        let mut depth = u32::from(tokens.next().is_some_and(|token| token.first == b'{'));
        let mut is_nested = false;
        while depth > 0
            && let Some(Token { first, place }) = tokens.next()
        {
            match first {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    is_nested &= depth > 1;
                }
                b'"' if tokens.next_if(|next| next.first == b':').is_some() => {
                    let Some(value) = tokens.peek() else { break };
                    let name = string(&body[place]).unwrap_or_default();
                    let slot = match depth {
                        1 if name == "request_id" => Some(&mut members.request_id),
                        1 => slot(&mut members.own, &name),
                        2 if is_nested => slot(&mut members.nested, &name),
                        _ => None,
                    };
                    if let Some(slot) = slot {
                        // Of several members with one name, the last that is not blank counts.
                        match Said::of(value.first, &body[value.place.clone()]) {
                            Said::Nothing => {}
                            said => *slot = said,
                        }
                    } else if depth == 1 && value.first == b'{' {
                        tokens.next();
                        depth = 2;
                        is_nested = members.nested == Pairs::default();
                    }
                }
                b',' => {}
                // A code after a mistake proves nothing.
                _ if serde_json::from_slice::<IgnoredAny>(&body[place]).is_err() => break,
                _ => {}
            }
        }
        members
    }

    /// The first pair with at least one text.
    pub(super) fn pair(&mut self) -> Option<[Said; 2]> {
        let pairs = self.own.iter_mut().chain(&mut self.nested);
        pairs
            .map(std::mem::take)
            .find(|pair| pair.iter().any(|half| matches!(half, Said::Text(_))))
    }

    /// Whether there is a code, of any type.
    pub(crate) fn has_code(&self) -> bool {
        let mut pairs = self.own.iter().chain(&self.nested);
        pairs.any(|[code, _]| *code != Said::Nothing)
    }
}

fn slot<'a>(pairs: &'a mut Pairs, name: &str) -> Option<&'a mut Said> {
    let mut names = PAIRS.as_flattened().iter();
    let index = names.position(|known| *known == name)?;
    pairs.as_flattened_mut().get_mut(index)
}
