//! A text that is sent to the service and shown to nobody else.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

/// A password in a request.
///
/// `Debug` does not show it and there is no `Display`; its memory is overwritten when it is dropped. It is sent as what it is, so
/// whoever serializes a request into a log has logged it.
///
/// ```
/// use huaweicloud_core::Secret;
///
/// let password = Secret::from("invented");
/// assert_eq!(format!("{password:?}"), "Secret([redacted])");
/// assert_eq!(password.expose(), "invented");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself. Do not keep, print or log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret([redacted])")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The reader's own error would show what it found.
        String::deserialize(deserializer)
            .map(Self::from)
            .map_err(|_| de::Error::custom("expected a password, as text"))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::Secret").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "password",
            "writeOnly": true,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PASSWORD: &str = "Invented-Passw0rd";

    #[test]
    fn it_is_not_shown() {
        let secret = Secret::from(PASSWORD);
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        assert_eq!(format!("{secret:#?}"), "Secret([redacted])");
    }

    #[test]
    fn it_is_sent_and_read_as_it_is() {
        for text in [PASSWORD, "", "\"\u{e9}\\"] {
            let secret = Secret::from(text.to_owned());
            assert_eq!(secret.expose(), text);
            assert_eq!(serde_json::to_value(&secret).unwrap(), json!(text));
            let json = json!(text).to_string();
            let read: Secret = serde_json::from_str(&json).unwrap();
            assert_eq!(read.clone().expose(), text);
        }
    }

    #[test]
    fn what_is_no_text_is_refused_without_being_shown() {
        let error = serde_json::from_value::<Secret>(json!(987_654)).unwrap_err();
        assert!(error.to_string().contains("expected a password"), "{error}");
        assert!(!error.to_string().contains("987654"), "{error}");
    }
}
