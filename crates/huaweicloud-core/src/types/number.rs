//! A number that the service declares as a string and sends as either.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// A number that the service declares as a string and sends as either.
///
/// It is serialized as it was read. [`as_u64`](Self::as_u64), [`as_f64`](Self::as_f64) and `Display` accept both. Whole
/// numbers are exact up to 64 bits; other numbers are kept as `f64`.
///
/// ```
/// use huaweicloud_core::NumberOrString;
///
/// # fn main() -> serde_json::Result<()> {
/// let number: NumberOrString = serde_json::from_str("20")?;
/// let text: NumberOrString = serde_json::from_str(r#""20""#)?;
/// assert_eq!((number.as_u64(), text.as_u64()), (Some(20), Some(20)));
/// assert_eq!((number.as_str(), text.as_str()), (None, Some("20")));
/// assert_eq!(serde_json::to_string(&text)?, r#""20""#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(extend("type" = ["number", "string"])))]
#[cfg_attr(
    feature = "schemars",
    schemars(description = "A number that the service declares as a string and sends as either.")
)]
pub struct NumberOrString(
    #[cfg_attr(feature = "schemars", schemars(with = "serde_json::Value"))] Kind,
);

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a number or a string")]
enum Kind {
    Number(Number),
    Text(String),
}

impl NumberOrString {
    /// The text of a string; `None` for a number.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Kind::Number(_) => None,
            Kind::Text(text) => Some(text),
        }
    }

    /// The value as a whole number from 0 to 2⁶⁴ - 1.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Kind::Number(number) => number.as_u64(),
            Kind::Text(text) => text.parse().ok(),
        }
    }

    /// The nearest finite floating-point number.
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(json: &str) -> NumberOrString {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn number_or_string_is_written_back_as_read() {
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
    fn number_and_its_text_are_not_equal() {
        assert_ne!(read("123"), read(r#""123""#));
        assert_eq!(read("123"), NumberOrString::from(123));
        assert_eq!(read(r#""123""#), NumberOrString::from("123"));
    }

    #[test]
    fn number_and_its_text_convert_alike() {
        for json in ["123", r#""123""#] {
            assert_eq!(read(json).as_u64(), Some(123));
            assert_eq!(read(json).as_f64(), Some(123.0));
            assert_eq!(read(json).to_string(), "123");
        }
        assert_eq!(read("123").as_str(), None);
        assert_eq!(read(r#""123""#).as_str(), Some("123"));
    }

    #[test]
    fn text_without_a_number_converts_to_none() {
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
    fn other_json_types_are_refused() {
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
