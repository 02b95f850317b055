//! Reads a success, unless its body reports an error.

use http::HeaderValue;
use serde::de::DeserializeOwned;
use serde::de::value::UnitDeserializer;
use serde_json::Value;
use serde_json::error::Category;

use super::response::{RawResponse, unusable};
use crate::BoxError;
use crate::error::{Error, ErrorKind, Members, reports_an_error};
use crate::redact::redact_free_text;
use crate::types::{Operation, SuccessBody};

/// The body of a success, or an error. `Err(None)` stands for the error of the response's status.
type Read<T> = Result<T, Option<Error>>;

/// Reads a success as the operation documents it, and removes secrets from its free text.
pub(crate) fn read<T: DeserializeOwned>(operation: &Operation, response: &RawResponse) -> Read<T> {
    let status = response.status.as_u16();
    let is_complete = response.cut.is_none();
    let first_bytes = match operation.success_body {
        SuccessBody::Json if status == operation.success && is_complete => {
            return model(operation, response);
        }
        SuccessBody::Json => return Err(None),
        SuccessBody::Empty => OBJECT,
        SuccessBody::Ignored => ANY_SHAPE,
    };
    match status {
        204 => {}
        200 if is_complete && is_harmless(&response.body, first_bytes) => {}
        _ => return Err(None),
    }
    let nothing = UnitDeserializer::<serde::de::value::Error>::new();
    T::deserialize(nothing).map_err(|error| Some(undocumented(error)))
}

fn undocumented(source: impl Into<BoxError>) -> Error {
    let message = "the response is not what the service documents";
    unusable(ErrorKind::Decode, message, Some(source.into()))
}

fn model<T: DeserializeOwned>(operation: &Operation, response: &RawResponse) -> Read<T> {
    let body = redact_free_text(&response.body, operation.free_text, &response.redactor);
    let problem = match serde_json::from_slice(&body) {
        Ok(_) if has_error_code(&response.body) => return Err(None),
        Ok(model) => match missing_header(operation, response) {
            Some(name) => format!("the header {name} has no value"),
            None => return Ok(model),
        },
        Err(error) => position(&error),
    };
    Err(Some(undocumented(problem)))
}

/// A documented header with a secret that is missing, or that cannot be sent in a request.
fn missing_header(operation: &Operation, response: &RawResponse) -> Option<&'static str> {
    let is_missing = |name: &&&str| {
        let value = response.headers.get(**name);
        let value = value.map_or(&b""[..], HeaderValue::as_bytes);
        value.is_empty() || !value.iter().all(u8::is_ascii_graphic)
    };
    operation.secret_headers.iter().find(is_missing).copied()
}

