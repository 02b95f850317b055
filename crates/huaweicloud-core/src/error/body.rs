//! Reads what a body says of a failure: code, message, request id, in any of the shapes that reach a client.

use super::members::{Members, Said};
use super::text::{MAX_MESSAGE, code_of, one_line, request_id_of};

/// What was found. Each part is one line without control characters, and bounded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl ErrorBody {
    /// Reads a body of any kind. Where it holds no message in a known shape, its beginning is the message. Secrets are
    /// taken out of each part before it is cut, which may go through one, and after it was found: nobody's password is to
    /// change what a body says.
    pub(crate) fn read(body: &[u8], redact: impl Fn(String) -> String) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut found = Self::of_json(text, &redact);
        if found.code.is_none() && found.message.is_none() {
            found.message = one_line(&redact(text.to_owned()), MAX_MESSAGE);
        }
        found
    }

    /// The code in a JSON body, to decide by and not to be shown.
    pub(crate) fn code_in(body: &[u8]) -> Option<String> {
        Self::of_json(&String::from_utf8_lossy(body), |text| text).code
    }

    fn of_json(text: &str, redact: impl Fn(String) -> String) -> Self {
        let mut members = Members::read(text);
        let [code, message] = members.pair().unwrap_or_default();
        let text_of = |said| match said {
            Said::Text(text) => Some(redact(text)),
            Said::Nothing | Said::Other => None,
        };
        Self {
            code: text_of(code).and_then(|code| code_of(&code)),
            message: text_of(message).and_then(|text| one_line(&text, MAX_MESSAGE)),
            request_id: text_of(members.request_id).and_then(|id| request_id_of(&id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> ErrorBody {
        ErrorBody::read(body, |text| text)
    }

    #[track_caller]
    fn reads(body: &str, code: Option<&str>, message: Option<&str>) {
        let found = read(body.as_bytes());
        assert_eq!(
            (found.code.as_deref(), found.message.as_deref()),
            (code, message),
            "{body}"
        );
    }

    #[test]
    fn all_four_shapes_are_read() {
        reads(
            r#"{"error_msg":"m","error_code":"ECS.4957","error_ext_msg":null}"#,
            Some("ECS.4957"),
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
        reads(r#"{"error_code":"ECS.4133"}"#, Some("ECS.4133"), None);
        reads(r#"{"error_code":null,"error_msg":"m"}"#, None, Some("m"));
        reads(r#"{"error":{"message":"m"}}"#, None, Some("m"));
    }

    #[test]
    fn a_number_of_any_kind_is_read_as_its_digits() {
        for number in ["0", "-1", "1.5", "18446744073709551615"] {
            let own = format!(r#"{{"error_code":{number},"error_msg":{number}}}"#);
            reads(&own, Some(number), Some(number));
            let nested = format!(r#"{{"error":{{"code":{number}}}}}"#);
            reads(&nested, Some(number), None);
        }
    }

    /// The feature `arbitrary_precision` of `serde_json`, which any crate of a program may turn on, has it read numbers as
    /// maps of this shape.
    #[test]
    fn a_number_that_is_read_as_a_map_keeps_its_digits() {
        let number = r#"{"$serde_json::private::Number":"4957"}"#;
        reads(
            &format!(r#"{{"error_code":{number},"error_msg":{number}}}"#),
            Some("4957"),
            Some("4957"),
        );
        let nested = format!(r#"{{"error":{{"code":{number},"message":"m"}}}}"#);
        reads(&nested, Some("4957"), Some("m"));
    }

    #[test]
    fn blanks_are_taken_out_of_codes() {
        reads(r#"{"error_code":"ECS. 4855"}"#, Some("ECS.4855"), None);
        reads(
            r#"{"error_code":"ECS.\u00004855\u061c\u202e"}"#,
            Some("ECS.4855"),
            None,
        );
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
            r#"{"error_code":"ECS.49"#,
            None,
            Some(r#"{"error_code":"ECS.49"#),
        );
        reads("\u{202e}evil\u{1b}[2J\0", None, Some("evil [2J"));
    }

    #[test]
    fn broken_encodings_and_deep_nesting_do_not_hide_the_rest() {
        assert_eq!(
            read(b"\xef\xbb\xbf{\"error_code\":\"X\"} junk")
                .code
                .as_deref(),
            Some("X")
        );
        assert_eq!(
            read(b"{\"error_code\":\"X\xff\"}").code.as_deref(),
            Some("X\u{fffd}")
        );
        reads(r#"{"error_code":"X","error_code":"Y"}"#, Some("Y"), None);
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(deep.as_bytes()).message.is_some());
    }

    #[test]
    fn what_came_before_a_cut_or_a_broken_character_is_kept() {
        reads(
            r#"{"error_code":"ECS.4957","error_msg":"This oper"#,
            Some("ECS.4957"),
            None,
        );
        reads(r#"{"error":{"code":401,"mess"#, Some("401"), None);
        reads(
            r#"{"error_code":"X","error_msg":"\ud800"}"#,
            Some("X"),
            None,
        );
        let cut = read(br#"{"request_id":"r-1","error_code":"#);
        assert_eq!(cut.request_id.as_deref(), Some("r-1"));
    }

    #[test]
    fn depth_hides_no_code() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        reads(
            &format!(r#"{{"a":{deep},"error_code":"X","b":{{"c":{deep}}}}}"#),
            Some("X"),
            None,
        );
        reads(
            &format!(r#"{{"a":{{"b":{deep},"code":"X"}}}}"#),
            Some("X"),
            None,
        );
    }

    #[test]
    fn of_two_members_of_one_name_a_null_does_not_win() {
        reads(r#"{"error_code":"X","error_code":null}"#, Some("X"), None);
    }

    #[test]
    fn everything_is_bounded() {
        let long = "x".repeat(100_000);
        let body =
            format!(r#"{{"error_code":"{long}","error_msg":"{long}","request_id":"{long}"}}"#);
        let found = read(body.as_bytes());
        assert_eq!(found.code.unwrap().chars().count(), 64 + 1);
        assert_eq!(found.message.unwrap().chars().count(), MAX_MESSAGE + 1);
        assert_eq!(found.request_id.unwrap().chars().count(), 128 + 1);
    }
}
