//! `show`.

use dcs_stand_in::TaskStatus;
use serde_json::Value;

use crate::service::{Service, id};

#[test]
fn show_text_is_one_field_per_line() {
    let service = Service::start();
    let ran = service.run(&format!("show {}", id(1))).ended_with(0);
    let fields: Vec<_> = ran
        .lines()
        .iter()
        .map(|line| line.split("  ").next().unwrap())
        .collect();
    assert_eq!(fields[..4], ["id", "name", "status", "description"]);
    for text in [
        id(1).as_str(),
        "INCRMIGEATING (follows the source until it is stopped)",
        "orders-v5 (0d5a2c77-4b1e-4f0e-9d0a-6a3f0c1b2e44) 10.20.0.15:6379",
        "2026/02/11 08:30:12",
    ] {
        assert!(ran.stdout.contains(text), "{ran:?}");
    }
    assert!(!ran.stdout.contains("released"), "{ran:?}");
    assert_eq!(ran.stderr, "");
}

#[test]
fn show_running_says_waits_to_be_configured() {
    let service = Service::start().with_task(1, TaskStatus::Running);
    let ran = service.run(&format!("show {}", id(1))).ended_with(0);
    assert!(
        ran.stdout.contains("RUNNING (waits to be configured"),
        "{ran:?}"
    );
}

#[test]
fn show_json_is_one_object_with_service_keys() {
    let service = Service::start();
    let ran = service
        .run(&format!("show --output json {}", id(1)))
        .ended_with(0);
    assert_eq!(ran.lines().len(), 1);
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(object["task_id"], id(1));
    assert_eq!(object["status"], "INCRMIGEATING");
    assert_eq!(object["target_instance"]["addrs"], "10.20.0.31:6379");
}

#[test]
fn password_in_a_response_is_not_shown() {
    let body = r#"{"task_id":"t","source_instance":{"name":"a","password":"pwInvented"},"password":"pwInvented"}"#;
    for output in ["text", "json"] {
        let service = Service::start().with_fault(&format!("show:200:body={body}"));
        let ran = service
            .run(&format!("show -vv --output {output} {}", id(1)))
            .ended_with(0);
        assert!(!format!("{ran:?}").contains("pwInvented"), "{ran:?}");
    }
}

#[test]
fn failed_read_is_never_unknown() {
    for (fault, code) in [
        ("show*:504", 6),
        ("show*:close", 6),
        ("show*:200:body={", 6),
        ("show*:401", 3),
        ("show*:429", 5),
        ("show:400", 1),
    ] {
        let service = Service::start().with_fault(fault);
        let ran = service
            .run(&format!("show --max-attempts 1 --output json {}", id(1)))
            .ended_with(code);
        assert_eq!(ran.stdout, "");
        let line: Value = serde_json::from_str(&ran.stderr).unwrap();
        assert_eq!(line["error"]["outcome"], "failed");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    }
}
