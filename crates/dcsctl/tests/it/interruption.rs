//! Ctrl-C, and SIGTERM as `timeout` sends it.

#![cfg(unix)]

use std::time::Duration;

use serde_json::Value;

use crate::service::{Ran, Service, id, spawn};

/// Runs the program, interrupts it when so many requests have come, and waits for its end.
fn interrupted(service: &Service, line: &str, requests: usize) -> Ran {
    signalled("INT", service, line, requests)
}

fn signalled(signal: &str, service: &Service, line: &str, requests: usize) -> Ran {
    let child = spawn(&mut service.command(line));
    service.wait_for_requests(requests);
    child.signal(signal);
    child.end()
}

fn slow() -> Service {
    Service::start_with(|builder| builder.stop_delay(Duration::from_secs(60)))
}

#[test]
fn calls_in_flight_are_unknown_and_the_rest_is_not_started() {
    let service = slow();
    // The first is answered at once, so that two more are started.
    let line = format!(
        "stop-sync --output json --concurrency 2 {} {} {} {}",
        id(77),
        id(1),
        id(2),
        id(3)
    );
    let ran = interrupted(&service, &line, 3).ended_with(7);
    let objects: Vec<Value> = ran.lines()[1..]
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let outcomes: Vec<_> = objects
        .iter()
        .map(|object| (&object["task_id"], &object["outcome"]))
        .collect();
    assert_eq!(outcomes[0], (&id(1).into(), &"unknown".into()));
    assert_eq!(outcomes[1], (&id(2).into(), &"unknown".into()));
    assert_eq!(outcomes[2], (&id(3).into(), &"not_started".into()));
    assert_eq!(outcomes.len(), 3);
    assert_eq!(
        (&objects[0]["attempts"], &objects[2]["attempts"]),
        (&Value::Null, &0.into())
    );
    assert_eq!(service.requests().len(), 3);
}

#[test]
fn what_has_ended_before_is_reported_as_it_ended() {
    let service = slow();
    let line = format!("stop-sync --concurrency 1 {} {} {}", id(77), id(1), id(2));
    let ran = interrupted(&service, &line, 2).ended_with(7);
    let words: Vec<_> = ran
        .lines()
        .iter()
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(words, ["failed", "unknown", "not_started"]);
    assert!(
        ran.stderr
            .contains("3 tasks: 1 failed, 1 unknown, 1 not_started"),
        "{ran:?}"
    );
}

#[test]
fn a_task_that_is_waited_for_is_unknown() {
    let service = Service::start().with_fault("sync-stop:204");
    let line = format!("stop-sync --wait {}", id(1));
    let ran = interrupted(&service, &line, 2).ended_with(7);
    assert!(ran.stdout.starts_with("unknown "), "{ran:?}");
}

#[test]
fn a_request_to_terminate_is_heeded_as_ctrl_c_is() {
    let service = slow();
    let line = format!("stop-sync --concurrency 1 {} {}", id(1), id(2));
    let ran = signalled("TERM", &service, &line, 1).ended_with(7);
    let words: Vec<_> = ran
        .lines()
        .iter()
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(words, ["unknown", "not_started"]);
}

#[test]
fn a_command_that_only_reads_ends_with_130() {
    let service = Service::start();
    let line = format!("stats --watch {}", id(1));
    let ran = interrupted(&service, &line, 2).ended_with(130);
    assert_eq!(ran.stderr, "");
}
