//! What a request proves its sender with.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use secrecy::{ExposeSecret, SecretString};

/// An access key pair, permanent or temporary, or a token. `Debug` shows no secret, and of an access key ID the first
/// four characters.
///
/// ```
/// use huaweicloud_dcs::Credentials;
///
/// let permanent = Credentials::ak_sk("AKINVENTED", "skInvented");
/// let temporary = Credentials::ak_sk("AKINVENTED", "skInvented").with_security_token("tokenInvented");
/// let token = Credentials::token("tokenInvented");
/// assert_eq!(format!("{permanent:?}"), r#"AccessKey { id: "AKIN…", secret: "…" }"#);
/// # let _ = (temporary, token);
/// ```
#[derive(Clone)]
pub struct Credentials(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    AccessKey {
        id: String,
        secret: SecretString,
        security_token: Option<SecretString>,
    },
    Token(SecretString),
}

impl Credentials {
    /// A pair of access key ID (AK) and secret access key (SK): each request is signed with it.
    ///
    /// What cannot be a pair (an empty half, a blank, a character outside ASCII) is refused by `build()`.
    pub fn ak_sk(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self(Kind::AccessKey {
            id: id.into(),
            secret: secret.into().into(),
            security_token: None,
        })
    }

    /// A project-scoped IAM token, sent as `X-Auth-Token`.
    pub fn token(token: impl Into<String>) -> Self {
        Self(Kind::Token(token.into().into()))
    }

    /// Adds the security token that belongs to a temporary key pair, sent as `X-Security-Token`.
    ///
    /// On credentials made of a token it changes nothing.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        if let Kind::AccessKey { security_token, .. } = &mut self.0 {
            *security_token = Some(token.into().into());
        }
        self
    }

    /// Says what keeps these credentials from being sent.
    pub(crate) fn check(&self) -> Result<(), String> {
        let checks: &[(&str, Option<&str>)] = match &self.0 {
            Kind::AccessKey {
                id,
                secret,
                security_token,
            } => &[
                ("access key ID", Some(id)),
                ("secret access key", Some(secret.expose_secret())),
                (
                    "security token",
                    security_token.as_ref().map(ExposeSecret::expose_secret),
                ),
            ],
            Kind::Token(token) => &[("token", Some(token.expose_secret()))],
        };
        if let Kind::AccessKey { id, .. } = &self.0
            && id.contains([',', '='])
        {
            return Err("the access key ID holds a comma or an equals sign".to_owned());
        }
        for (name, value) in checks {
            match value {
                Some("") => return Err(format!("the {name} is empty")),
                // Nothing of the value is shown: it is a secret, or stands beside one.
                Some(value) if !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
                    return Err(format!(
                        "the {name} holds blanks or characters outside ASCII"
                    ));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::AccessKey {
                id, security_token, ..
            } => {
                let mut shown = f.debug_struct("AccessKey");
                shown.field("id", &shorten(id)).field("secret", &"…");
                if security_token.is_some() {
                    shown.field("security_token", &"…");
                }
                shown.finish()
            }
            Kind::Token(_) => f.write_str("Token(\"…\")"),
        }
    }
}

/// The part of an access key ID that may be shown.
pub(crate) fn shorten(id: &str) -> String {
    id.chars().take(4).chain(['…']).collect()
}

/// What a provider promises: credentials, or why there are none. The cause must not hold a secret: it becomes the
/// [`source`](std::error::Error::source) of the call's error.
pub type CredentialsFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credentials, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Where credentials come from that change while the client lives.
///
/// It is asked once for every attempt of every call, within the limits of the call, so that it should keep what it has
/// until that runs out. A failure ends the call with [`ErrorKind::Credentials`](crate::ErrorKind::Credentials).
///
/// ```
/// use huaweicloud_dcs::{Credentials, CredentialsFuture, ProvideCredentials};
///
/// #[derive(Debug)]
/// struct FromFile(std::path::PathBuf);
///
/// impl ProvideCredentials for FromFile {
///     fn provide_credentials(&self) -> CredentialsFuture<'_> {
///         Box::pin(async { Ok(Credentials::token(std::fs::read_to_string(&self.0)?.trim())) })
///     }
/// }
/// ```
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// Gives the credentials to use now.
    fn provide_credentials(&self) -> CredentialsFuture<'_>;
}

/// Fixed credentials provide themselves.
impl ProvideCredentials for Credentials {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(self.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_four_characters_of_the_access_key_id_and_no_secret() {
        let pair = Credentials::ak_sk("AKINVENTED", "hidden").with_security_token("hidden");
        assert_eq!(
            format!("{pair:?}"),
            r#"AccessKey { id: "AKIN…", secret: "…", security_token: "…" }"#
        );
        assert_eq!(
            format!("{:?}", Credentials::token("hidden")),
            r#"Token("…")"#
        );
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_being_shown() {
        for (credentials, name) in [
            (Credentials::ak_sk("", "s"), "access key ID is empty"),
            (Credentials::ak_sk("a", ""), "secret access key is empty"),
            (Credentials::ak_sk("a hidden", "s"), "access key ID holds"),
            (
                Credentials::ak_sk("a", "hidden\n"),
                "secret access key holds",
            ),
            (
                Credentials::ak_sk("a", "s").with_security_token(""),
                "security token is empty",
            ),
            (
                Credentials::ak_sk("a", "s").with_security_token("hidden\r\n"),
                "security token holds",
            ),
            (Credentials::token(""), "token is empty"),
            (Credentials::token("hidden\u{e9}"), "token holds"),
        ] {
            let message = credentials.check().unwrap_err();
            assert!(
                message.contains(name) && !message.contains("hidden"),
                "{message}"
            );
        }
        assert_eq!(
            Credentials::ak_sk("AKINVENTED", "skInvented/+=").check(),
            Ok(())
        );
    }
}
