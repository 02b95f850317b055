//! What a request proves its sender with.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::mem::discriminant;
use std::pin::Pin;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

/// An access key pair, permanent or temporary, a token, or an IAM user who gets tokens. `Debug` shows no secret, and of an access key ID the first
/// four characters.
///
/// ```
/// use huaweicloud_core::Credentials;
///
/// let permanent = Credentials::ak_sk("AKINVENTED", "skInvented");
/// let temporary = Credentials::ak_sk("AKINVENTED", "skInvented").with_security_token("tokenInvented");
/// let token = Credentials::token("tokenInvented");
/// let user = Credentials::iam_user("example-account", "migrator", "passwordInvented");
/// assert_eq!(format!("{permanent:?}"), r#"AccessKey { id: "AKIN…", secret: "…" }"#);
/// # let _ = (temporary, token, user);
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
    User {
        account: String,
        name: String,
        password: SecretString,
    },
}

impl Credentials {
    /// A pair of access key ID (AK) and secret access key (SK): each request is signed with it.
    ///
    /// What cannot be a pair (an empty half, a blank, a character outside ASCII) is refused by `build()`.
    ///
    /// Five failures in a row lock a key. So a client and its clones try a new pair with one request in flight, and one more
    /// for each 2 s without a response, at most 4. Other calls wait until a response other than 401. After 401 with
    /// `APIGW.0301`, `APIGW.0303` or `APIGW.0305`, unless this machine's clock was off, nothing is sent with the pair for
    /// 5 minutes: calls end with [`ErrorKind::Credentials`](crate::ErrorKind::Credentials). Another pair of a provider
    /// is not held back.
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

    /// An IAM user: the account's name (IAM calls it the domain name), the user's own name, and the password. The client
    /// gets project-scoped tokens for it.
    ///
    /// One token serves all calls of a client and its clones. It is renewed 5 minutes before it expires (halfway, if it
    /// lives for less than 10 minutes), and when the service answers 401 with a code that asks for another token: the
    /// call, which was not applied, is then repeated once. The token is for the project ID that was set,
    /// else for the project named like the region.
    ///
    /// A token is used for at least 30 s, whatever IAM says of its end. A token that was got in place of a refused one is
    /// not replaced for 30 s, though the service refuses it as well: calls then end with that 401.
    ///
    /// The password is sent to IAM alone. Too many wrong ones lock the user: one that was refused is not sent again for
    /// 15 minutes, and every call that needs a token meanwhile reports the refusal, with kind
    /// [`Credentials`](crate::ErrorKind::Credentials). No failure to get a token leaves it open whether a call was
    /// applied. The owner of a Huawei ID is no IAM user and gets no token so.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>
    pub fn iam_user(
        account: impl Into<String>,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self(Kind::User {
            account: account.into(),
            name: user.into(),
            password: password.into().into(),
        })
    }

    /// Adds the security token that belongs to a temporary key pair, sent as `X-Security-Token`.
    ///
    /// On other credentials it changes nothing.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        if let Kind::AccessKey { security_token, .. } = &mut self.0 {
            *security_token = Some(token.into().into());
        }
        self
    }

    /// The account, the name and the password of an IAM user; nothing for other credentials.
    #[must_use]
    pub fn as_iam_user(&self) -> Option<(&str, &str, &SecretString)> {
        match &self.0 {
            Kind::User {
                account,
                name,
                password,
            } => Some((account, name, password)),
            _ => None,
        }
    }

    pub(crate) fn is_key_pair(&self) -> bool {
        matches!(self.0, Kind::AccessKey { .. })
    }

    /// All that they are made of, in order; empty where there is none.
    fn parts(&self) -> [&str; 3] {
        match &self.0 {
            Kind::AccessKey {
                id,
                secret,
                security_token,
            } => {
                let token = security_token.as_ref().map(ExposeSecret::expose_secret);
                [id, secret.expose_secret(), token.unwrap_or_default()]
            }
            Kind::Token(token) => [token.expose_secret(), "", ""],
            Kind::User {
                account,
                name,
                password,
            } => [account, name, password.expose_secret()],
        }
    }

    /// Says what keeps these credentials from being sent.
    ///
    /// # Errors
    ///
    /// What is wrong, and no part of a secret.
    pub fn check(&self) -> Result<(), String> {
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
            // They are sent in JSON, which takes any text.
            Kind::User { .. } => {
                let names = ["account name", "user name", "password"];
                let mut parts = names.into_iter().zip(self.parts());
                let empty = parts.find(|(_, value)| value.is_empty());
                return empty.map_or(Ok(()), |(name, _)| Err(format!("the {name} is empty")));
            }
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
                        "the {name} holds blanks or characters outside ASCII: set it without them"
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
            Kind::User { account, name, .. } => f
                .debug_struct("IamUser")
                .field("account", account)
                .field("name", name)
                .field("password", &"…")
                .finish(),
        }
    }
}

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        discriminant(&self.0) == discriminant(&other.0) && self.parts() == other.parts()
    }
}

impl Eq for Credentials {}

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
/// use huaweicloud_core::{Credentials, CredentialsFuture, ProvideCredentials};
///
/// struct FromFile(std::path::PathBuf);
///
/// impl ProvideCredentials for FromFile {
///     fn provide_credentials(&self) -> CredentialsFuture<'_> {
///         Box::pin(async { Ok(Credentials::token(std::fs::read_to_string(&self.0)?.trim())) })
///     }
/// }
/// ```
pub trait ProvideCredentials: Send + Sync {
    /// Gives the credentials to use now.
    fn provide_credentials(&self) -> CredentialsFuture<'_>;

    /// Hears that the service refused credentials that came from here: 401 with `APIGW.0307` or a code of the service's
    /// own that asks for another token. Who keeps credentials forgets these, if it still has them.
    ///
    /// It is asked again at once and, if it gives others, the call is repeated once with them. Default: nothing.
    fn credentials_refused(&self, refused: &Credentials) {
        let _ = refused;
    }
}

/// What is shared provides as it does alone.
impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        (**self).provide_credentials()
    }

    fn credentials_refused(&self, refused: &Credentials) {
        (**self).credentials_refused(refused);
    }
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
        assert_eq!(
            format!("{:?}", Credentials::iam_user("account", "user", "hidden")),
            r#"IamUser { account: "account", name: "user", password: "…" }"#
        );
    }

    #[test]
    fn the_same_secrets_are_equal_only_as_the_same_kind() {
        let all = [
            Credentials::ak_sk("a", "s"),
            Credentials::ak_sk("a", "t"),
            Credentials::ak_sk("a", "s").with_security_token("t"),
            Credentials::token("a"),
            Credentials::token("s"),
            Credentials::iam_user("a", "s", "t"),
            Credentials::iam_user("a", "s", "u"),
        ];
        for (row, one) in all.iter().enumerate() {
            for (column, other) in all.iter().enumerate() {
                assert_eq!(one == other, row == column, "{one:?} {other:?}");
            }
        }
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
            (
                Credentials::iam_user("", "hidden", "hidden"),
                "account name is empty",
            ),
            (
                Credentials::iam_user("hidden", "", "hidden"),
                "user name is empty",
            ),
            (
                Credentials::iam_user("hidden", "hidden", ""),
                "password is empty",
            ),
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
