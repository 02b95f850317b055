//! A number that the service declares as a string and sends as either.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Number;

/// A number that is declared as a string and sent as either.
///
/// It keeps which of the two it was, and is written back the same way. [`as_u64`](Self::as_u64) and [`as_f64`](Self::as_f64) read
/// both; `Display` shows the text of both. Numbers are kept as `serde_json` keeps them: whole ones exactly up to 64 bits, all others
/// as `f64`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberOrString(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Number(Number),
    Text(String),
}

impl NumberOrString {
    /// The text, if it came as a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Kind::Number(_) => None,
            Kind::Text(text) => Some(text),
        }
    }

    /// The number, if it is a whole one that is not negative and fits.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Kind::Number(number) => number.as_u64(),
            Kind::Text(text) => text.parse().ok(),
        }
    }

    /// The number, as near as a floating-point number comes; none for text that is no number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match &self.0 {
            Kind::Number(number) => number.as_f64(),
            Kind::Text(text) => text.parse().ok(),
        }
        .filter(|number| number.is_finite())
    }
}

impl From<u64> for NumberOrString {
    fn from(number: u64) -> Self {
        Self(Kind::Number(number.into()))
    }
}

impl From<Number> for NumberOrString {
    fn from(number: Number) -> Self {
        Self(Kind::Number(number))
    }
}

impl From<&str> for NumberOrString {
    fn from(text: &str) -> Self {
        Self(Kind::Text(text.into()))
    }
}

impl From<String> for NumberOrString {
    fn from(text: String) -> Self {
        Self(Kind::Text(text))
    }
}

impl fmt::Display for NumberOrString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Number(number) => fmt::Display::fmt(number, formatter),
            Kind::Text(text) => formatter.pad(text),
        }
    }
}

impl Serialize for NumberOrString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kind::Number(number) => number.serialize(serializer),
            Kind::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for NumberOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrStringVisitor)
    }
}

struct NumberOrStringVisitor;

impl<'de> de::Visitor<'de> for NumberOrStringVisitor {
    type Value = NumberOrString;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number or a string")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<NumberOrString, E> {
        Ok(number.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<NumberOrString, E> {
        Ok(Number::from(number).into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<NumberOrString, E> {
        Number::from_f64(number)
            .map(NumberOrString::from)
            .ok_or_else(|| E::invalid_value(de::Unexpected::Float(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NumberOrString, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<NumberOrString, E> {
        Ok(text.into())
    }

    /// How `serde_json` hands numbers over when some crate of the program turns its feature `arbitrary_precision` on.
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<NumberOrString, A::Error> {
        Number::deserialize(de::value::MapAccessDeserializer::new(map)).map(NumberOrString::from)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for NumberOrString {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NumberOrString".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::NumberOrString").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": ["number", "string"],
            "description": "A number that is declared as a string and sent as either.",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: &str) -> NumberOrString {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn each_is_written_back_as_it_came() {
        for json in [
            "0",
            "123",
            "-7",
            "1.5",
            "9007199254740993",
            "18446744073709551615",
            r#""""#,
            r#""123""#,
            r#""0100""#,
            r#""1.50""#,
            r#""2 MB""#,
        ] {
            assert_eq!(serde_json::to_string(&read(json)).unwrap(), json);
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_value(read(json)).unwrap(), value);
        }
    }

    #[test]
    fn a_number_and_its_text_are_not_the_same() {
        assert_ne!(read("123"), read(r#""123""#));
        assert_eq!(read("123"), NumberOrString::from(123));
        assert_eq!(read(r#""123""#), NumberOrString::from("123"));
    }

    #[test]
    fn both_are_read_as_numbers() {
        for json in ["123", r#""123""#] {
            assert_eq!(read(json).as_u64(), Some(123));
            assert_eq!(read(json).as_f64(), Some(123.0));
            assert_eq!(read(json).to_string(), "123");
        }
        assert_eq!(read("123").as_str(), None);
        assert_eq!(read(r#""123""#).as_str(), Some("123"));
    }

    #[test]
    fn what_is_no_number_is_read_as_none() {
        for json in [r#""""#, r#""2 MB""#, r#""NaN""#, r#""inf""#, r#""1e999""#] {
            assert_eq!(read(json).as_u64(), None, "{json}");
            assert_eq!(read(json).as_f64(), None, "{json}");
        }
        for json in ["-7", "1.5", r#""-7""#, r#""1.5""#] {
            assert_eq!(read(json).as_u64(), None, "{json}");
            assert!(read(json).as_f64().is_some(), "{json}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for json in [json!(null), json!(true), json!([1]), json!({"number": 1})] {
            let result = serde_json::from_value::<NumberOrString>(json.clone());
            assert!(result.is_err(), "{json}");
        }
        let error = serde_json::from_str::<NumberOrString>("true").unwrap_err();
        assert!(
            error.to_string().contains("expected a number or a string"),
            "{error}"
        );
    }
}
