//! The sources of settings and their precedence.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::running::joined;
use crate::service::{ACCESS_KEY, PROJECT, SECRET_KEY, Service, bare, id, run};

/// An address without a listener.
const DEAD: &str = "http://127.0.0.1:9";

#[test]
fn terraform_variables_are_read_if_vendor_ones_are_unset() {
    let service = Service::start();
    let ran = run(bare(&format!("show {}", id(1)))
        .env("HUAWEICLOUD_SDK_AK", "")
        .env("HW_ACCESS_KEY", ACCESS_KEY)
        .env("HW_SECRET_KEY", SECRET_KEY)
        .env("HW_PROJECT_ID", PROJECT)
        .env("DCS_ENDPOINT", service.stand_in.endpoint()));
    ran.ended_with(0);
}

#[test]
fn token_alone_is_enough() {
    let service = Service::start_with(|builder| builder.token("tokenInvented"));
    let endpoint = service.stand_in.endpoint();
    let line = format!(
        "show --project-id {PROJECT} --endpoint {endpoint} {}",
        id(1)
    );
    run(bare(&line).env("HW_AUTH_TOKEN", "tokenInvented")).ended_with(0);
}

#[test]
fn temporary_key_is_sent_with_its_security_token() {
    let service = Service::start_with(|builder| {
        builder.temporary_access_key("AKTEMPORARY", "skInvented", "stInvented")
    });
    let mut command = service.command(&format!("show {}", id(1)));
    command.env("HUAWEICLOUD_SDK_AK", "AKTEMPORARY");
    run(&mut command).ended_with(3);
    run(command.env("HUAWEICLOUD_SDK_SECURITY_TOKEN", "stInvented")).ended_with(0);
}

#[test]
fn options_win_over_environment() {
    let service = Service::start();
    let endpoint = service.stand_in.endpoint();
    let line = format!(
        "show {} --endpoint {endpoint} --project-id {PROJECT}",
        id(1)
    );
    run(service
        .command(&line)
        .env("DCS_ENDPOINT", DEAD)
        .env("HW_REGION_NAME", "cn-north-4")
        .env("HUAWEICLOUD_SDK_PROJECT_ID", "another"))
    .ended_with(0);
}

#[test]
fn region_option_wins_over_endpoint_variable() {
    let service = Service::start();
    // An invented region, so that no call leaves this machine.
    let ran = service
        .run(&format!("show --region nowhere-1 {}", id(1)))
        .ended_with(2);
    assert!(ran.stderr.contains("\"nowhere-1\""), "{ran:?}");
    assert!(service.requests().is_empty());
}

#[test]
fn loopback_ignores_proxy_variables() {
    let service = Service::start();
    let mut command = service.command(&format!("stop-sync {}", id(1)));
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env(name, DEAD);
    }
    run(&mut command).ended_with(0);
}

/// Calls an unreachable address through a proxy that hangs up. Returns the request to the proxy.
fn seen_by_proxy(option: &str) -> String {
    let service = Service::start();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    let seen = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let mut head = [0; 64];
        let length = stream.read(&mut head).unwrap();
        String::from_utf8_lossy(&head[..length]).into_owned()
    });
    let line = format!(
        "show {option} --max-attempts 1 --timeout 1s --endpoint https://192.0.2.1 {}",
        id(1)
    );
    let mut command = service.command(&line);
    run(command.env("HTTPS_PROXY", format!("http://{address}"))).ended_with(6);
    // Ends the thread if the program did not connect.
    if let Ok(mut stream) = std::net::TcpStream::connect(address) {
        let _ = stream.write_all(b"nobody");
    }
    joined(seen)
}

#[test]
fn proxy_variable_is_used_unless_no_proxy() {
    let asked = seen_by_proxy("");
    assert!(asked.starts_with("CONNECT 192.0.2.1:443"), "{asked}");
    assert_eq!(seen_by_proxy("--no-proxy"), "nobody");
}

#[test]
fn failed_connection_names_host_and_proxy_without_user() {
    let service = Service::start();
    let line = |host: &str| format!("show --max-attempts 1 --endpoint https://{host} {}", id(1));
    let direct = run(&mut service.command(&line("127.0.0.1:9"))).ended_with(6);
    assert!(
        direct.stderr.contains("no connection: host 127.0.0.1:9:"),
        "{direct:?}"
    );
    let mut command = service.command(&line("dcs.example.invalid"));
    command.env("HTTPS_PROXY", "http://userHidden:pwHidden@127.0.0.1:9");
    let ran = run(&mut command).ended_with(6);
    let route = "host dcs.example.invalid, proxy http://127.0.0.1:9";
    assert!(
        ran.stderr.contains(&format!("no connection: {route}:")),
        "{ran:?}"
    );
    assert!(!ran.stderr.contains("Hidden"), "{ran:?}");
}