/// What is wrong with the JSON, and where. The value is not shown: it may be a secret.
fn position(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "the JSON ends",
        Category::Data => "a value has another type than documented",
        Category::Syntax | Category::Io => "invalid JSON",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

/// Whether a documented body has an error code, of any type.
fn has_error_code(body: &[u8]) -> bool {
    Members::read(&String::from_utf8_lossy(body)).has_code()
}

/// How an object begins.
const OBJECT: &[u8] = b"{";
/// How a body of undocumented shape begins: an object, a string or null.
const ANY_SHAPE: &[u8] = b"{\"n";

/// Whether a body is empty, or JSON that begins so and has no error. An unreadable body may hold one.
fn is_harmless(body: &[u8], first_bytes: &[u8]) -> bool {
    let begins = |first| first_bytes.contains(first);
    body.is_empty()
        || body.trim_ascii_start().first().is_some_and(begins)
            && serde_json::from_slice::<Value>(body).is_ok()
            && !reports_an_error(body)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn empty_body_or_object_without_error_is_harmless() {
        for body in [
            "",
            "{}",
            " {} ",
            r#"{"error_code":null,"error_msg":""}"#,
            r#"{"id":"x","n":1.5,"on":true,"list":[{"a":-1},null]}"#,
            r#"{"message":"done"}"#,
        ] {
            assert!(is_harmless(body.as_bytes(), OBJECT), "{body}");
            assert!(is_harmless(body.as_bytes(), ANY_SHAPE), "{body}");
        }
        for body in ["null", r#""done""#] {
            assert!(!is_harmless(body.as_bytes(), OBJECT), "{body}");
            assert!(is_harmless(body.as_bytes(), ANY_SHAPE), "{body}");
        }
    }

    #[test]
    fn error_of_any_type_and_depth_is_found() {
        let deep = |inner: &str| format!("{}{inner}{}", r#"{"a":["#.repeat(100), "]}".repeat(100));
        for body in [
            r#"{"error_code":"ECS.5000"}"#,
            r#"{"error_code":5000}"#,
            r#"{"error_code":-1}"#,
            r#"{"error_code":0.5}"#,
            r#"{"error_code":["ECS.5000"]}"#,
            r#"{"error_code":{}}"#,
            r#"{"error_code":false}"#,
            r#"{"error_msg":"m"}"#,
            r#"{"errorCode":"X"}"#,
            r#"{"errorMsg":"m"}"#,
            r#"{"code":1}"#,
            r#"{"error":"m"}"#,
            r#"{"errors":[]}"#,
            r#"{"a":{"b":[{"error_code":"X"}]}}"#,
            r#"{"error_code":"X","error_code":null}"#,
            r#"[{"error_code":"ECS.5000"}]"#,
            &deep(""),
            &deep(r#"{"error_code":"X"}"#),
            "[]",
            "1",
            "true",
            "{",
            "{} {}",
            "<html>",
            "\u{feff}{}",
        ] {
            assert!(!is_harmless(body.as_bytes(), OBJECT), "{body}");
            assert!(!is_harmless(body.as_bytes(), ANY_SHAPE), "{body}");
        }
        assert!(!is_harmless(b"{\"a\":\"\xff\"}", OBJECT));
    }

    #[test]
    fn code_of_any_type_in_a_documented_body_is_found() {
        for body in [
            r#"{"error_code":"X"}"#,
            r#"{"error_code":["X"]}"#,
            r#"{"error_code":"X","error_code":null}"#,
            r#"{"error":{"code":401}}"#,
            r#"{"a":1,"code":{}}"#,
        ] {
            assert!(has_error_code(body.as_bytes()), "{body}");
        }
        for body in [
            "{}",
            "[]",
            r#"{"error_code":null}"#,
            r#"{"error_code":""}"#,
            r#"{"tasks":[{"error_code":"X"}]}"#,
        ] {
            assert!(!has_error_code(body.as_bytes()), "{body}");
        }
    }

    /// JSON with and without members that report an error.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z ]{0,4}".prop_map(Value::from),
        ];
        let name = prop::sample::select(vec!["a", "id", "message", "error_code", "error", "code"]);
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::from),
                vec((name.clone(), inner), 0..4).prop_map(|members| {
                    let members = members.into_iter();
                    members
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect()
                }),
            ]
        })
    }

    fn holds_an_error(value: &Value) -> bool {
        let is_blank = |value: &Value| {
            value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
        };
        match value {
            Value::Object(members) => members.iter().any(|(name, value)| {
                if ["error_code", "error", "code"].contains(&name.as_str()) {
                    !is_blank(value)
                } else {
                    holds_an_error(value)
                }
            }),
            Value::Array(items) => items.iter().any(holds_an_error),
            _ => false,
        }
    }

    #[test]
    fn only_an_object_without_error_is_a_success() {
        let test = |value: Value| {
            let body = value.to_string();
            let harmless = value.is_object() && !holds_an_error(&value);
            let accepted = is_harmless(body.as_bytes(), OBJECT);
            prop_assert_eq!(accepted, harmless, "{}", body);
            Ok(())
        };
        let config = ProptestConfig {
            cases: 10_000,
            source_file: Some(file!()),
            ..ProptestConfig::default()
        };
        TestRunner::new(config).run(&json(), test).unwrap();
    }
}
