//! `cutover` and `wait`.

use std::time::Duration;

use dcs_stand_in::{Effect, TaskStatus};
use serde_json::Value;

use crate::service::{Ran, Service, id, spawn};

/// A cut-over that reads quickly.
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
fn a_level_task_is_stopped_once_with_a_line_a_step() {
    let service = Service::start();
    let ran = service.run(&line("--output json")).ended_with(0);
    let object = object(&ran);
    assert_eq!(object["outcome"], "stopped");
    assert!(object["request_id"].is_string(), "{ran:?}");
    assert_eq!(object.as_object().unwrap().len(), 8);
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
fn a_task_that_lags_is_not_stopped_unless_the_lag_is_ignored() {
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
fn addresses_are_exchanged_instead_if_asked_for() {
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
fn a_dry_run_says_what_would_happen_and_sends_nothing() {
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
fn without_a_yes_nothing_is_sent() {
    let service = Service::start();
    let ran = service.run(&format!("cutover {}", id(1))).ended_with(2);
    assert!(ran.stderr.contains("--yes"), "{ran:?}");
    assert_eq!(stops(&service), 0);
}

#[test]
fn a_task_that_cannot_be_cut_over_is_named_and_nothing_is_sent() {
    let service = Service::start().with_task(1, TaskStatus::Running);
    let ran = service.run(&line("")).ended_with(6);
    assert!(ran.stdout.contains("RUNNING"), "{ran:?}");
    service.run("cutover --yes a/b").ended_with(2);
    service
        .run(&format!("cutover --yes {}", id(77)))
        .ended_with(4);
}

#[cfg(unix)]
#[test]
fn interrupted_while_it_waits_for_the_lag_nothing_was_sent_and_later_it_may_have_been() {
    for (lag, stop_delay, code, outcome) in [(100, 0, 130, "not_started "), (0, 60, 7, "unknown ")]
    {
        let service =
            Service::start_with(|builder| builder.stop_delay(Duration::from_secs(stop_delay)));
        service.stand_in.set_lag(&id(1), lag);
        let child = spawn(&mut service.command(&line("")));
        // The task and its lag are read; where it is level, the task again, and the stop is sent.
        service.wait_for_requests(if lag == 0 { 4 } else { 2 });
        let interrupt = format!("kill -INT {}", child.id());
        let sent = std::process::Command::new("sh")
            .args(["-c", &interrupt])
            .status();
        assert!(sent.unwrap().success());
        let ran = Ran::from(child.wait_with_output().unwrap()).ended_with(code);
        assert!(ran.stdout.starts_with(outcome), "{ran:?}");
        assert_eq!(stops(&service), usize::from(lag == 0));
    }
}

#[test]
fn a_state_is_waited_for_and_the_task_shown() {
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
    let ran = Ran::from(child.wait_with_output().unwrap()).ended_with(0);
    assert_eq!(object(&ran)["status"], "TERMINATED");
}

#[test]
fn what_never_comes_or_not_in_time_is_six_with_the_state() {
    let service = Service::start().with_task(2, TaskStatus::Failed);
    for (task, state) in [(1, "INCRMIGEATING"), (2, "FAILED")] {
        let line = format!("wait --until stopped --wait-timeout 0s {}", id(task));
        let ran = service.run(&line).ended_with(6);
        assert!(ran.stderr.contains(state), "{ran:?}");
        assert_eq!(ran.stdout, "");
    }
}
