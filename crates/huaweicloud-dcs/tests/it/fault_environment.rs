//! Faults of certificates and proxies that environment variables decide, section B of `faults.md`.

use std::ffi::OsStr;

use rcgen::{CertificateParams, date_time_ymd};

use crate::child::{IAM_ENDPOINT, NO_PROXY_FROM_ENV, Report, stop};
use crate::fault_sockets::{Act, STOPPED, Server, write};
use crate::proxy_server::{Manner, ProxyServer};
use crate::tls_server::{Authority, TlsServer, certificate_for};

/// Reaches this machine without being a loopback address, so proxies apply.
const HERE: &str = "0.0.0.0";

/// Asserts one attempt that sent nothing and is not worth a retry.
#[track_caller]
fn refused(report: &Report, line: &str, cause: &str) {
    assert_eq!(
        (report.kind(), report.attempts()),
        (Some("connect"), 1),
        "{}",
        report.line()
    );
    assert!(!report.may_have_been_applied() && !report.is_retryable());
    assert!(report.line().contains(line), "{}", report.line());
    assert!(
        report.line().contains("nothing was sent"),
        "{}",
        report.line()
    );
    assert!(report.causes().contains(cause), "{}", report.causes());
}

#[tokio::test]
async fn certificate_expired_wrong_host_or_untrusted_is_refused() {
    let authority = Authority::new();
    let changed = |change: fn(&mut CertificateParams)| {
        let mut params = certificate_for("localhost");
        change(&mut params);
        params
    };
    let expired = changed(|params| params.not_after = date_time_ymd(2025, 1, 1));
    let not_yet = changed(|params| params.not_before = date_time_ymd(3000, 1, 1));
    let good = authority.server_for("localhost").await;
    let trusted = [("SSL_CERT_FILE", authority.file())];
    let at = |server: &TlsServer| format!("https://localhost:{}", server.address.port());

    assert!(stop(&at(&good), &trusted).await.stopped());
    assert_eq!(good.requests(), 1);
    for (server, cause) in [
        (authority.server_with(expired).await, "expired"),
        (authority.server_with(not_yet).await, "not valid yet"),
        (
            authority.server_for("dcs.example.com").await,
            "not valid for name",
        ),
        (TlsServer::self_signed("localhost").await, "UnknownIssuer"),
    ] {
        let report = stop(&at(&server), &trusted).await;
        refused(&report, "certificate", cause);
        assert_eq!(server.requests(), 0);
    }
}

#[tokio::test]
async fn build_without_ca_certificates_is_config_error() {
    let empty = tempfile::tempdir().unwrap();
    let nothing = empty.path().join("nothing");
    for file in [nothing.as_os_str(), OsStr::new("/dev/null")] {
        let variables = [
            ("SSL_CERT_FILE", file),
            ("SSL_CERT_DIR", empty.path().as_os_str()),
        ];
        let report = stop("https://dcs.example.com", &variables).await;
        assert_eq!((report.kind(), report.attempts()), (Some("config"), 0));
        assert!(!report.may_have_been_applied());
        assert!(
            report.line().contains("CA certificates"),
            "{}",
            report.line()
        );
        assert!(report.line().contains("SSL_CERT_FILE"), "{}", report.line());
    }
}

#[tokio::test]
async fn proxy_variable_is_used_unless_disabled_or_excluded() {
    let authority = Authority::new();
    let server = authority.server_for(HERE).await;
    let proxy = ProxyServer::start(Manner::ConnectTo(server.address)).await;
    let endpoint = format!("https://{HERE}:{}", server.address.port());
    let address = format!("http://{}", proxy.address);
    let file = authority.file().to_str().unwrap();
    let trusted = ("SSL_CERT_FILE", file);

    let mut asked = 0;
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        assert!(
            stop(&endpoint, &[trusted, (name, &address)])
                .await
                .stopped()
        );
        asked += 1;
        assert_eq!(proxy.heads().len(), asked, "{name}");
    }
    let connect = format!("CONNECT {HERE}:{} HTTP/1.1\r\n", server.address.port());
    assert!(proxy.heads().iter().all(|head| head.starts_with(&connect)));
    assert!(
        !proxy.heads().concat().contains("migration-task"),
        "{:?}",
        proxy.heads()
    );

    for direct in [
        (NO_PROXY_FROM_ENV, "1"),
        ("NO_PROXY", HERE),
        ("no_proxy", "0.0.0.0/8"),
    ] {
        let variables = [trusted, ("HTTPS_PROXY", &address), direct];
        assert!(stop(&endpoint, &variables).await.stopped(), "{direct:?}");
    }
    let loopback = authority.server_for("localhost").await;
    let endpoint = format!("https://localhost:{}", loopback.address.port());
    let variables = [trusted, ("HTTPS_PROXY", &address)];
    assert!(stop(&endpoint, &variables).await.stopped());
    let plain = Server::always([Act::Read, write(STOPPED)]).await;
    let variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, &address));
    assert!(stop(&plain.endpoint, &variables).await.stopped());
    assert_eq!(proxy.heads().len(), asked);
    assert_eq!((server.requests(), loopback.requests()), (asked + 3, 1));
}

