//! `cutover` and `wait`.

use std::time::Duration;

use dcs_stand_in::{Effect, TaskStatus};
use serde_json::Value;

use crate::service::{Ran, Service, id, spawn};

/// A cut-over of task 1 with few and fast readings.
fn line(options: &str) -> String {
    format!(
        "cutover --yes --interval 500ms --readings 1 {options} {}",
        id(1)
    )
}

fn stops(service: &Service) -> usize {
    service.stand_in.effect_count(&id(1), Effect::Stopped)
}

fn object(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn cutover_of_level_task_stops_once_and_says_each_step() {
    let service = Service::start();
    let ran = service.run(&line("--output json")).ended_with(0);
    let object = object(&ran);
    assert_eq!(object["outcome"], "stopped");
    assert_eq!(object["http_status"], 204);
    assert!(object["request_id"].is_string(), "{ran:?}");
    assert_eq!(object.as_object().unwrap().len(), 10);
    for step in [
        "task checked: INCRMIGEATING",
        "lag reached: 0",
        "stop accepted",
        "confirmed: TERMINATED",
    ] {
        assert!(ran.stderr.contains(step), "{ran:?}");
    }
    assert_eq!(stops(&service), 1);
    let again = service.run(&line("")).ended_with(0);
    assert!(again.stdout.starts_with("already_stopped "), "{again:?}");
    assert_eq!(stops(&service), 1);
}

#[test]
fn cutover_not_confirmed_says_what_polls_show() {
    // A false success: the stand-in does nothing.
    let service = Service::start().with_fault("sync-stop:200");
    let ran = service.run(&line("--wait-timeout 100ms")).ended_with(7);
    assert!(
        ran.stderr.contains("the task shows INCRMIGEATING"),
        "{ran:?}"
    );
}

#[test]
fn cutover_after_503_reports_the_last_attempt() {
    let service = Service::start().with_fault("sync-stop:503");
    let ran = service.run(&line("--output json")).ended_with(0);
    let object = object(&ran);
    assert_eq!(object["attempts"], 2, "{ran:?}");
    assert!(ran.stderr.contains("stop refused for now"), "{ran:?}");
    let request_id = object["request_id"].as_str().unwrap();
    let accepted = format!("stop accepted [request {request_id}]");
    assert!(ran.stderr.contains(&accepted), "{ran:?}");
    let again = service.run(&line("--output json")).ended_with(0);
    assert_eq!(self::object(&again)["attempts"], 0, "{again:?}");
}

#[test]
fn cutover_stop_unanswered_has_no_request_id_of_a_refusal() {
    let service = Service::start()
        .with_fault("sync-stop:503")
        .with_fault("sync-stop:close:after");
    let ran = service.run(&line("--output json")).ended_with(0);
    let object = object(&ran);
    assert_eq!(
        (&object["outcome"], &object["attempts"]),
        (&"stopped".into(), &2.into())
    );
    assert_eq!(object["request_id"], Value::Null, "{ran:?}");
    assert_eq!(stops(&service), 1);
}

#[test]
fn cutover_of_lagging_task_fails_unless_lag_is_allowed() {
    let service = Service::start();
    service.stand_in.set_lag(&id(1), 100);
    let ran = service.run(&line("--lag-timeout 0s")).ended_with(6);
    assert!(ran.stdout.starts_with("failed "), "{ran:?}");
    assert_eq!(stops(&service), 0);
    service
        .run(&line("--lag-timeout 0s --max-lag 100"))
        .ended_with(0);
    assert_eq!(stops(&service), 1);
    let service = Service::start();
    service.stand_in.set_lag(&id(1), 100);
    let line = format!("cutover --yes --ignore-lag {}", id(1));
    service.run(&line).ended_with(0);
    assert_eq!(stops(&service), 1);
}

#[test]
fn cutover_with_exchange_ip_exchanges_addresses() {
    let service = Service::start();
    let ran = service
        .run(&line("--exchange-ip --ip 10.20.0.15"))
        .ended_with(0);
    assert!(ran.stdout.starts_with("exchanged "), "{ran:?}");
    assert_eq!(
        service.stand_in.effect_count(&id(1), Effect::IpExchanged),
        1
    );
}

#[test]
fn cutover_exchange_says_progress_until_done() {
    let service = Service::start_with(|builder| builder.exchange_duration(Duration::from_secs(1)));
    let ran = service.run(&line("--exchange-ip")).ended_with(0);
    let shown = |exchange: &str| {
        let line = format!("the task shows TERMINATING, ip exchange {exchange}");
        ran.stderr.matches(&line).count()
    };
    assert_eq!(shown("EXCHANGING"), 1, "{ran:?}");
    // The last step says this itself.
    assert!(
        !ran.stderr.contains("ip exchange EXCHANGE_SUCCESS"),
        "{ran:?}"
    );
}

#[test]
fn cutover_dry_run_shows_plan_and_only_reads() {
    let service = Service::start();
    let ran = service
        .run(&format!("cutover --dry-run {}", id(1)))
        .ended_with(0);
    assert!(
        ran.stdout.contains("to do  stop the synchronization"),
        "{ran:?}"
    );
    let ran = service.run(&format!("cutover --dry-run --output json {}", id(1)));
    let object = object(&ran.ended_with(0));
    assert_eq!(
        (&object["lag"], &object["would_send"]),
        (&0.into(), &true.into())
    );
    let requests = service.requests();
    assert!(requests.iter().all(|request| request.method() == "GET"));
}

#[test]
fn cutover_off_terminal_without_yes_makes_no_call() {
    // Any status: a script must fail early, not only once the task is ready.
    for status in [
        TaskStatus::IncrementalMigrating,
        TaskStatus::Running,
        TaskStatus::Terminated,
    ] {
        let service = Service::start().with_task(1, status);
        let ran = service.run(&format!("cutover {}", id(1))).ended_with(2);
        assert!(ran.stderr.contains("--yes"), "{ran:?}");
        assert_eq!(service.requests().len(), 0);
    }
}

#[test]
fn cutover_of_unready_task_exits_6_with_its_status() {
    let service = Service::start().with_task(1, TaskStatus::Running);
    let ran = service.run(&line("")).ended_with(6);
    assert!(ran.stdout.contains("RUNNING"), "{ran:?}");
    service.run("cutover --yes a/b").ended_with(2);
    service
        .run(&format!("cutover --yes {}", id(77)))
        .ended_with(4);
}

/// Starts a cut-over, interrupts it after this number of requests, and waits for its end.
#[cfg(unix)]
fn interrupted(service: &Service, options: &str, requests: usize) -> Ran {
    let child = spawn(&mut service.command(&line(options)));
    service.wait_for_requests(requests);
    child.signal("INT");
    child.end()
}

#[cfg(unix)]
#[test]
fn cutover_interrupted_before_stop_is_not_started() {
    let service = Service::start();
    service.stand_in.set_lag(&id(1), 100);
    let ran = interrupted(&service, "", 2).ended_with(130);
    assert!(ran.stdout.starts_with("not_started "), "{ran:?}");
    assert_eq!(stops(&service), 0);
}

#[cfg(unix)]
#[test]
fn cutover_interrupted_after_refusal_is_failed() {
    let service = Service::start().with_fault("sync-stop:503:retry-after=1");
    let child = spawn(&mut service.command(&line("--output json")));
    service.wait_for_requests(4);
    service.stand_in.set_lag(&id(1), 100);
    // Before the next attempt: the task, one more reading, and the wait for the lag.
    service.wait_for_requests(8);
    child.signal("INT");
    let ran = child.end().ended_with(130);
    let object = object(&ran);
    assert_eq!(
        (&object["outcome"], &object["attempts"]),
        (&"failed".into(), &1.into())
    );
    assert_eq!(object["http_status"], 503);
    assert!(object["request_id"].is_string(), "{ran:?}");
    assert_eq!(stops(&service), 0);
}

#[cfg(unix)]
#[test]
fn cutover_interrupted_after_sending_is_unknown_and_resumes() {
    // Three reads: the task, its lag, the task again. The fourth request gets no response.
    let service = Service::start().with_fault("sync-stop:after:delay=60s");
    let ran = interrupted(&service, "", 4).ended_with(7);
    assert!(ran.stdout.starts_with("unknown "), "{ran:?}");
    let advice =
        "interrupted: it may have been applied: run the cut-over again: it continues from the";
    assert!(ran.stdout.contains(advice), "{ran:?}");
    service.run(&line("")).ended_with(0);
    assert_eq!(stops(&service), 1);

    let service = Service::start().with_fault("exchange-ip:delay=60s");
    let ran = interrupted(&service, "--exchange-ip", 4).ended_with(7);
    let advice = "make sure that no exchange is under way, then run the cut-over again";
    assert!(ran.stdout.contains(advice), "{ran:?}");
}

#[test]
fn wait_until_state_shows_the_task() {
    let service = Service::start();
    let line = format!("wait --until incremental-phase --interval 500ms {}", id(1));
    let ran = service.run(&line).ended_with(0);
    assert!(
        ran.stdout.contains("status           INCRMIGEATING"),
        "{ran:?}"
    );
    assert_eq!(ran.stderr, "the task shows INCRMIGEATING\n");
    let line = format!(
        "wait --until stopped --interval 500ms --output json {}",
        id(1)
    );
    let child = spawn(&mut service.command(&line));
    service.wait_for_requests(2);
    service
        .stand_in
        .set_task_status(&id(1), TaskStatus::Terminated);
    let ran = child.end().ended_with(0);
    assert_eq!(object(&ran)["status"], "TERMINATED");
}

#[test]
fn wait_for_unreachable_state_exits_6_with_status() {
    let service = Service::start().with_task(2, TaskStatus::Failed);
    for (task, state) in [(1, "INCRMIGEATING"), (2, "FAILED")] {
        let line = format!("wait --until stopped --wait-timeout 0s {}", id(task));
        let ran = service.run(&line).ended_with(6);
        assert!(ran.stderr.contains(state), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
}

#[cfg(unix)]
#[test]
fn cutover_interrupted_after_accepted_is_accepted() {
    for (fault, options) in [("sync-stop:204", ""), ("exchange-ip:204", "--exchange-ip")] {
        let service = Service::start().with_fault(fault);
        // The task, its lag, the task again, the stop or the exchange, and the first poll.
        let options = format!("--output json {options}");
        let ran = interrupted(&service, &options, 5).ended_with(7);
        let object = object(&ran);
        assert_eq!(object["outcome"], "accepted", "{ran:?}");
        assert_eq!(object["http_status"], 204);
        assert!(object["request_id"].is_string());
        let advice = object["advice"].as_str().unwrap();
        assert!(advice.contains("run the cut-over again"), "{advice}");
    }
}

#[cfg(unix)]
#[test]
fn cutover_says_sending_once_before_the_response() {
    let service = Service::start().with_fault("sync-stop:delay=60s");
    let ran = interrupted(&service, "", 4).ended_with(7);
    assert_eq!(ran.stderr.matches("sending the stop").count(), 1, "{ran:?}");
}
