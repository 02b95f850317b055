//! The one place that reads environment variables.

use std::fmt;

use crate::credentials::Credentials;
use crate::endpoint::shown_of;

/// Looks a variable up in the process's environment. Empty is the same as unset.
pub(crate) fn process(name: &str) -> Option<String> {
    process_or_empty(name).filter(|value| !value.is_empty())
}

/// The same, for variables that are set to nothing to say something.
pub(crate) fn process_or_empty(name: &str) -> Option<String> {
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

/// Where calls go and for which project, as far as the environment says.
///
/// Read it in one place and give it to [`ClientBuilder::environment`](crate::ClientBuilder::environment): what code sets
/// there wins, before and after. Credentials have
/// [`Credentials::from_env`](crate::Credentials::from_env).
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Environment {
    /// The region's ID, from [`REGION`](Self::REGION).
    pub region: Option<String>,
    /// The address that calls go to, from [`ENDPOINT`](Self::ENDPOINT).
    pub endpoint: Option<String>,
    /// The address of IAM, from [`IAM_ENDPOINT`](Self::IAM_ENDPOINT).
    pub iam_endpoint: Option<String>,
    /// The project's ID, from the first of [`PROJECT_IDS`](Self::PROJECT_IDS) that is set.
    pub project_id: Option<String>,
}

/// Leaves out the user information that an endpoint may hold before `build()` refuses it.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.as_deref().map(shown_of))
            .field("iam_endpoint", &self.iam_endpoint.as_deref().map(shown_of))
            .field("project_id", &self.project_id)
            .finish()
    }
}

impl Environment {
    /// The variable of the region.
    pub const REGION: &str = "HW_REGION_NAME";
    /// The variable of the endpoint.
    pub const ENDPOINT: &str = "DCS_ENDPOINT";
    /// The variable of the IAM endpoint, by the name that the vendor's SDKs know.
    pub const IAM_ENDPOINT: &str = "HUAWEICLOUD_SDK_IAM_ENDPOINT";
    /// The variables of the project: the name that the vendor's SDKs know, then that of Terraform's provider.
    pub const PROJECT_IDS: [&str; 2] = ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"];

    /// Reads the process's environment, once, now. An empty variable counts as unset.
    #[must_use]
    pub fn read() -> Self {
        Self::read_by(&process)
    }

    fn read_by(get: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            region: get(Self::REGION),
            endpoint: get(Self::ENDPOINT),
            iam_endpoint: get(Self::IAM_ENDPOINT),
            project_id: Self::PROJECT_IDS.iter().find_map(|name| get(name)),
        }
    }

    /// What is set otherwise and, for the rest, what the environment says: for programs that have options of their own.
    /// [`ClientBuilder`](crate::ClientBuilder) does the same with what code sets.
    ///
    /// An address that some profile has exported must not overrule a region that is asked for: region and endpoint are
    /// one choice, and a region chooses IAM, too.
    #[must_use]
    pub fn overridden_by(self, set: Self) -> Self {
        let chosen = set.region.is_some() || set.endpoint.is_some();
        let unless = |chosen: bool, text: Option<String>| text.filter(|_| !chosen);
        Self {
            iam_endpoint: set
                .iam_endpoint
                .or_else(|| unless(set.region.is_some(), self.iam_endpoint)),
            region: set.region.or_else(|| unless(chosen, self.region)),
            endpoint: set.endpoint.or_else(|| unless(chosen, self.endpoint)),
            project_id: set.project_id.or(self.project_id),
        }
    }
}

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
    pub fn from_env() -> crate::Result<Self> {
        credentials(&process).map_err(crate::Error::config)
    }
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads credentials, or says which variables are missing or contradict each other.
pub(crate) fn credentials(get: Get<'_>) -> Result<Credentials, String> {
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

fn key_pair(get: Get<'_>) -> Result<Found, String> {
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

fn user(get: Get<'_>) -> Result<Found, String> {
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

    #[test]
    fn region_endpoints_and_project_are_read() {
        let read = Environment::read_by(&environment(&[
            ("HW_REGION_NAME", "cn-north-4"),
            ("DCS_ENDPOINT", "https://dcs.example.com"),
            ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "https://iam.example.com"),
            ("HW_PROJECT_ID", "terraform"),
            ("HUAWEICLOUD_SDK_PROJECT_ID", "vendor"),
        ]));
        assert_eq!(read.region.as_deref(), Some("cn-north-4"));
        assert_eq!(read.endpoint.as_deref(), Some("https://dcs.example.com"));
        assert_eq!(
            read.iam_endpoint.as_deref(),
            Some("https://iam.example.com")
        );
        assert_eq!(read.project_id.as_deref(), Some("vendor"));
    }

    /// Region, endpoint, IAM endpoint and project, with blanks between them and `-` for none.
    fn place(line: &str) -> Environment {
        let mut words = line
            .split(' ')
            .map(|word| (word != "-").then(|| word.to_owned()));
        let mut next = || words.next().unwrap();
        Environment {
            region: next(),
            endpoint: next(),
            iam_endpoint: next(),
            project_id: next(),
        }
    }

    #[test]
    fn what_code_sets_wins_also_over_what_decides_the_same() {
        for (code, both) in [
            ("- - - -", "r e i p"),
            ("R - - -", "R - - p"),
            ("- E - -", "- E i p"),
            ("R E - -", "R E - p"),
            ("- - I -", "r e I p"),
            ("R - I P", "R - I P"),
        ] {
            assert_eq!(
                place("r e i p").overridden_by(place(code)),
                place(both),
                "{code}"
            );
        }
    }
}