#[tokio::test]
async fn redirect_from_https_to_http_is_not_followed() {
    let authority = Authority::new();
    let plain = Server::always([Act::Read, write(STOPPED)]).await;
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect"] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nLocation: {}/\r\nX-Request-Id: r-1\r\nContent-Length: 0\r\n\r\n",
            plain.endpoint
        );
        let server = authority.server_answering("localhost", &answer).await;
        let endpoint = format!("https://localhost:{}", server.address.port());
        let report = stop(&endpoint, &[("SSL_CERT_FILE", authority.file())]).await;
        assert_eq!(
            (report.kind(), report.status(), report.attempts()),
            (Some("service"), status[..3].parse().ok(), 1),
            "{}",
            report.line()
        );
        assert!(report.may_have_been_applied() && !report.is_retryable());
        assert_eq!((server.requests(), plain.connections()), (1, 0));
    }
}

#[tokio::test]
async fn certificate_is_checked_through_a_proxy() {
    let authority = Authority::new();
    let server = TlsServer::self_signed("dcs.example.com").await;
    let proxy = ProxyServer::start(Manner::ConnectTo(server.address)).await;
    let address = format!("http://{}", proxy.address);
    let file = authority.file().to_str().unwrap();
    let variables = [("SSL_CERT_FILE", file), ("HTTPS_PROXY", &address)];
    let report = stop("https://dcs.example.com", &variables).await;
    refused(&report, "certificate", "UnknownIssuer");
    assert_eq!((proxy.heads().len(), server.requests()), (1, 0));
}

#[tokio::test]
async fn proxy_refusal_is_not_retried_and_password_not_shown() {
    let authority = Authority::new();
    let file = authority.file().to_str().unwrap();
    for answer in [
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>",
    ] {
        let proxy = ProxyServer::start(Manner::Answer(answer)).await;
        let address = format!("http://user:proxyPassword@{}", proxy.address);
        let variables = [("SSL_CERT_FILE", file), ("HTTPS_PROXY", &address)];
        let report = stop("https://dcs.example.com", &variables).await;
        refused(&report, "the proxy refused to connect", "tunnel");
        // The proxy got `user:proxyPassword` in Base64; no text may show it.
        let encoded = "dXNlcjpwcm94eVBhc3N3b3Jk";
        let heads = proxy.heads();
        assert!(heads.len() == 1 && heads[0].contains(encoded), "{heads:?}");
        for secret in ["proxyPassword", encoded, "skInvented"] {
            assert!(!report.written.contains(secret), "{}", report.written);
        }
    }
}

#[tokio::test]
async fn unusable_proxy_variable_is_never_bypassed() {
    let authority = Authority::new();
    let server = authority.server_for(HERE).await;
    let endpoint = format!("https://{HERE}:{}", server.address.port());
    let trusted = ("SSL_CERT_FILE", authority.file().to_str().unwrap());
    for value in [
        "http//user:proxyPassword@proxy:8080",
        "ftp://user:proxyPassword@proxy",
        "http://user:proxyPassword@proxy:80800",
        "socks5://user:proxyPassword@proxy:1080",
    ] {
        let report = stop(&endpoint, &[trusted, ("HTTPS_PROXY", value)]).await;
        assert_eq!((report.kind(), report.attempts()), (Some("config"), 0));
        assert!(report.line().contains("HTTPS_PROXY"), "{}", report.line());
        assert!(
            !report.written.contains("proxyPassword"),
            "{}",
            report.written
        );
    }
    assert_eq!(server.requests(), 0);
    let ignored = [
        trusted,
        ("HTTPS_PROXY", "ftp://proxy"),
        (NO_PROXY_FROM_ENV, "1"),
    ];
    assert!(stop(&endpoint, &ignored).await.stopped());
}

#[tokio::test]
async fn untrusted_proxy_certificate_names_the_proxy() {
    let authority = Authority::new();
    let file = authority.file().to_str().unwrap();
    let untrusted = TlsServer::self_signed("localhost").await;
    let address = format!("https://localhost:{}", untrusted.address.port());
    let variables = [("SSL_CERT_FILE", file), ("HTTPS_PROXY", &address)];
    let report = stop("https://dcs.invalid", &variables).await;
    refused(&report, "check the proxy's certificate", "UnknownIssuer");
    assert!(!report.line().contains("endpoint"), "{}", report.line());
    assert_eq!(untrusted.requests(), 0);
}

#[tokio::test]
async fn unusable_proxy_variable_for_iam_is_refused() {
    let authority = Authority::new();
    let iam = authority.server_for(HERE).await;
    let iam_endpoint = format!("https://{HERE}:{}", iam.address.port());
    let variables = [
        ("SSL_CERT_FILE", authority.file().to_str().unwrap()),
        (IAM_ENDPOINT, &iam_endpoint),
        ("HTTPS_PROXY", "ftp://proxy"),
        ("NO_PROXY", "dcs.invalid"),
    ];
    let report = stop("https://dcs.invalid", &variables).await;
    // Otherwise the password would bypass the configured proxy.
    assert_eq!(iam.requests(), 0);
    assert_eq!((report.kind(), report.attempts()), (Some("config"), 0));
    assert!(report.line().contains("HTTPS_PROXY"), "{}", report.line());
}

#[tokio::test]
async fn unusable_proxy_variable_for_both_is_named_once() {
    let authority = Authority::new();
    let variables = [
        ("SSL_CERT_FILE", authority.file().to_str().unwrap()),
        (IAM_ENDPOINT, "https://iam.invalid"),
        ("HTTPS_PROXY", "ftp://proxy"),
    ];
    let report = stop("https://dcs.invalid", &variables).await;
    assert_eq!(report.line().matches("HTTPS_PROXY").count(), 1);
}
