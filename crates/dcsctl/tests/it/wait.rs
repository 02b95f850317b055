//! `stop-sync --wait`: polls the task after the stop.

use dcs_stand_in::TaskStatus;
use serde_json::{Value, json};

use crate::service::{Service, id};

/// Stops task 1 with `--wait` and returns its object without request ID and time.
fn wait(service: &Service, options: &str, code: i32) -> Value {
    let line = format!("stop-sync --wait --output json {options} {}", id(1));
    let ran = service.run(&line).ended_with(code);
    let mut object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(object["request_id"].take().is_string());
    assert!(object["time"].take().is_string());
    object
}

fn operations(service: &Service) -> Vec<String> {
    let requests = service.requests();
    let operations = requests.iter().filter_map(|request| request.operation());
    operations.map(str::to_owned).collect()
}

#[test]
fn stop_with_wait_is_confirmed_by_polling() {
    let service = Service::start();
    assert_eq!(
        wait(&service, "", 0),
        json!({"task_id": id(1), "outcome": "stopped", "attempts": 1, "request_id": null, "http_status": 204,
               "kind": null, "code": null, "message": "the task shows TERMINATED", "advice": null, "time": null})
    );
    assert_eq!(
        operations(&service),
        ["StopMigrationTaskSync", "ShowMigrationTask"]
    );
}

#[test]
fn stop_not_confirmed_says_the_status_once() {
    // A false success: the stand-in does nothing.
    let service = Service::start().with_fault("sync-stop:200");
    let line = format!("stop-sync --wait --wait-timeout 100ms {}", id(1));
    let ran = service.run(&line).ended_with(7);
    let told = "not stopped yet: the task shows INCRMIGEATING";
    assert_eq!(ran.stderr.matches(told).count(), 1, "{ran:?}");
    let service = Service::start();
    let ran = service
        .run(&format!("stop-sync --wait {}", id(1)))
        .ended_with(0);
    assert!(!ran.stderr.contains("not stopped yet"), "{ran:?}");
}

#[test]
fn stop_of_terminated_task_is_already_stopped() {
    let service = Service::start().with_task(1, TaskStatus::Terminated);
    let object = wait(&service, "", 0);
    assert_eq!(object["outcome"], "already_stopped");
    assert_eq!(
        (&object["code"], &object["kind"]),
        (&Value::Null, &Value::Null)
    );
    // Without a poll, the task could also be one that waits to be configured.
    service.run(&format!("stop-sync {}", id(1))).ended_with(1);
}

#[test]
fn stop_of_failed_task_is_failed() {
    let service = Service::start().with_task(1, TaskStatus::Failed);
    let object = wait(&service, "", 1);
    assert_eq!(object["outcome"], "failed");
    assert_eq!(object["kind"], "service");
}

#[test]
fn stop_with_lost_response_is_resolved_by_polling() {
    let service = Service::start().with_fault("sync-stop:504:after");
    let object = wait(&service, "", 0);
    assert_eq!(object["outcome"], "stopped");
    assert_eq!(object["http_status"], 504);
    assert_eq!(
        object["message"],
        "the response was lost, but the task shows TERMINATED"
    );
}

#[test]
fn stop_of_task_that_ended_names_its_status() {
    let service = Service::start()
        .with_task(1, TaskStatus::Success)
        .with_fault("sync-stop:204");
    let object = wait(&service, "", 0);
    assert_eq!(object["outcome"], "stopped");
    let message = object["message"].as_str().unwrap();
    assert!(message.contains("SUCCESS"), "{message}");
}

#[test]
fn stop_not_confirmed_in_time_is_accepted() {
    let service = Service::start().with_fault("sync-stop:204");
    let object = wait(&service, "--wait-timeout 500ms", 7);
    assert_eq!(object["outcome"], "accepted");
    assert_eq!(object["http_status"], 204);
    assert_eq!(object["kind"], "wait");
    let message = object["message"].as_str().unwrap();
    assert!(message.contains("INCRMIGEATING"), "{message}");
}

#[test]
fn stop_accepted_of_failed_task_is_accepted() {
    let service = Service::start()
        .with_task(1, TaskStatus::MigrationFailed)
        .with_fault("sync-stop:204");
    let object = wait(&service, "", 7);
    assert_eq!(object["outcome"], "accepted");
    assert_eq!(object["http_status"], 204);
    let message = object["message"].as_str().unwrap();
    assert!(message.contains("MIGRATION_FAILED"), "{message}");
}

#[test]
fn stop_not_confirmed_names_the_failed_read() {
    let service = Service::start().with_fault("show:403");
    let ran = service
        .run(&format!("stop-sync --wait {}", id(1)))
        .ended_with(7);
    assert!(
        ran.stdout.contains("(cause: ShowMigrationTask: HTTP 403 "),
        "{ran:?}"
    );
}

#[test]
fn stop_of_missing_task_is_not_polled() {
    let service = Service::start();
    service
        .run(&format!("stop-sync --wait {}", id(77)))
        .ended_with(4);
    assert_eq!(operations(&service), ["StopMigrationTaskSync"]);
}
