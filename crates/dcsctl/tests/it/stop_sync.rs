//! `stop-sync`: task IDs, concurrency, attempts and output.

use std::time::Duration;

use dcs_stand_in::TaskStatus;
use serde_json::{Value, json};

use crate::running::wait_until;
use crate::service::{Service, id, run, run_with_input, spawn};

fn object(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

#[test]
fn stop_json_is_one_object_per_task_with_all_keys() {
    let service = Service::start().with_task(2, TaskStatus::Running);
    let ran = service
        .run(&format!("stop-sync --output json {} {}", id(1), id(2)))
        .ended_with(1);
    let keys = [
        "task_id",
        "outcome",
        "attempts",
        "request_id",
        "http_status",
        "kind",
        "code",
        "message",
        "advice",
        "time",
    ];
    for line in ran.lines() {
        let positions: Vec<_> = keys
            .iter()
            .map(|key| line.find(&format!("\"{key}\":")).expect(key))
            .collect();
        assert!(positions.is_sorted(), "{line}");
        assert_eq!(object(line).as_object().unwrap().len(), keys.len());
    }
    let of = |id: String| {
        let mut lines = ran.lines().into_iter().map(object);
        let mut object = lines.find(|line| line["task_id"] == id).unwrap();
        assert!(object["request_id"].take().is_string());
        assert!(object["time"].take().is_string());
        object
    };
    assert_eq!(
        of(id(1)),
        json!({"task_id": id(1), "outcome": "stopped", "attempts": 1, "request_id": null,
               "http_status": 204, "kind": null, "code": null, "message": null, "advice": null, "time": null})
    );
    let mut failed = of(id(2));
    assert!(failed["message"].take().is_string());
    assert!(failed["advice"].take().is_string());
    assert_eq!(
        failed,
        json!({"task_id": id(2), "outcome": "failed", "attempts": 1, "request_id": null,
               "http_status": 400, "kind": "service", "code": "DCS.4957", "message": null, "advice": null,
               "time": null})
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn json_code_that_is_a_number_is_a_string() {
    let service = Service::start()
        .with_fault("sync-stop:401:body={\"error\":{\"code\":401,\"message\":\"no token\"}}");
    let ran = service.run(&format!("stop-sync --output json {}", id(1)));
    let object = object(&ran.stdout);
    assert_eq!(object["code"], "401");
    assert_eq!(object["http_status"], 401);
    assert!(object["message"] == "no token");
}

#[test]
fn stop_text_line_has_outcome_id_and_advice() {
    let service = Service::start().with_fault("sync-stop:504:after");
    let ran = service.run(&format!("stop-sync {}", id(1))).ended_with(7);
    let lines = ran.lines();
    assert_eq!(lines.len(), 1);
    let words: Vec<_> = lines[0].split_whitespace().collect();
    assert_eq!(words[..2], ["unknown", &id(1)]);
    for part in [
        "HTTP 504 APIGW.0201",
        "[request ",
        "it may have been applied",
    ] {
        assert!(lines[0].contains(part), "{}", lines[0]);
    }
    let hint = format!("unknown: check with `dcsctl show {}`\n", id(1));
    assert_eq!(ran.stderr, hint);
}

#[test]
fn ids_from_stdin_skip_blanks_and_duplicates() {
    let service = Service::start();
    let input = format!("{}\r\n\n   {}\t\n{}\n{}", id(2), id(3), id(2), id(1));
    let mut command = service.command(&format!("stop-sync {} -", id(1)));
    let ran = run_with_input(&mut command, input.as_bytes()).ended_with(0);
    assert_eq!(ran.lines().len(), 3, "{ran:?}");
    assert_eq!(service.requests().len(), 3);
}

#[test]
fn stop_503_with_code_is_retried_up_to_max_attempts() {
    for (attempts, sent) in [("", 3), ("--max-attempts 1", 1), ("--max-attempts 2", 2)] {
        let service = Service::start().with_fault("sync-stop*:503");
        let line = format!("stop-sync --output json {attempts} {}", id(1));
        let ran = service.run(&line).ended_with(5);
        assert_eq!(object(&ran.stdout)["attempts"], sent, "{attempts}");
        assert_eq!(service.requests().len(), sent);
    }
}

#[test]
fn stop_504_is_never_retried() {
    let service = Service::start().with_fault("sync-stop*:504");
    service
        .run(&format!("stop-sync --max-attempts 9 {}", id(1)))
        .ended_with(7);
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn stop_concurrency_is_reached_and_not_exceeded() {
    let service = Service::start_with(|builder| builder.stop_delay(Duration::from_millis(300)));
    let ids: Vec<_> = (1..=6).map(id).collect();
    let line = format!("stop-sync --concurrency 2 {}", ids.join(" "));
    let mut child = spawn(&mut service.command(&line));
    let mut most = 0;
    let has_ended = wait_until(|| {
        let requests = service.requests();
        let under_way = requests.iter().filter(|request| request.status().is_none());
        most = most.max(under_way.count());
        child.has_ended()
    });
    assert!(has_ended);
    child.end().ended_with(0);
    assert_eq!(service.requests().len(), 6);
    assert_eq!(most, 2);
}

#[test]
fn finished_task_is_reported_before_slower_ones() {
    // The first call ends before the others start.
    let service = Service::start()
        .with_fault("sync-stop:503")
        .with_fault("sync-stop:delay=1s");
    let line = "stop-sync --max-attempts 1 --concurrency 2";
    let ran = service
        .run(&format!("{line} {} {} {}", id(1), id(2), id(3)))
        .ended_with(5);
    let slow = service.requests()[1].path().to_owned();
    assert!(
        slow.contains(ran.lines()[2].split_whitespace().nth(1).unwrap()),
        "{ran:?}"
    );
}

#[test]
fn wrong_key_is_sent_once_and_stops_all_tasks() {
    let service = Service::start();
    let ids: Vec<_> = (1..=9).map(id).collect();
    let mut command = service.command(&format!("stop-sync --output json {}", ids.join(" ")));
    let ran = run(command.env("HUAWEICLOUD_SDK_SK", "skWrong")).ended_with(3);
    assert_eq!(service.requests().len(), 1);
    let outcomes: Vec<_> = ran
        .lines()
        .iter()
        .map(|line| object(line)["outcome"].clone())
        .collect();
    assert_eq!(outcomes[0], "failed");
    // The library holds back the calls that were started before.
    assert_eq!(outcomes[4..], ["not_started"; 5]);
    for line in &ran.lines()[1..] {
        assert_eq!(object(line)["attempts"], 0, "{line}");
    }
    let last = object(ran.lines()[8]);
    assert_eq!(last["attempts"], 0);
    assert_eq!(
        last["message"],
        "the credentials were refused: nothing was sent for this task"
    );
}

#[test]
fn poll_401_starts_no_further_task() {
    let service = Service::start().with_fault("show*:401");
    let line = format!("stop-sync --wait --concurrency 1 {} {}", id(1), id(2));
    let ran = service.run(&line).ended_with(7);
    assert!(ran.lines()[1].starts_with("not_started "), "{ran:?}");
}

#[test]
fn json_has_service_message_and_advice_separately() {
    let service = Service::start().with_fault("sync-stop*:429");
    let line = format!("stop-sync --max-attempts 1 {}", id(1));
    let json = service.run(&format!("--output json {line}")).ended_with(5);
    let object = object(&json.stdout);
    let message = "The throttling threshold has been reached: policy user over ratelimit,limit:10";
    assert_eq!(object["message"], message);
    assert_eq!(
        object["advice"],
        "overloaded for now: try again later, less often"
    );
}
