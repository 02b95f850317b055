//! `stats` and `logs`: once, and until the task ends.

use dcs_stand_in::TaskStatus;
use serde_json::Value;

use crate::service::{Ran, Service, id, spawn};

/// Runs the program, ends the task after this number of requests, and waits for the program to end.
fn ended_meanwhile(service: &Service, line: &str, requests: usize) -> Ran {
    let child = spawn(&mut service.command(line));
    service.wait_for_requests(requests);
    service
        .stand_in
        .set_task_status(&id(1), TaskStatus::Terminated);
    child.end()
}

#[test]
fn stats_are_one_field_per_line_or_one_object() {
    let service = Service::start();
    service.stand_in.set_lag(&id(1), 42);
    let ran = service.run(&format!("stats {}", id(1))).ended_with(0);
    assert!(ran.stdout.contains("lag              42\n"), "{ran:?}");
    let ran = service
        .run(&format!("stats --output json {}", id(1)))
        .ended_with(0);
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(object["offset"], 42);
    assert_eq!(ran.lines().len(), 1);
}

#[test]
fn watched_stats_are_one_line_each_until_the_task_ends() {
    let service = Service::start();
    let line = format!("stats --watch --interval 500ms {}", id(1));
    let ran = ended_meanwhile(&service, &line, 2).ended_with(0);
    assert!(ran.lines().len() >= 2, "{ran:?}");
    for line in ran.lines() {
        assert!(line.starts_with("full copy "), "{ran:?}");
    }
    assert_eq!(ran.stderr, "the task has ended: TERMINATED\n");
}

#[test]
fn watch_survives_a_503_after_the_first_reading() {
    let service = Service::start();
    let line = format!("stats --watch --interval 500ms --max-attempts 1 {}", id(1));
    let child = spawn(&mut service.command(&line));
    // The third request shows that the first reading is done: only a later one must fail.
    service.wait_for_requests(3);
    let service = service.with_fault("stats:503");
    service.wait_for_requests(5);
    service
        .stand_in
        .set_task_status(&id(1), TaskStatus::Terminated);
    let ran = child.end().ended_with(0);
    assert!(ran.stderr.contains("HTTP 503"), "{ran:?}");
    let service = Service::start().with_fault("stats:503");
    service.run(&line).ended_with(5);
}

#[test]
fn watch_of_missing_task_exits_4() {
    let service = Service::start();
    service
        .run(&format!("stats --watch {}", id(77)))
        .ended_with(4);
    service
        .run(&format!("logs --follow {}", id(77)))
        .ended_with(4);
}

#[test]
fn watch_with_closed_stdout_pipe_ends() {
    let service = Service::start();
    let line = format!("stats --watch --interval 500ms {}", id(1));
    let mut child = spawn(&mut service.command(&line));
    drop(child.child.stdout.take());
    child.end().ended_with(0);
}

#[test]
fn interval_below_minimum_is_refused() {
    let service = Service::start();
    service
        .run(&format!("stats --watch --interval 0s {}", id(1)))
        .ended_with(2);
}

/// A log page with these messages.
fn page(messages: &[&str]) -> String {
    let entries: Vec<_> = messages
        .iter()
        .map(|message| format!(r#"{{"log_level":"INFO","message":"{message}"}}"#))
        .collect();
    let entries = entries.join(",");
    format!(
        r#"logs:200:body={{"log_num":{},"migration_logs":[{entries}]}}"#,
        messages.len()
    )
}

#[test]
fn log_keeps_the_order_of_the_service() {
    let service = Service::start().with_fault(&page(&["second", "first"]));
    let ran = service
        .run(&format!("logs --level info {}", id(1)))
        .ended_with(0);
    assert_eq!(ran.lines(), ["-  INFO   -  second", "-  INFO   -  first"]);
    let query = service.requests()[0].query().unwrap().to_owned();
    assert!(query.contains("log_level=INFO"), "{query}");
}

#[test]
fn logs_all_reads_all_pages() {
    let service = Service::start();
    service.run(&format!("stop-sync {}", id(1))).ended_with(0);
    let ran = service
        .run(&format!("logs --limit 1 {}", id(1)))
        .ended_with(0);
    assert_eq!(ran.lines().len(), 1);
    assert!(ran.stderr.contains("pass --all"), "{ran:?}");
    let ran = service
        .run(&format!("logs --all --output json {}", id(1)))
        .ended_with(0);
    assert!(ran.lines().len() > 1, "{ran:?}");
}

#[test]
fn followed_log_writes_each_entry_once() {
    let service = Service::start()
        .with_fault(&page(&["b", "a"]))
        .with_fault(&page(&["c", "b", "b", "a"]));
    let line = format!("logs --follow --interval 500ms {}", id(1));
    let child = spawn(&mut service.command(&line));
    service.wait_for_requests(4);
    let service = service.with_fault(&page(&["c", "b", "b", "a"]));
    service
        .stand_in
        .set_task_status(&id(1), TaskStatus::Terminated);
    let ran = child.end().ended_with(0);
    let messages: Vec<_> = ran
        .lines()
        .into_iter()
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(messages, ["b", "a", "c", "b"]);
}

#[test]
fn retries_and_failed_polls_are_reported() {
    let service = Service::start()
        .with_fault("show:429:retry-after=1")
        .with_fault("show*2:503");
    let line = format!(
        "wait --until incremental-phase --interval 500ms --max-attempts 2 {}",
        id(1)
    );
    let ran = service.run(&line).ended_with(0);
    assert!(ran.stderr.contains("retrying in 1.0s"), "{ran:?}");
    let failed = ran
        .stderr
        .lines()
        .find(|line| line.contains("polling again in"));
    assert!(
        failed.unwrap().contains("ShowMigrationTask: HTTP 503"),
        "{ran:?}"
    );
}

#[test]
fn warning_names_its_task() {
    let service = Service::start().with_fault("sync-stop*2:429:retry-after=1");
    let line = format!("stop-sync {} {}", id(1), id(2));
    let ran = service.run(&line).ended_with(0);
    for task in [id(1), id(2)] {
        let warning = format!("{task}: StopMigrationTaskSync: HTTP 429 ");
        assert_eq!(ran.stderr.matches(&warning).count(), 1, "{ran:?}");
    }
}
