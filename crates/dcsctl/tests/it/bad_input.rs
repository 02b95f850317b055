//! Input that is refused before anything is sent.

use serde_json::Value;

use crate::service::{Ran, Service, bare, id, run, run_with_input};

/// Invalid IDs: other paths, wrong characters, too long.
const BAD_IDS: [&str; 10] = [
    ".",
    "..",
    "..\\x",
    "a/b",
    "a\r\nb",
    "a b",
    "%2e%2e",
    "a?b",
    "é",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

#[track_caller]
fn refused(service: &Service, ran: Ran, word: &str) {
    let ran = ran.ended_with(2);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains(word), "{ran:?}");
    assert!(!ran.stderr.contains('\r'), "{ran:?}");
    assert!(service.requests().is_empty());
}

#[test]
fn invalid_id_sends_nothing() {
    let service = Service::start();
    for bad in BAD_IDS {
        for output in ["text", "json"] {
            let mut command = service.command(&format!("stop-sync --output {output} {}", id(1)));
            refused(&service, run(command.arg(bad)), "task_id");
        }
        refused(&service, run(service.command("show").arg(bad)), "task_id");
    }
}

#[test]
fn invalid_id_on_stdin_sends_nothing() {
    let service = Service::start();
    let input = format!("{}\na/b\n{}\n", id(1), id(2));
    let ran = run_with_input(&mut service.command("stop-sync -"), input.as_bytes());
    refused(&service, ran, "\"a/b\"");
    let ran = run_with_input(&mut service.command("stop-sync -"), b"\xff\xfe");
    refused(&service, ran, "standard input");
}

#[cfg(unix)]
#[test]
fn endless_stdin_is_refused() {
    let service = Service::start();
    let mut command = service.command("stop-sync -");
    let zeros = std::fs::File::open("/dev/zero").unwrap();
    refused(&service, run(command.stdin(zeros)), "1 MiB");
    let input = format!("\u{feff}{}\n", id(1));
    let mut command = service.command("stop-sync -");
    run_with_input(&mut command, input.as_bytes()).ended_with(0);
}

#[test]
fn missing_id_is_refused() {
    let service = Service::start();
    refused(
        &service,
        run(service.command("stop-sync").arg("")),
        "no task ID",
    );
    let ran = run_with_input(&mut service.command("stop-sync -"), b" \n\n");
    refused(&service, ran, "no task ID");
    refused(&service, run(service.command("show").arg("")), "task_id");
}

#[test]
fn unknown_option_gets_no_tip_to_pass_it_as_a_value() {
    for line in ["show --watch a", "logs -f a"] {
        let ran = run(&mut bare(line)).ended_with(2);
        assert!(ran.stderr.contains("unexpected argument"), "{ran:?}");
        assert!(!ran.stderr.contains("tip:"), "{ran:?}");
    }
    let ran = run(&mut bare("stats --wach a")).ended_with(2);
    assert!(ran.stderr.contains("similar argument"), "{ran:?}");
}

#[test]
fn invalid_endpoint_is_refused() {
    let service = Service::start();
    for endpoint in [
        "dcs.example.com",
        "https://dcs.example.com/v2",
        "https://dcs.example.com?x",
        "https://dcs.example.com#x",
        "https://someone:hidden@dcs.example.com",
        "http://dcs.example.com",
    ] {
        let ran = service.run(&format!("show --endpoint {endpoint} {}", id(1)));
        assert!(!ran.stderr.contains("hidden"), "{ran:?}");
        refused(&service, ran, "endpoint");
    }
}

#[test]
fn unknown_region_advises_an_endpoint() {
    let service = Service::start();
    let ran = service.run(&format!("show --region cn-north-5 {}", id(1)));
    refused(&service, ran, "set an endpoint");
}

#[test]
fn missing_settings_are_named_in_one_line() {
    let ran = run(&mut bare("stop-sync a")).ended_with(2);
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr.lines().count(), 1);
    for name in [
        "--region",
        "--endpoint",
        "HW_REGION_NAME",
        "DCS_ENDPOINT",
        "--project-id",
        "HUAWEICLOUD_SDK_PROJECT_ID",
        "HW_PROJECT_ID",
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HW_ACCESS_KEY",
        "HW_SECRET_KEY",
        "HW_AUTH_TOKEN",
    ] {
        assert!(ran.stderr.contains(name), "{name}: {ran:?}");
    }
    assert!(!ran.stderr.contains(".region()"), "{ran:?}");
}

#[test]
fn key_pair_with_token_is_refused_naming_both() {
    let service = Service::start();
    let mut command = service.command(&format!("stop-sync {}", id(1)));
    let ran = run(command.env("HW_AUTH_TOKEN", "tokenInvented"));
    assert!(ran.stderr.contains("HUAWEICLOUD_SDK_AK"), "{ran:?}");
    refused(&service, ran, "HW_AUTH_TOKEN");
}

#[test]
fn half_a_key_pair_is_refused() {
    let service = Service::start();
    let mut command = service.command(&format!("stop-sync {}", id(1)));
    let ran = run(command.env_remove("HUAWEICLOUD_SDK_SK"));
    refused(&service, ran, "HUAWEICLOUD_SDK_SK");
}

#[test]
fn usage_error_with_json_output_is_an_object() {
    for line in [
        "show --output json",
        "stop-sync --output=json --nothing a",
        "show --output json --endpoint https://dcs.example.com a/b",
    ] {
        let ran = run(&mut bare(line)).ended_with(2);
        let object: Value = serde_json::from_str(&ran.stderr).unwrap();
        assert_eq!(object["error"]["outcome"], "failed", "{line}");
        assert!(object["error"]["message"].is_string(), "{line}");
    }
}
