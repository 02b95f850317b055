//! Checks the proxy variables of the environment before the HTTP library follows them.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::config::Endpoint;

/// The variables that name a proxy for https, in order of precedence.
const PROXIES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Returns scheme, host and port of the proxy of an endpoint. Refuses an unusable variable, which the HTTP library would
/// ignore. Reads variables with the code of that library. Does not show their values, which may hold a password.
pub(crate) fn check(
    endpoint: &Endpoint,
    get: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, String> {
    // Of each pair the first that is set counts, even if it is empty.
    let set = |names: [&'static str; 2]| {
        let value = |name| get(name).map(|value| (name, value));
        names.into_iter().find_map(value)
    };
    let Ok(uri) = endpoint.as_str().parse() else {
        return Ok(None);
    };
    let (_, excepted) = set(NO_PROXY).unwrap_or_default();
    let any_other = Matcher::builder().https("http://proxy").no(excepted);
    if any_other.build().intercept(&uri).is_none() {
        return Ok(None);
    }
    let Some((name, value)) = PROXIES
        .into_iter()
        .filter_map(set)
        .find(|(_, value)| !value.is_empty())
    else {
        return Ok(None);
    };
    parse(name, &value).map(Some)
}

/// Scheme, host and port of the proxy that the setting `name` gives; or what is wrong with it.
pub(crate) fn parse(name: &str, value: &str) -> Result<String, String> {
    let proxy = Matcher::builder().https(value).build();
    let target = Uri::from_static("https://host");
    // The matcher does not read the port. The library would replace an invalid one by 80.
    match proxy
        .intercept(&target)
        .and_then(|proxy| Url::parse(&proxy.uri().to_string()).ok())
    {
        Some(proxy) if proxy.scheme().starts_with("socks") => Err(format!(
            "{name} names a SOCKS proxy, which is not supported: write http://HOST:PORT, or unset it"
        )),
        Some(proxy) => Ok(proxy.origin().ascii_serialization()),
        None => Err(format!(
            "{name} is not the address of a proxy: write http://HOST:PORT, or unset it"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(variables: &[(&str, &str)]) -> Result<(), String> {
        followed(variables).map(drop)
    }

    fn followed(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let endpoint = Endpoint::parse("https://api.example.com", None).unwrap();
        check(&endpoint, &|name| {
            let variable = variables.iter().find(|(key, _)| *key == name)?;
            Some(variable.1.to_owned())
        })
    }

    #[test]
    fn usable_proxy_variable_passes() {
        for value in [
            "http://127.0.0.1:8080",
            "http://user:hidden@proxy.example.com",
            "https://proxy.example.com:8443/",
            "http://[::1]:8080",
            "proxy.example.com:8080",
            "",
        ] {
            assert_eq!(checked(&[("HTTPS_PROXY", value)]), Ok(()), "{value}");
        }
        assert_eq!(checked(&[]), Ok(()));
    }

    #[test]
    fn proxy_is_shown_without_user_information() {
        for (value, shown) in [
            (
                "http://user:hidden@proxy.example.com:8080",
                "http://proxy.example.com:8080",
            ),
            ("https://hidden@[::1]/", "https://[::1]"),
            ("proxy.example.com:8080", "http://proxy.example.com:8080"),
        ] {
            let variables = [("HTTPS_PROXY", value)];
            assert_eq!(followed(&variables), Ok(Some(shown.to_owned())), "{value}");
        }
        for variables in [
            [("HTTPS_PROXY", ""), ("ALL_PROXY", "")],
            [("HTTPS_PROXY", "http://x"), ("NO_PROXY", "*")],
        ] {
            assert_eq!(followed(&variables), Ok(None), "{variables:?}");
        }
    }

    #[test]
    fn unusable_proxy_variable_is_refused_by_name() {
        for value in [
            "http://",
            "http//hidden",
            "http://hidden:8080:8080x",
            "http://user:hidden@proxy:80800",
            "http://user:hidden pw@proxy:8080",
            "ftp://hidden",
            "/hidden",
            " ",
            "http://hidden\u{fffd}",
        ] {
            for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                let problem = checked(&[(name, value)]).unwrap_err();
                assert!(
                    problem.starts_with(name) && !problem.contains("hidden"),
                    "{value:?}: {problem}"
                );
            }
        }
        let problem = checked(&[("ALL_PROXY", "socks5h://hidden:1080")]).unwrap_err();
        assert!(problem.contains("SOCKS") && !problem.contains("hidden"));
    }

    #[test]
    fn unused_proxy_variable_is_ignored() {
        for variables in [
            [("HTTPS_PROXY", "ftp://x"), ("NO_PROXY", "example.com")],
            [("HTTPS_PROXY", "ftp://x"), ("no_proxy", "*")],
            [("HTTPS_PROXY", "http://x"), ("https_proxy", "ftp://x")],
            [("HTTPS_PROXY", "http://x"), ("ALL_PROXY", "ftp://x")],
            [("HTTPS_PROXY", ""), ("https_proxy", "ftp://x")],
            [("HTTP_PROXY", "ftp://x"), ("http_proxy", "ftp://x")],
        ] {
            assert_eq!(checked(&variables), Ok(()), "{variables:?}");
        }
        let other = [("HTTPS_PROXY", "ftp://x"), ("NO_PROXY", "example.org")];
        assert!(checked(&other).is_err());
    }
}
