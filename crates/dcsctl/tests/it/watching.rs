//! `stats` and `logs`, once and until the task ends.

use dcs_stand_in::TaskStatus;
use serde_json::Value;

use crate::service::{Ran, Service, id, spawn};

/// Runs the program, lets the task end when so many requests have come, and waits for its end.
fn ended_meanwhile(service: &Service, line: &str, requests: usize) -> Ran {
    let child = spawn(&mut service.command(line));
    service.wait_for_requests(requests);
    service
        .stand_in
        .set_task_status(&id(1), TaskStatus::Terminated);
    child.end()
}

#[test]
fn a_reading_is_a_field_a_line_or_an_object() {
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
fn watched_readings_are_a_line_each_and_end_with_the_task() {
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
fn a_failure_that_may_pass_is_outlasted_once_something_was_read() {
    let service = Service::start();
    let line = format!("stats --watch --interval 500ms --max-attempts 1 {}", id(1));
    let child = spawn(&mut service.command(&line));
    // With the third, the second is answered: the first reading must not be the one that fails.
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
fn a_task_that_is_not_there_is_not_watched() {
    let service = Service::start();
    service
        .run(&format!("stats --watch {}", id(77)))
        .ended_with(4);
    service
        .run(&format!("logs --follow {}", id(77)))
        .ended_with(4);
}

#[test]
fn where_nobody_reads_any_more_the_watch_ends() {
    let service = Service::start();
    let line = format!("stats --watch --interval 500ms {}", id(1));
    let mut child = spawn(&mut service.command(&line));
    drop(child.child.stdout.take());
    child.end().ended_with(0);
}

#[test]
fn an_interval_that_floods_the_service_is_refused() {
    let service = Service::start();
    service
        .run(&format!("stats --watch --interval 0s {}", id(1)))
        .ended_with(2);
}

/// A page of a log that has these messages.
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
fn the_log_is_written_in_the_order_in_which_it_is_sent() {
    let service = Service::start().with_fault(&page(&["second", "first"]));
    let ran = service
        .run(&format!("logs --level info {}", id(1)))
        .ended_with(0);
    assert_eq!(ran.lines(), ["-  INFO   -  second", "-  INFO   -  first"]);
    let query = service.requests()[0].query().unwrap().to_owned();
    assert!(query.contains("log_level=INFO"), "{query}");
}

#[test]
fn all_pages_of_a_log_are_read_if_asked_for() {
    let service = Service::start();
    service.run(&format!("stop-sync {}", id(1))).ended_with(0);
    let ran = service
        .run(&format!("logs --limit 1 {}", id(1)))
        .ended_with(0);
    assert_eq!(ran.lines().len(), 1);
    assert!(ran.stderr.contains("give --all"), "{ran:?}");
    let ran = service
        .run(&format!("logs --all --output json {}", id(1)))
        .ended_with(0);
    assert!(ran.lines().len() > 1, "{ran:?}");
}

#[test]
fn a_followed_log_has_each_entry_once_and_equal_ones_as_often_as_they_are_there() {
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
fn pauses_and_failed_polls_are_said_while_they_last() {
    let service = Service::start()
        .with_fault("show:429:retry-after=1")
        .with_fault("show*2:503");
    let line = format!(
        "wait --until incremental-phase --interval 500ms --max-attempts 2 {}",
        id(1)
    );
    let ran = service.run(&line).ended_with(0);
    assert!(ran.stderr.contains("retrying in 1.0s"), "{ran:?}");
    assert!(ran.stderr.contains("polling again"), "{ran:?}");
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
