//! Reads a success, unless its body says the contrary.

use std::fmt;

use http::HeaderValue;
use serde::de::value::UnitDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde_json::error::Category;

use super::outcome::{Answer, BodyEnd};
use crate::BoxError;
use crate::error::{Members, PAIRS, Said};
use crate::redact::redact_free_text;
use crate::types::{Operation, SuccessBody};

/// The body of a success; or that it was none, and why it could not be read if that is the cause.
type Read<T> = Result<T, Option<BoxError>>;

/// Reads what an operation documents of its success. Its free text holds no secret then.
pub(crate) fn read<T: DeserializeOwned>(operation: &Operation, answer: &Answer) -> Read<T> {
    let status = answer.status.as_u16();
    let is_complete = matches!(answer.body_end, BodyEnd::Complete);
    let is_harmless = match operation.success_body {
        SuccessBody::Json if status == operation.success && is_complete => {
            return model(operation, answer);
        }
        SuccessBody::Json => return Err(None),
        SuccessBody::Empty => is_empty_or_harmless,
        SuccessBody::Ignored => is_harmless_in_any_shape,
    };
    match status {
        204 => {}
        200 if is_complete && is_harmless(&answer.body) => {}
        _ => return Err(None),
    }
    let nothing = UnitDeserializer::<serde::de::value::Error>::new();
    T::deserialize(nothing).map_err(|error| Some(error.into()))
}

fn model<T: DeserializeOwned>(operation: &Operation, answer: &Answer) -> Read<T> {
    let body = redact_free_text(&answer.body, operation.free_text, &answer.redactor);
    match serde_json::from_slice(&body) {
        Ok(_) if has_error_code(&answer.body) => Err(None),
        Ok(model) => match missing_header(operation, answer) {
            Some(name) => Err(Some(
                format!("there is no value in the header {name}").into(),
            )),
            None => Ok(model),
        },
        Err(error) => Err(Some(position(&error).into())),
    }
}

/// A header with a secret that a success is documented to have, and that this one has not, or not as it could be sent.
fn missing_header(operation: &Operation, answer: &Answer) -> Option<&'static str> {
    let is_there = |name: &&str| {
        let value = answer
            .headers
            .get(*name)
            .map_or(&b""[..], HeaderValue::as_bytes);
        !value.is_empty() && value.iter().all(u8::is_ascii_graphic)
    };
    let mut names = operation.secret_headers.iter().copied();
    names.find(|name| !is_there(name))
}

/// Where an answer is not what its model is read from. What stands there is not told: it may be a secret.
fn position(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "the JSON ends",
        Category::Data => "a value has another type than documented",
        Category::Syntax | Category::Io => "it is no JSON",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

/// Whether a member of this name tells of an error, wherever in a body of no known shape it stands. A message alone may
/// be about anything.
fn is_about_an_error(name: &str) -> bool {
    match name {
        "message" => false,
        "error" | "errors" => true,
        name => PAIRS.as_flattened().contains(&name),
    }
}

/// Whether a body whose shape is documented holds a code of an error, of whatever type.
fn has_error_code(body: &[u8]) -> bool {
    Members::read(&String::from_utf8_lossy(body)).has_code()
}

/// Whether a body, where none is documented, is nothing or an object that tells of no error. What cannot be read to its
/// end may tell of one.
fn is_empty_or_harmless(body: &[u8]) -> bool {
    body.is_empty() || is_harmless(body, b"{")
}

/// The same where the documents leave open what the body is: it may also be a text or null.
fn is_harmless_in_any_shape(body: &[u8]) -> bool {
    body.is_empty() || is_harmless(body, b"{\"n")
}

fn is_harmless(body: &[u8], beginnings: &[u8]) -> bool {
    let begins = |first| beginnings.contains(first);
    body.trim_ascii_start().first().is_some_and(begins)
        && serde_json::from_slice::<Harmless>(body).is_ok()
}

/// Any value that holds no error. Nesting beyond the reader's limit is a failure, as an error is.
struct Harmless;

impl<'de> Deserialize<'de> for Harmless {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Harmless {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without an error")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if !is_about_an_error(&name) {
                map.next_value::<Self>()?;
            } else if map.next_value::<Said>()? != Said::Nothing {
                return Err(A::Error::custom("an error"));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;
    use serde_json::Value;

    use super::*;

    #[test]
    fn nothing_and_objects_that_tell_of_no_error_are_harmless() {
        for body in [
            "",
            "{}",
            " {} ",
            r#"{"error_code":null,"error_msg":""}"#,
            r#"{"id":"x","n":1.5,"on":true,"list":[{"a":-1},null]}"#,
            r#"{"message":"done"}"#,
        ] {
            assert!(is_empty_or_harmless(body.as_bytes()), "{body}");
            assert!(is_harmless_in_any_shape(body.as_bytes()), "{body}");
        }
        for body in ["null", r#""done""#] {
            assert!(!is_empty_or_harmless(body.as_bytes()), "{body}");
            assert!(is_harmless_in_any_shape(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn an_error_is_found_wherever_it_stands_and_whatever_its_type() {
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
            assert!(!is_empty_or_harmless(body.as_bytes()), "{body}");
            assert!(!is_harmless_in_any_shape(body.as_bytes()), "{body}");
        }
        assert!(!is_empty_or_harmless(b"{\"a\":\"\xff\"}"));
    }

    #[test]
    fn a_code_in_a_documented_body_is_found_whatever_its_type() {
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

    /// JSON in which members tell of errors, and others do not.
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

    fn tells_of_an_error(value: &Value) -> bool {
        let says_nothing = |value: &Value| {
            value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
        };
        match value {
            Value::Object(members) => members.iter().any(|(name, value)| {
                if ["error_code", "error", "code"].contains(&name.as_str()) {
                    !says_nothing(value)
                } else {
                    tells_of_an_error(value)
                }
            }),
            Value::Array(items) => items.iter().any(tells_of_an_error),
            _ => false,
        }
    }

    #[test]
    fn any_json_is_a_success_only_as_an_object_that_tells_of_no_error() {
        let test = |value: Value| {
            let body = value.to_string();
            let harmless = value.is_object() && !tells_of_an_error(&value);
            let accepted = is_empty_or_harmless(body.as_bytes());
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
