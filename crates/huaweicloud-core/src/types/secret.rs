//! A text that is sent to the service and shown nowhere else.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A password in a request.
///
/// `Debug` hides it, and there is no `Display`. Dropping it overwrites its memory. Serializing it writes the text itself:
/// do not serialize a request into a log.
///
/// ```
/// use huaweicloud_core::Secret;
///
/// let password = Secret::from("invented");
/// assert_eq!(format!("{password:?}"), "Secret([redacted])");
/// assert_eq!(password.expose(), "invented");
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemars", schemars(extend("format" = "password", "writeOnly" = true)))]
#[cfg_attr(
    feature = "schemars",
    schemars(description = "A password in a request.")
)]
pub struct Secret(#[cfg_attr(feature = "schemars", schemars(with = "String"))] SecretString);

impl Secret {
    /// The text itself. Do not keep, print or log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
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
        // The error of the deserializer would show the value.
        String::deserialize(deserializer)
            .map(Self::from)
            .map_err(|_| de::Error::custom("expected a password as a string"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PASSWORD: &str = "Invented-Passw0rd";

    #[test]
    fn debug_hides_the_secret() {
        let secret = Secret::from(PASSWORD);
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
        assert_eq!(format!("{secret:#?}"), "Secret([redacted])");
    }

    #[test]
    fn secret_serializes_and_reads_as_text() {
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
    fn secret_of_another_type_is_refused_unshown() {
        let error = serde_json::from_value::<Secret>(json!(987_654)).unwrap_err();
        assert!(error.to_string().contains("expected a password"), "{error}");
        assert!(!error.to_string().contains("987654"), "{error}");
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn schema_of_secret_is_a_write_only_password() {
        let schema = schemars::schema_for!(Secret).to_value();
        for (name, value) in [
            ("type", json!("string")),
            ("format", json!("password")),
            ("writeOnly", json!(true)),
        ] {
            assert_eq!(schema[name], value);
        }
    }
}
