//! Settings that decide how the service is reached: CA file, proxy, product name.

use huaweicloud_dcs::{ClientBuilder, Credentials, MigrationClient};

use crate::tls_server::Authority;

fn settings() -> ClientBuilder {
    MigrationClient::builder()
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .proxy_from_env(false)
}

/// The roots are loaded together with the file, which is gone: to load them again would fail.
#[test]
fn further_clients_do_not_load_the_roots_again() {
    let authority = Authority::new();
    let settings = settings().region("cn-north-4").ca_file(authority.file());
    let client = settings.clone().build().unwrap();
    drop(authority);
    client.with_region("cn-north-9").unwrap();
    client.with_project_id("another").unwrap();
    assert!(settings.build().is_err());
}
