//! Reads environment variables, those of credentials among them. No other module reads any.

use super::credentials::{Credentials, Kind};
use crate::error::{Error, Result};

/// Reads an environment variable. Empty counts as unset.
#[must_use]
pub fn environment_variable(name: &str) -> Option<String> {
    variable_or_empty(name).filter(|value| !value.is_empty())
}

/// Reads an environment variable that means something when empty. A value that is not UTF-8 is kept, for an error.
pub(crate) fn variable_or_empty(name: &str) -> Option<String> {
    Some(std::env::var_os(name)?.to_string_lossy().into_owned())
}

/// Variables of a key pair: of the vendor's SDKs, then of Terraform's provider.
const KEY_PAIRS: [[&str; 3]; 2] = [
    [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ],
    ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"],
];
const TOKEN: &str = "HW_AUTH_TOKEN";
/// Terraform's variables of an IAM user: account, user, password.
const USER: [&str; 3] = ["HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_PASSWORD"];

impl Credentials {
    /// Reads credentials from the environment:
    ///
    /// - a key pair: `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK` and optionally `HUAWEICLOUD_SDK_SECURITY_TOKEN`; if
    ///   the pair is unset, `HW_ACCESS_KEY`, `HW_SECRET_KEY` and optionally `HW_SECURITY_TOKEN`
    /// - a token: `HW_AUTH_TOKEN`
    /// - an IAM user: `HW_DOMAIN_NAME` (the account), `HW_USER_NAME` and `HW_USER_PASSWORD`
    ///
    /// An empty variable counts as unset. An account without a user is ignored: other tools set it beside a key pair.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if none of the three is set, if one is incomplete, or if more
    /// than one is set. The message names the variables.
    pub fn from_env() -> Result<Self> {
        credentials(&environment_variable).map_err(|problem| Error::config(&problem))
    }
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Credentials, and the words that name their variables.
type Found = std::result::Result<Option<(String, Credentials)>, String>;

/// Reads credentials, or names the variables that are missing or in conflict.
pub(crate) fn credentials(get: Get<'_>) -> std::result::Result<Credentials, String> {
    let token = get(TOKEN).map(|token| (format!("a token ({TOKEN})"), Credentials::token(token)));
    let found = [key_pair(get)?, token, user(get)?];
    let mut found = found.into_iter().flatten();
    match (found.next(), found.last()) {
        (Some((_, credentials)), None) => Ok(credentials),
        (Some((first, _)), Some((last, _))) => {
            Err(format!("{first} and {last} are both set: unset one"))
        }
        (None, _) => {
            let [[id, secret, _], [other_id, other_secret, _]] = KEY_PAIRS;
            let [account, user, password] = USER;
            Err(format!(
                "no credentials in the environment: set {id} and {secret}, {other_id} and {other_secret}, {TOKEN}, \
                 or {account}, {user} and {password}"
            ))
        }
    }
}

fn key_pair(get: Get<'_>) -> Found {
    for [id_name, secret_name, token_name] in KEY_PAIRS {
        let half = |set, unset| Err(format!("{set} is set without {unset}: set both"));
        match (get(id_name), get(secret_name), get(token_name)) {
            (None, None, None) => {}
            (None, None, Some(_)) => {
                return Err(format!(
                    "{token_name} is set without its key pair: set {id_name} and {secret_name}, or unset it"
                ));
            }
            (Some(_), None, _) => return half(id_name, secret_name),
            (None, Some(_), _) => return half(secret_name, id_name),
            (Some(id), Some(secret), token) => {
                let pair = Credentials(Kind::AccessKey {
                    id,
                    secret: secret.into(),
                    security_token: token.map(Into::into),
                });
                let shown = format!("a key pair ({id_name}, {secret_name})");
                return Ok(Some((shown, pair)));
            }
        }
    }
    Ok(None)
}

fn user(get: Get<'_>) -> Found {
    let [account_name, user_name, password_name] = USER;
    match (get(account_name), get(user_name), get(password_name)) {
        (_, None, None) => Ok(None),
        (Some(account), Some(user), Some(password)) => Ok(Some((
            format!("an IAM user ({user_name}, {password_name})"),
            Credentials::iam_user(account, user, password),
        ))),
        _ => {
            let (set, unset): (Vec<_>, Vec<_>) =
                USER.into_iter().partition(|name| get(name).is_some());
            Err(format!(
                "{} set without {}: an IAM user needs all three",
                set.join(" and "),
                unset.join(" and ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    #[track_caller]
    fn found(variables: &'static [(&str, &str)]) -> String {
        format!("{:?}", credentials(&environment(variables)).unwrap())
    }

    #[test]
    fn vendor_variables_win_over_terraform_variables() {
        let both = found(&[
            ("HW_ACCESS_KEY", "TERRAFORM"),
            ("HW_SECRET_KEY", "s"),
            ("HW_SECURITY_TOKEN", "t"),
            ("HUAWEICLOUD_SDK_AK", "VENDOR"),
            ("HUAWEICLOUD_SDK_SK", "s"),
        ]);
        assert_eq!(both, r#"AccessKey { id: "VEND…", secret: "…" }"#);
        let terraform = found(&[
            ("HW_ACCESS_KEY", "TERRAFORM"),
            ("HW_SECRET_KEY", "s"),
            ("HW_SECURITY_TOKEN", "t"),
        ]);
        assert_eq!(
            terraform,
            r#"AccessKey { id: "TERR…", secret: "…", security_token: "…" }"#
        );
        assert_eq!(found(&[("HW_AUTH_TOKEN", "t")]), r#"Token("…")"#);
        let user = found(&[
            ("HW_DOMAIN_NAME", "account"),
            ("HW_USER_NAME", "user"),
            ("HW_USER_PASSWORD", "p"),
        ]);
        assert_eq!(
            user,
            r#"IamUser { account: "account", name: "user", password: "…" }"#
        );
    }

    #[test]
    fn account_with_a_key_pair_is_ignored() {
        let pair = found(&[
            ("HW_DOMAIN_NAME", "account"),
            ("HW_ACCESS_KEY", "TERRAFORM"),
            ("HW_SECRET_KEY", "s"),
        ]);
        assert_eq!(pair, r#"AccessKey { id: "TERR…", secret: "…" }"#);
    }

    #[test]
    fn missing_or_conflicting_variables_are_named() {
        for (variables, names) in [
            (
                &[("HUAWEICLOUD_SDK_AK", "a")][..],
                ["HUAWEICLOUD_SDK_AK is set", "without HUAWEICLOUD_SDK_SK"],
            ),
            (
                &[("HW_SECRET_KEY", "s"), ("HW_AUTH_TOKEN", "t")],
                ["HW_SECRET_KEY is set", "without HW_ACCESS_KEY"],
            ),
            (
                &[
                    ("HW_ACCESS_KEY", "a"),
                    ("HW_SECRET_KEY", "s"),
                    ("HW_AUTH_TOKEN", "t"),
                ],
                ["HW_ACCESS_KEY", "HW_AUTH_TOKEN"],
            ),
            (
                &[
                    ("HW_ACCESS_KEY", "a"),
                    ("HW_SECRET_KEY", "s"),
                    ("HW_DOMAIN_NAME", "a"),
                    ("HW_USER_NAME", "u"),
                    ("HW_USER_PASSWORD", "p"),
                ],
                ["HW_ACCESS_KEY", "HW_USER_NAME"],
            ),
            (
                &[
                    ("HW_AUTH_TOKEN", "t"),
                    ("HW_DOMAIN_NAME", "a"),
                    ("HW_USER_NAME", "u"),
                    ("HW_USER_PASSWORD", "p"),
                ],
                ["HW_AUTH_TOKEN", "HW_USER_PASSWORD"],
            ),
            (
                &[("HW_USER_NAME", "u"), ("HW_AUTH_TOKEN", "t")],
                [
                    "HW_USER_NAME set without HW_DOMAIN_NAME and HW_USER_PASSWORD",
                    "needs all three",
                ],
            ),
            (
                &[("HW_DOMAIN_NAME", "a"), ("HW_USER_PASSWORD", "p")],
                [
                    "HW_DOMAIN_NAME and HW_USER_PASSWORD set without HW_USER_NAME",
                    "needs all three",
                ],
            ),
            (
                &[
                    ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "t"),
                    ("HW_ACCESS_KEY", "a"),
                    ("HW_SECRET_KEY", "s"),
                ],
                [
                    "HUAWEICLOUD_SDK_SECURITY_TOKEN is set",
                    "set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or unset it",
                ],
            ),
            (
                &[("HW_SECURITY_TOKEN", "t"), ("HW_AUTH_TOKEN", "t")],
                [
                    "HW_SECURITY_TOKEN is set",
                    "set HW_ACCESS_KEY and HW_SECRET_KEY, or unset it",
                ],
            ),
            (&[], ["HUAWEICLOUD_SDK_AK", "HW_AUTH_TOKEN"]),
        ] {
            let message = credentials(&environment(variables)).unwrap_err();
            assert!(names.iter().all(|name| message.contains(name)), "{message}");
        }
    }
}
