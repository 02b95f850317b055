//! Connection settings: CA file, proxy and user agent.

use std::error::Error as _;

use huaweicloud_dcs::{ClientBuilder, Credentials, ErrorKind, MigrationClient};
use tempfile::NamedTempFile;

use crate::child::{PROXY, stop};
use crate::fault_sockets::{Act, STOPPED, Server, TASK, write};
use crate::proxy_server::{Manner, ProxyServer};
use crate::tls_server::{Authority, TlsServer};

/// A host that only the proxy of a test reaches.
const FAR: &str = "dcs.invalid";

fn settings() -> ClientBuilder {
    MigrationClient::builder()
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .proxy_from_env(false)
}

/// A server of `FAR`, its proxy, and the proxy's address.
async fn far(authority: &Authority) -> (TlsServer, ProxyServer, String) {
    let server = authority.server_for(FAR).await;
    let proxy = ProxyServer::start(Manner::ConnectTo(server.address)).await;
    let address = format!("http://{}", proxy.address);
    (server, proxy, address)
}

#[track_caller]
fn refused(settings: ClientBuilder, words: &[&str]) {
    let error = settings.region("cn-north-4").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let line = error.to_string();
    assert!(words.iter().all(|word| line.contains(word)), "{line}");
    assert!(!line.contains("proxyPassword"), "{line}");
}

#[tokio::test]
async fn ca_file_adds_an_authority_to_the_system_roots() {
    let authority = Authority::new();
    let server = authority.server_for("localhost").await;
    let settings = settings().endpoint(format!("https://localhost:{}", server.address.port()));

    let client = settings.clone().build().unwrap();
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
    assert!(!error.may_have_been_applied() && error.source().is_some());
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(server.requests(), 0);

    let client = settings.ca_file(authority.file()).build().unwrap();
    client.stop_sync(TASK).await.unwrap();
    assert_eq!(server.requests(), 1);
}

#[test]
fn ca_file_missing_or_without_pem_is_refused() {
    let missing = NamedTempFile::new().unwrap().into_temp_path();
    let name = missing.display().to_string();
    std::fs::remove_file(&missing).unwrap();
    refused(
        settings().ca_file(&missing),
        &["the CA file", &name, "cannot be read"],
    );
    let file = NamedTempFile::new().unwrap();
    for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!\n"] {
        std::fs::write(file.path(), text).unwrap();
        let no_certificates = "the CA file holds no certificates in PEM";
        refused(settings().ca_file(file.path()), &[no_certificates]);
    }
}

#[tokio::test]
async fn proxy_set_in_code_is_used_except_for_loopback() {
    let authority = Authority::new();
    let (server, proxy, address) = far(&authority).await;
    let settings = settings().ca_file(authority.file()).proxy(address);
    let far = settings.clone().endpoint(format!("https://{FAR}"));
    far.build().unwrap().stop_sync(TASK).await.unwrap();
    assert_eq!((proxy.heads().len(), server.requests()), (1, 1));
    let connect = format!("CONNECT {FAR}:443 HTTP/1.1\r\n");
    assert!(
        proxy.heads()[0].starts_with(&connect),
        "{:?}",
        proxy.heads()
    );

    let near = authority.server_for("localhost").await;
    let endpoint = format!("https://localhost:{}", near.address.port());
    let client = settings.endpoint(endpoint).build().unwrap();
    client.stop_sync(TASK).await.unwrap();
    assert_eq!((proxy.heads().len(), near.requests()), (1, 1));
}

#[tokio::test]
async fn proxy_set_in_code_wins_over_the_environment() {
    let authority = Authority::new();
    let (server, proxy, address) = far(&authority).await;
    let (_, other, other_address) = far(&authority).await;
    let trusted = ("SSL_CERT_FILE", authority.file().to_str().unwrap());
    let set = (PROXY, address.as_str());
    for variable in [
        ("HTTPS_PROXY", other_address.as_str()),
        ("HTTPS_PROXY", "ftp://unusable"),
        ("NO_PROXY", "*"),
    ] {
        let report = stop(&format!("https://{FAR}"), &[trusted, set, variable]).await;
        assert!(report.stopped(), "{variable:?}: {}", report.written);
    }
    assert_eq!((proxy.heads().len(), server.requests()), (3, 3));
    assert_eq!(other.heads().len(), 0);
}

#[test]
fn proxy_with_bad_address_is_refused() {
    for address in [
        "",
        "http//user:proxyPassword@proxy:8080",
        "ftp://user:proxyPassword@proxy",
        "http://user:proxyPassword@proxy:80800",
        "socks5://user:proxyPassword@proxy:1080",
    ] {
        refused(
            settings().proxy(address),
            &["the proxy", "http://HOST:PORT"],
        );
    }
}

#[tokio::test]
async fn user_agent_precedes_the_crate_names() {
    let server = Server::always([Act::Read, write(STOPPED), Act::Again]).await;
    let version = env!("CARGO_PKG_VERSION");
    let ours = format!("huaweicloud-dcs/{version} huaweicloud-core/{version}");
    let client = server.settings().build().unwrap();
    client.stop_sync(TASK).await.unwrap();
    let client = server.settings().user_agent("my-program/1.2").build();
    client.unwrap().stop_sync(TASK).await.unwrap();
    let heads = server.heads();
    for (head, value) in heads.iter().zip([&ours, &format!("my-program/1.2 {ours}")]) {
        let line = format!("\r\nuser-agent: {value}\r\n");
        assert!(head.contains(&line), "{head}");
    }
    assert_eq!(heads.len(), 2);
    refused(settings().user_agent("my\nprogram"), &["HTTP client"]);
}

/// The roots include the CA file, which is deleted: loading them again would fail.
#[test]
fn further_clients_do_not_reload_the_roots() {
    let authority = Authority::new();
    let settings = settings().region("cn-north-4").ca_file(authority.file());
    let client = settings.clone().build().unwrap();
    drop(authority);
    client.with_region("cn-north-9").unwrap();
    client.with_project_id("another").unwrap();
    assert!(settings.build().is_err());
}
