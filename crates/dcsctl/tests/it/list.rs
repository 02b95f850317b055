//! `list`.

use dcs_stand_in::TaskStatus;
use serde_json::Value;

use crate::service::{Ran, Service, id};

fn ids(ran: &Ran) -> Vec<String> {
    let words = ran.lines().into_iter().skip(1);
    words
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Tasks 1 to 1203, of which 1203 has failed.
fn many() -> Service {
    Service::start_with(|mut builder| {
        for number in 10..=1203 {
            builder = builder.task(id(number), TaskStatus::Success);
        }
        builder
    })
    .with_task(1203, TaskStatus::Failed)
}

#[test]
fn list_text_is_one_line_per_task_under_a_heading() {
    let service = Service::start().with_task(2, TaskStatus::Running);
    let ran = service.run("list").ended_with(0);
    assert_eq!(ran.lines().len(), 10);
    for name in ["ID", "NAME", "STATUS", "SOURCE", "TARGET"] {
        assert!(ran.lines()[0].contains(name), "{ran:?}");
    }
    let of = |number| {
        ran.lines()
            .into_iter()
            .find(|line| line.starts_with(&id(number)))
    };
    assert!(of(1).unwrap().contains(" INCRMIGEATING "), "{ran:?}");
    assert!(of(2).unwrap().contains(" RUNNING "), "{ran:?}");
    assert_eq!(ran.stderr, "");
    assert!(ran.stdout.is_ascii(), "lines are drawn: {ran:?}");
}

#[test]
fn list_json_is_one_object_per_task_with_service_keys() {
    let service = Service::start();
    let ran = service.run("list --output json").ended_with(0);
    assert_eq!(ran.lines().len(), 9);
    for line in ran.lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        assert_eq!(object["status"], "INCRMIGEATING");
        assert!(object["task_id"].is_string());
    }
}

#[test]
fn list_reads_one_page_unless_all() {
    let service = many();
    let ran = service.run("list --limit 4 --offset 2").ended_with(0);
    assert_eq!(ids(&ran).len(), 4);
    let query = service.requests()[0].query().unwrap_or_default().to_owned();
    assert!(
        query.contains("limit=4") && query.contains("offset=2"),
        "{query}"
    );
    assert!(ran.stderr.contains("there may be more tasks"), "{ran:?}");
    let ran = service.run("list --all").ended_with(0);
    let mut ids = ids(&ran);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1203);
    assert_eq!(ran.stderr, "");
    assert_eq!(service.requests().len(), 3);
}

#[test]
fn list_status_filters_one_page_with_a_note_or_all() {
    let service = many();
    let ran = service.run("list --limit 9 --status failed").ended_with(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("no tasks"), "{ran:?}");
    assert!(ran.stderr.contains("only one page was searched"), "{ran:?}");
    let ran = service.run("list --all --status failed").ended_with(0);
    assert_eq!(ids(&ran), [id(1203)]);
    assert_eq!(ran.stderr, "");
}

#[test]
fn list_status_of_a_single_page_has_no_note() {
    let ran = Service::start().run("list --status failed").ended_with(0);
    assert_eq!(ran.stderr, "no tasks\n");
}

#[test]
fn list_takes_several_statuses_in_either_spelling() {
    let service = Service::start()
        .with_task(1, TaskStatus::Running)
        .with_task(2, TaskStatus::Failed);
    let ran = service.run("list --all --status RUNNING,FAILED");
    assert_eq!(ids(&ran).len(), 2);
    let ran = service.run("list --all --status RUNNING --status INCRMIGRATING");
    assert_eq!(ids(&ran).len(), 8);
}

#[test]
fn list_undocumented_status_gets_a_note() {
    let service = Service::start();
    let ran = service
        .run("list --all --status INCRMIGATING")
        .ended_with(0);
    assert!(
        ran.stderr
            .contains("INCRMIGATING is not a documented status"),
        "{ran:?}"
    );
}

#[test]
fn list_name_is_sent_to_the_service() {
    let service = Service::start();
    service.run("list --name nobody").ended_with(0);
    assert!(
        service.requests()[0]
            .query()
            .unwrap()
            .contains("name=nobody")
    );
}

#[test]
fn list_limit_out_of_range_is_refused() {
    let service = Service::start();
    for line in [
        "list --limit 0",
        "list --limit 1001",
        "list --all --limit 5",
    ] {
        service.run(line).ended_with(2);
    }
    assert!(service.requests().is_empty());
}

#[test]
fn list_all_writes_pages_before_a_later_failure() {
    // The second page fails: the first one is written nevertheless.
    let service = many().with_fault("list:delay=0s").with_fault("list*:403");
    let ran = service.run("list --all").ended_with(3);
    assert_eq!(ids(&ran).len(), 1000, "{}", ran.stderr);
}
