//! Reads what a body says of a failure: code, message, request id, in any of the shapes that reach a client.

use serde_json::{Map, Value};

/// What was found. Each part is one line without control characters, and bounded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// The pairs that services and gateway use; either half may be missing.
const PAIRS: [[&str; 2]; 3] = [
    ["error_code", "error_msg"],
    ["errorCode", "errorMsg"],
    ["code", "message"],
];

const MAX_CODE: usize = 64;
/// The longest message that is shown, in characters.
pub(crate) const MAX_MESSAGE: usize = 512;
const MAX_REQUEST_ID: usize = 128;

impl ErrorBody {
    /// Reads a body of any kind. Where it holds no message in a known shape, its beginning is the message.
    pub(crate) fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut found = Self::of_json(text).unwrap_or_default();
        if found.code.is_none() && found.message.is_none() {
            found.message = one_line(text, MAX_MESSAGE);
        }
        found
    }

    /// The code in a JSON body, for answers that are no failures by their status.
    pub(crate) fn code_in(body: &[u8]) -> Option<String> {
        Self::of_json(&String::from_utf8_lossy(body)).and_then(|found| found.code)
    }

    fn of_json(text: &str) -> Option<Self> {
        // One value is read and what follows it is not looked at: a body cut or glued together still says its code.
        let value = serde_json::Deserializer::from_str(text)
            .into_iter::<Value>()
            .next()?
            .ok()?;
        let members = value.as_object()?;
        let (code, message) = pair(members)
            .or_else(|| members.values().filter_map(Value::as_object).find_map(pair))
            .unwrap_or_default();
        let request_id = members.get("request_id").and_then(Value::as_str);
        Some(Self {
            code,
            message,
            request_id: request_id.and_then(request_id_of),
        })
    }
}

/// A request id as it may be shown.
pub(crate) fn request_id_of(text: &str) -> Option<String> {
    one_line(text, MAX_REQUEST_ID)
}

type Pair = (Option<String>, Option<String>);

fn pair(members: &Map<String, Value>) -> Option<Pair> {
    PAIRS.iter().find_map(|[code, message]| {
        let code = members.get(*code).and_then(text_of).and_then(|code| {
            // Two codes are printed with a stray blank in the vendor's own tables.
            one_line(&code.split_whitespace().collect::<String>(), MAX_CODE)
        });
        let message = members
            .get(*message)
            .and_then(text_of)
            .and_then(|text| one_line(&text, MAX_MESSAGE));
        (code.is_some() || message.is_some()).then_some((code, message))
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // IAM sends its codes as integers.
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text on one line: blanks and what could move a terminal's cursor or writing direction become one blank each.
pub(crate) fn one_line(text: &str, max: usize) -> Option<String> {
    // Every success has a request id, which is as it should be nearly always.
    if text.len() <= max && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let mut line = String::new();
    let mut length = 0;
    for word in
        text.split(|c: char| c.is_whitespace() || c.is_control() || is_bidirectional_control(c))
    {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
            length += 1;
        }
        for c in word.chars() {
            if length == max {
                line.push('…');
                return Some(line);
            }
            line.push(c);
            length += 1;
        }
    }
    (!line.is_empty()).then_some(line)
}

fn is_bidirectional_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(body: &str, code: Option<&str>, message: Option<&str>) {
        let found = ErrorBody::read(body.as_bytes());
        assert_eq!(
            (found.code.as_deref(), found.message.as_deref()),
            (code, message),
            "{body}"
        );
    }

    #[test]
    fn all_four_shapes_are_read() {
        reads(
            r#"{"error_msg":"m","error_code":"DCS.4957","error_ext_msg":null}"#,
            Some("DCS.4957"),
            Some("m"),
        );
        reads(
            r#"{"error_msg":"m","error_code":"APIGW.0301","request_id":"r"}"#,
            Some("APIGW.0301"),
            Some("m"),
        );
        reads(
            r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#,
            Some("401"),
            Some("m"),
        );
        reads(
            r#"{"error":{"code":"111400060","message":"m"}}"#,
            Some("111400060"),
            Some("m"),
        );
        reads(r#"{"errorCode":"X","errorMsg":"m"}"#, Some("X"), Some("m"));
    }

    #[test]
    fn half_a_pair_is_enough() {
        reads(r#"{"error_code":"DCS.4133"}"#, Some("DCS.4133"), None);
        reads(r#"{"error_code":null,"error_msg":"m"}"#, None, Some("m"));
        reads(r#"{"error":{"message":"m"}}"#, None, Some("m"));
    }

    #[test]
    fn blanks_are_taken_out_of_codes() {
        reads(r#"{"error_code":"DCS. 4855"}"#, Some("DCS.4855"), None);
    }

    #[test]
    fn a_body_in_no_known_shape_is_the_message() {
        reads(
            "<html>\r\n<b>503</b>\r\n</html>",
            None,
            Some("<html> <b>503</b> </html>"),
        );
        reads("", None, None);
        reads(" \r\n", None, None);
        reads("{}", None, Some("{}"));
        reads("[]", None, Some("[]"));
        reads("null", None, Some("null"));
        reads(
            r#"{"error_code":["x"]}"#,
            None,
            Some(r#"{"error_code":["x"]}"#),
        );
        reads(
            r#"{"error_code":"DCS.49"#,
            None,
            Some(r#"{"error_code":"DCS.49"#),
        );
        reads("\u{202e}evil\u{1b}[2J\0", None, Some("evil [2J"));
    }

    #[test]
    fn broken_encodings_and_deep_nesting_do_not_hide_the_rest() {
        assert_eq!(
            ErrorBody::read(b"\xef\xbb\xbf{\"error_code\":\"X\"} junk")
                .code
                .as_deref(),
            Some("X")
        );
        assert_eq!(
            ErrorBody::read(b"{\"error_code\":\"X\xff\"}")
                .code
                .as_deref(),
            Some("X\u{fffd}")
        );
        reads(r#"{"error_code":"X","error_code":"Y"}"#, Some("Y"), None);
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(ErrorBody::read(deep.as_bytes()).message.is_some());
    }

    #[test]
    fn everything_is_bounded() {
        let long = "x".repeat(100_000);
        let body =
            format!(r#"{{"error_code":"{long}","error_msg":"{long}","request_id":"{long}"}}"#);
        let found = ErrorBody::read(body.as_bytes());
        assert_eq!(found.code.unwrap().chars().count(), MAX_CODE + 1);
        assert_eq!(found.message.unwrap().chars().count(), MAX_MESSAGE + 1);
        assert_eq!(
            found.request_id.unwrap().chars().count(),
            MAX_REQUEST_ID + 1
        );
    }
}
