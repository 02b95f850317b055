//! The credentials of a client.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

/// An access key pair, a token, or an IAM user who gets tokens. `Debug` hides secrets, and shows four characters of an
/// access key ID.
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
    /// An access key ID (AK) and secret access key (SK), which sign each request.
    ///
    /// `build()` refuses an invalid pair: an empty half, a blank, a character outside ASCII.
    ///
    /// Five failures in a row lock a key. So a client and its clones start a new key with one request in flight. They
    /// add one for each 2 s without a response, up to 4. Other calls wait for a response other than 401.
    ///
    /// A 401 with `APIGW.0301`, `APIGW.0303` or `APIGW.0305` holds the key back, unless a corrected clock cures it. For
    /// 5 minutes nothing is sent with the key, and calls end with
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials). Other keys of a provider are not affected.
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

    /// An IAM user: the name of the account (IAM calls it domain), the name of the user, and the password. The client
    /// gets project-scoped tokens for the user.
    ///
    /// One token serves all calls of a client and its clones. The token is for the project ID that was set, else for the
    /// project named like the region. The client renews it 5 minutes before it expires, or halfway if it lives for less
    /// than 10 minutes. It also renews a token after a 401 that asks for another one, and retries the call once.
    ///
    /// A token is used for at least 30 s, even if IAM says that it expires earlier. The next renewal follows at least
    /// 30 s later; until then, calls end with the 401.
    ///
    /// Only IAM gets the password. Too many wrong passwords lock a user, so a refused password is not sent again for
    /// 15 minutes. Until then, calls that need a token report the refusal, with kind
    /// [`Credentials`](crate::ErrorKind::Credentials). Failing to obtain a token never makes the outcome ambiguous. The
    /// owner of a Huawei ID is not an IAM user and gets no token this way.
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

    /// Adds the security token of a temporary key pair, sent as `X-Security-Token`. Other credentials stay unchanged.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        if let Kind::AccessKey { security_token, .. } = &mut self.0 {
            *security_token = Some(token.into().into());
        }
        self
    }

    /// The account, the name and the password of an IAM user.
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

    /// The names and values that these credentials consist of.
    fn parts(&self) -> [(&'static str, Option<&str>); 3] {
        const NONE: (&str, Option<&str>) = ("", None);
        match &self.0 {
            Kind::AccessKey {
                id,
                secret,
                security_token,
            } => {
                let token = security_token.as_ref().map(ExposeSecret::expose_secret);
                [
                    ("access key ID", Some(id)),
                    ("secret access key", Some(secret.expose_secret())),
                    ("security token", token),
                ]
            }
            Kind::Token(token) => [("token", Some(token.expose_secret())), NONE, NONE],
            Kind::User {
                account,
                name,
                password,
            } => [
                ("account name", Some(account)),
                ("user name", Some(name)),
                ("password", Some(password.expose_secret())),
            ],
        }
    }

    /// Checks that these credentials can be sent.
    ///
    /// # Errors
    ///
    /// The problem, without any part of a secret.
    pub fn check(&self) -> Result<(), String> {
        // The body for a user is JSON, which takes any text.
        let is_header = self.as_iam_user().is_none();
        for (name, value) in self.parts() {
            let Some(value) = value else { continue };
            if value.is_empty() {
                return Err(format!("the {name} is empty"));
            }
            if is_header && !value.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(format!(
                    "the {name} holds blanks or characters outside ASCII: set it without them"
                ));
            }
            if name == "access key ID" && value.contains([',', '=']) {
                return Err("the access key ID holds a comma or an equals sign".to_owned());
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
        self.parts() == other.parts()
    }
}

impl Eq for Credentials {}

/// The part of an access key ID that logs may show.
pub(crate) fn shorten(id: &str) -> String {
    id.chars().take(4).chain(['…']).collect()
}

/// Credentials, or why there are none. The reason must not hold a secret: it becomes the
/// [`source`](std::error::Error::source) of the call's error.
pub type CredentialsFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credentials, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Provides credentials that change during the life of a client.
///
/// Each attempt of each call asks for them, within the timeout of the call, so a provider should cache them. A failure
/// ends the call with [`ErrorKind::Credentials`](crate::ErrorKind::Credentials).
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
    /// Returns the current credentials.
    fn provide_credentials(&self) -> CredentialsFuture<'_>;

    /// Called when the service rejects these credentials: 401 with `APIGW.0307`, or with a code of the service that asks
    /// for another token. A provider that caches them must drop them. Default: does nothing.
    ///
    /// The client then asks for credentials again. If they differ, it retries the call once.
    fn credentials_refused(&self, refused: &Credentials) {
        let _ = refused;
    }
}

/// Delegates to the shared provider.
impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        (**self).provide_credentials()
    }

    fn credentials_refused(&self, refused: &Credentials) {
        (**self).credentials_refused(refused);
    }
}

/// Fixed credentials are their own provider.
impl ProvideCredentials for Credentials {
    fn provide_credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(self.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_four_characters_of_the_id_and_no_secret() {
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
    fn credentials_are_equal_only_with_the_same_kind() {
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
    fn unsendable_credentials_are_refused_and_not_shown() {
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
