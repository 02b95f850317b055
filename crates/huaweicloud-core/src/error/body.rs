//! Reads code, message and request ID from an error body, in any of the shapes that services and gateway use.

use super::members::{Members, Said};
use super::text::{MAX_MESSAGE, code_of, one_line, request_id_of};

/// The parts of an error body. Each is one bounded line without control characters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl ErrorBody {
    /// Reads any body. Without a code and a message in a known shape, its beginning becomes the message.
    ///
    /// `redact` runs on each part after it is found, so that no password can change what is found. It runs before the part
    /// is cut, because the cut may go through a secret.
    pub(crate) fn read(body: &[u8], redact: impl Fn(String) -> String) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut found = Self::of_json(text, &redact);
        if found.code.is_none() && found.message.is_none() {
            found.message = one_line(&redact(text.to_owned()), MAX_MESSAGE);
        }
        found
    }

    /// The code in a JSON body, for decisions. It may hold a secret: do not show it.
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
    fn error_shapes_of_all_services_are_read() {
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
    fn number_as_code_or_message_becomes_its_digits() {
        for number in ["0", "-1", "1.5", "18446744073709551615"] {
            let own = format!(r#"{{"error_code":{number},"error_msg":{number}}}"#);
            reads(&own, Some(number), Some(number));
            let nested = format!(r#"{{"error":{{"code":{number}}}}}"#);
            reads(&nested, Some(number), None);
        }
    }

    #[test]
    fn whitespace_in_codes_is_removed() {
        reads(r#"{"error_code":"ECS. 4855"}"#, Some("ECS.4855"), None);
        reads(
            r#"{"error_code":"ECS.\u00004855\u061c\u202e"}"#,
            Some("ECS.4855"),
            None,
        );
    }

    #[test]
    fn body_in_no_known_shape_becomes_the_message() {
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
    fn broken_encoding_or_deep_nesting_keeps_the_rest() {
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
    fn members_before_a_cut_or_broken_text_are_kept() {
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
    fn code_beside_deep_nesting_is_read() {
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
    fn code_in_a_list_or_after_a_mistake_is_ignored() {
        for body in [
            r#"[{"error_code":"X"}]"#,
            r#"{"a":[{"error_code":"X"}]}"#,
            r#"{"a":{"b":{"error_code":"X"}}}"#,
            r#"{"a":{"b":[]},"c":[1,{"code":"X"}]}"#,
            r#"{"error_code":{"code":"X"}}"#,
            r#"{{"code":"X"}}"#,
            r#"{} {"code":"X"}"#,
            // A code after a mistake is no proof that the service refused the request.
            r#"{"a":oops,"error_code":"X"}"#,
            r#"{"a":<b>"error_code":"X"}"#,
            r#"{"a":01,"error_code":"X"}"#,
            r#"{"a":é,"error_code":"X"}"#,
        ] {
            reads(body, None, Some(body));
        }
    }

    #[test]
    fn null_after_a_code_of_the_same_name_is_ignored() {
        reads(r#"{"error_code":"X","error_code":null}"#, Some("X"), None);
    }

    #[test]
    fn code_message_and_request_id_are_bounded() {
        let long = "x".repeat(100_000);
        let body =
            format!(r#"{{"error_code":"{long}","error_msg":"{long}","request_id":"{long}"}}"#);
        let found = read(body.as_bytes());
        assert_eq!(found.code.unwrap().chars().count(), 64 + 1);
        assert_eq!(found.message.unwrap().chars().count(), MAX_MESSAGE + 1);
        assert_eq!(found.request_id.unwrap().chars().count(), 128 + 1);
    }
}
