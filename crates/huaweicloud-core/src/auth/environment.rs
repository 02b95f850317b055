//! The one place that reads environment variables, and what they say of credentials.

use super::credentials::Credentials;
use crate::error::{Error, Result};

/// Looks a variable up in the process's environment. Empty is the same as unset.
#[must_use]
pub fn environment_variable(name: &str) -> Option<String> {
    variable_or_empty(name).filter(|value| !value.is_empty())
}

/// The same, for variables that are set to nothing to say something.
pub(crate) fn variable_or_empty(name: &str) -> Option<String> {
    // What is not UTF-8 is set, too, and refused for what it then looks like.
    Some(std::env::var_os(name)?.to_string_lossy().into_owned())
}

/// The vendor's SDKs' names of a key pair, then those of Terraform's provider.
const KEY_PAIRS: [[&str; 3]; 2] = [
    [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ],
    ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"],
];
const TOKEN: &str = "HW_AUTH_TOKEN";
/// Terraform's names of an IAM user: account, user, password.
const USER: [&str; 3] = ["HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_PASSWORD"];

impl Credentials {
    /// Reads the environment, once, now:
    ///
    /// - a key pair: `HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, and `HUAWEICLOUD_SDK_SECURITY_TOKEN` if set; where
    ///   neither of the pair is set, `HW_ACCESS_KEY`, `HW_SECRET_KEY`, and `HW_SECURITY_TOKEN` if set
    /// - a token: `HW_AUTH_TOKEN`
    /// - an IAM user: `HW_DOMAIN_NAME` (the account), `HW_USER_NAME` and `HW_USER_PASSWORD`
    ///
    /// An empty variable counts as unset. An account alone names no user: others use it beside a key pair.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when none of the three is set, when a part of one is missing
    /// (also the pair that a security token belongs to), or when more than one is set; the message names the variables.
    pub fn from_env() -> Result<Self> {
        credentials(&environment_variable).map_err(|problem| Error::config(&problem))
    }
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads credentials, or says which variables are missing or contradict each other.
pub(crate) fn credentials(get: Get<'_>) -> std::result::Result<Credentials, String> {
    let token = get(TOKEN).map(|token| (format!("a token ({TOKEN})"), Credentials::token(token)));
    let mut found: Vec<_> = [key_pair(get)?, token, user(get)?]
        .into_iter()
        .flatten()
        .collect();
    match (found.pop(), found.pop()) {
        (None, _) => {
            let [[id, secret, _], [other_id, other_secret, _]] = KEY_PAIRS;
            let [account, user, password] = USER;
            Err(format!(
                "no credentials in the environment: set {id} and {secret}, {other_id} and {other_secret}, {TOKEN}, \
                 or {account}, {user} and {password}"
            ))
        }
        (Some((_, credentials)), None) => Ok(credentials),
        (Some((last, _)), Some((other, _))) => {
            Err(format!("{other} and {last} are both set: unset one"))
        }
    }
}

/// What was found, in words that name its variables.
type Found = Option<(String, Credentials)>;

fn key_pair(get: Get<'_>) -> std::result::Result<Found, String> {
    for [id_name, secret_name, security_token_name] in KEY_PAIRS {
        let security_token = get(security_token_name);
        let (id, secret) = match (get(id_name), get(secret_name)) {
            (None, None) if security_token.is_some() => {
                return Err(format!(
                    "{security_token_name} is set, and the pair that it belongs to is not: set {id_name} and \
                     {secret_name}, or unset it"
                ));
            }
            (None, None) => continue,
            (Some(_), None) => {
                return Err(format!(
                    "{id_name} is set and {secret_name} is not: set both"
                ));
            }
            (None, Some(_)) => {
                return Err(format!(
                    "{secret_name} is set and {id_name} is not: set both"
                ));
            }
            (Some(id), Some(secret)) => (id, secret),
        };
        let pair = Credentials::ak_sk(id, secret);
        let pair = match security_token {
            Some(token) => pair.with_security_token(token),
            None => pair,
        };
        return Ok(Some((
            format!("a key pair ({id_name}, {secret_name})"),
            pair,
        )));
    }
    Ok(None)
}

fn user(get: Get<'_>) -> std::result::Result<Found, String> {
    let [account_name, user_name, password_name] = USER;
    match (get(account_name), get(user_name), get(password_name)) {
        // Others use an account alone beside a key pair.
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
    fn the_vendors_names_win_over_terraforms() {
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
    fn an_account_beside_a_key_pair_is_no_user() {
        let pair = found(&[
            ("HW_DOMAIN_NAME", "account"),
            ("HW_ACCESS_KEY", "TERRAFORM"),
            ("HW_SECRET_KEY", "s"),
        ]);
        assert_eq!(pair, r#"AccessKey { id: "TERR…", secret: "…" }"#);
    }

    #[test]
    fn a_part_two_kinds_or_nothing_is_an_error_that_names_the_variables() {
        for (variables, names) in [
            (
                &[("HUAWEICLOUD_SDK_AK", "a")][..],
                ["HUAWEICLOUD_SDK_AK is set", "HUAWEICLOUD_SDK_SK is not"],
            ),
            (
                &[("HW_SECRET_KEY", "s"), ("HW_AUTH_TOKEN", "t")],
                ["HW_SECRET_KEY is set", "HW_ACCESS_KEY is not"],
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
