//! The address of a service, checked once.

use std::net::IpAddr;

use http::Uri;
use reqwest::Url;

/// Scheme, host and port of the service, such as `https://iam.eu-west-0.myhuaweicloud.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// Reads an address, plain http for loopback and `http_host` alone; the error says what is wrong and what to write.
    pub(crate) fn parse(text: &str, http_host: Option<&str>) -> Result<Self, String> {
        let refuse = |why: &str| Err(format!("endpoint {:?} {why}", shown_address(text)));
        let Some(scheme) = scheme_of(text) else {
            return refuse("has no scheme: write https:// before the host");
        };
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return refuse("has a scheme other than https: write https:// before the host");
        }
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => {
                return refuse(&format!("is not an address ({error}): write https://HOST"));
            }
        };
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return refuse(
                "holds user information: remove it, credentials have their own settings",
            );
        }
        if text.contains(['?', '#']) {
            return refuse("holds a query or a fragment: write scheme, host and port alone");
        }
        // Checks the text, not the parsed path: `/..` parses to `/`.
        let authority = text
            .split_once("//")
            .map_or(text, |(_, rest)| rest.strip_suffix('/').unwrap_or(rest));
        if authority.contains(['/', '\\']) {
            return refuse("holds a path: write scheme, host and port alone");
        }
        let Some(host) = url
            .host_str()
            .filter(|_| text.is_ascii() && !text.contains(char::is_whitespace))
        else {
            return refuse("holds blanks or characters outside ASCII: write https://HOST");
        };
        // The HTTP library accepts fewer hosts than the URL parser, and fails only when it sends.
        if url.as_str().parse::<Uri>().is_err() {
            return refuse(
                "is not an address (its host holds a character that none has): write https://HOST",
            );
        }
        let is_allowed = http_host.is_some_and(|allowed| host.eq_ignore_ascii_case(allowed));
        if !https && !is_loopback(host) && (!is_allowed || is_metadata(host)) {
            return refuse(
                "would send secrets in clear: write https:// (plain http is for loopback, unless code allows the host)",
            );
        }
        Ok(Self(url))
    }

    /// Scheme, host and port, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        let address = self.0.as_str();
        address.strip_suffix('/').unwrap_or(address)
    }

    /// The parsed address.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Host and port for the `Host` header, without the scheme's own port.
    pub(crate) fn host(&self) -> &str {
        self.0.authority()
    }

    /// Whether it is reached without a proxy: this machine, and a host of plain http.
    pub(crate) fn is_direct(&self) -> bool {
        !self.is_https() || self.0.host_str().is_some_and(is_loopback)
    }

    /// Whether it needs TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

/// The text before `://`, if it can be a scheme.
fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some(scheme)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || ip(host).is_some_and(|address| address.is_loopback())
}

/// Says what keeps a host from being allowed for plain http.
pub(super) fn check_http_host(host: &str) -> Result<(), String> {
    let refuse = |why: &str| {
        let shown = shown_address(host);
        Err(format!("danger_allow_http: {shown:?} {why}"))
    };
    let url = Url::parse(&format!("http://{host}"));
    // No pattern: the URL parser takes `*` for a name.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    let is_host = |url: &Url| {
        url.host_str()
            .is_some_and(|parsed| parsed.eq_ignore_ascii_case(host) && host.bytes().all(is_plain))
    };
    match url {
        Ok(url) if url.host_str().is_some_and(is_metadata) => {
            refuse("is the metadata address, which is sent no credentials")
        }
        Ok(url) if is_host(&url) => Ok(()),
        _ => refuse("is not a host: write its name or address alone"),
    }
}

/// Whether it is the address that a cloud server gets its own credentials from, also as IPv6.
fn is_metadata(host: &str) -> bool {
    ip(host).is_some_and(|address| address.to_canonical() == IpAddr::from([169, 254, 169, 254]))
}

fn ip(host: &str) -> Option<IpAddr> {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    address.parse().ok()
}

/// The part of an unchecked or refused address that may be shown: a password in it must not reach a log.
#[must_use]
pub fn shown_address(text: &str) -> String {
    match text.rfind('@') {
        Some(at) => format!("…{}", beginning(&text[at..])),
        None => beginning(text),
    }
}

/// The beginning of a setting, so that an error that shows it has a bounded length.
pub(crate) fn beginning(text: &str) -> String {
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(100).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let message = Endpoint::parse(text, None).unwrap_err();
        assert!(message.contains(why), "{text:?}: {message}");
        assert!(!message.contains('\n'));
    }

    #[test]
    fn any_text_is_refused_or_is_scheme_host_and_port() {
        let texts = prop_oneof![
            vec(any::<char>(), 0..24).prop_map(String::from_iter),
            r"[a-z]{0,5}:?/{0,2}[a-z0-9.]{0,9}[:@/\\?#%\[\]_|^ \t-]?[a-z0-9]{0,5}/?",
            r"https://[!-~]{1,9}",
            r"https?://(localhost|127\.0\.0\.1|\[::1\])[:.@/\\?#]?[0-9]{0,5}/?",
            (any::<char>(), 90..2000_usize).prop_map(|(c, times)| c.to_string().repeat(times)),
        ];
        let config = ProptestConfig {
            cases: 10_000,
            source_file: Some(file!()),
            ..ProptestConfig::default()
        };
        let each = |text: String| {
            match Endpoint::parse(&text, None) {
                Ok(endpoint) => {
                    let url = Url::parse(&format!("{}/v2/x", endpoint.as_str())).unwrap();
                    prop_assert_eq!(
                        (url.path(), url.query(), url.fragment()),
                        ("/v2/x", None, None)
                    );
                    prop_assert_eq!((url.username(), url.password()), ("", None));
                    prop_assert!(endpoint.is_https() || endpoint.is_direct());
                    // The HTTP library accepts it, too.
                    prop_assert!(url.as_str().parse::<Uri>().is_ok());
                    prop_assert!(HeaderValue::try_from(endpoint.host()).is_ok());
                }
                Err(message) => {
                    prop_assert!(message.chars().count() < 2000 && !message.contains(['\r', '\n']));
                }
            }
            Ok(())
        };
        TestRunner::new(config).run(&texts, each).unwrap();
    }

    #[test]
    fn endpoint_drops_trailing_slash_and_default_port() {
        for (text, base, host) in [
            (
                "https://api.example.com",
                "https://api.example.com",
                "api.example.com",
            ),
            (
                "https://api.example.com/",
                "https://api.example.com",
                "api.example.com",
            ),
            (
                "https://api.example.com:443",
                "https://api.example.com",
                "api.example.com",
            ),
            (
                "HTTPS://API.example.com:8443/",
                "https://api.example.com:8443",
                "api.example.com:8443",
            ),
            ("http://[::1]:80/", "http://[::1]", "[::1]"),
        ] {
            let endpoint = Endpoint::parse(text, None).unwrap();
            assert_eq!((endpoint.as_str(), endpoint.host()), (base, host));
        }
    }

    #[test]
    fn plain_http_is_for_loopback_alone() {
        for text in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://localhost:1",
            "http://[::1]:9",
        ] {
            let endpoint = Endpoint::parse(text, None).unwrap();
            assert!(endpoint.is_direct() && !endpoint.is_https(), "{text}");
        }
        for text in [
            "http://api.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://0.0.0.0",
        ] {
            refused(text, "in clear");
        }
    }

    #[test]
    fn http_host_is_allowed_itself_and_no_other() {
        for (address, allowed) in [
            ("http://stand-in:8080", "stand-in"),
            ("http://stand-in", "Stand-In"),
            ("http://10.0.0.1:8080", "10.0.0.1"),
            ("http://[fd00::1]:8080", "[fd00::1]"),
        ] {
            assert_eq!(check_http_host(allowed), Ok(()));
            let endpoint = Endpoint::parse(address, Some(allowed)).unwrap();
            assert!(endpoint.is_direct() && !endpoint.is_https(), "{address}");
        }
        for address in [
            "http://api.stand-in",
            "http://stand-in.example.com",
            "http://10.0.0.1",
        ] {
            let message = Endpoint::parse(address, Some("stand-in")).unwrap_err();
            assert!(message.contains("in clear"), "{message}");
        }
        let https = Endpoint::parse("https://stand-in", Some("stand-in")).unwrap();
        assert!(https.is_https() && !https.is_direct());
    }

    #[test]
    fn http_host_with_more_than_a_host_is_refused() {
        for host in [
            "",
            "*",
            "http://stand-in",
            "stand-in:8080",
            "stand-in/",
            "user:hidden@stand-in",
            "a b",
        ] {
            let message = check_http_host(host).unwrap_err();
            assert!(message.contains("is not a host"), "{message}");
            assert!(!message.contains("hidden"), "{message}");
        }
    }

    #[test]
    fn http_to_metadata_address_is_refused_in_any_spelling() {
        for host in ["169.254.169.254", "2852039166", "[::ffff:a9fe:a9fe]"] {
            let message = check_http_host(host).unwrap_err();
            assert!(message.contains("metadata address"), "{message}");
            Endpoint::parse(&format!("http://{host}"), Some(host)).unwrap_err();
        }
    }

    #[test]
    fn an_address_without_a_scheme_is_refused() {
        for text in [
            "",
            "api.example.com",
            "api.example.com:443",
            "localhost:8080",
            "https:/api.example.com",
            "://x",
            "//x",
        ] {
            refused(text, "no scheme");
        }
        for text in ["ftp://api.example.com", "httpss://x", "ws://127.0.0.1"] {
            refused(text, "a scheme other than https");
        }
    }

    #[test]
    fn an_address_with_more_than_scheme_host_and_port_is_refused() {
        refused("https://api.example.com?x=1", "query");
        refused("https://api.example.com/?", "query");
        refused("https://api.example.com#f", "fragment");
        refused("https://api.example.com/v2", "path");
        refused("https://api.example.com\\v2", "path");
        refused("https://api.example.com/..", "path");
        refused("https://api.exämple.com", "ASCII");
        refused(" https://api.example.com", "scheme");
        refused("https://api.example.com ", "blanks");
        refused("https://api.exa\nmple.com", "blanks");
        refused("http://[::1", "not an address");
        refused("https://", "not an address");
        refused("http://", "not an address");
        refused("https://api\".example.com", "not an address");
    }

    #[test]
    fn user_information_is_refused_and_not_shown() {
        for text in [
            "https://user:hidden@api.example.com",
            "https://hidden@api.example.com",
            "https://:hidden@h/",
        ] {
            refused(text, "user information");
            assert!(!Endpoint::parse(text, None).unwrap_err().contains("hidden"));
        }
        assert!(
            !Endpoint::parse("user:hidden@api.example.com", None)
                .unwrap_err()
                .contains("hidden")
        );
    }
}
