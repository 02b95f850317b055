//! Interruption by SIGINT (Ctrl-C), SIGTERM and SIGHUP.

#![cfg(unix)]

use std::io::{Read as _, Seek as _, Write as _};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use dcs_stand_in::TaskStatus;
use serde_json::Value;

use crate::running::{Running, start, wait_until};
use crate::service::{Ran, Service, id, spawn, through};

/// Runs the program, interrupts it after this number of requests, and waits for its end.
fn interrupted(service: &Service, line: &str, requests: usize) -> Ran {
    signalled("INT", service, line, requests)
}

fn signalled(signal: &str, service: &Service, line: &str, requests: usize) -> Ran {
    let child = spawn(&mut hearing_hang_up(&service.command(line)));
    service.wait_for_requests(requests);
    child.signal(signal);
    child.end()
}

/// Gives the program the default action for SIGHUP. Under `nohup` it would inherit an ignored one.
fn hearing_hang_up(command: &Command) -> Command {
    // Other systems have no `env` that resets signals.
    let reset = cfg!(target_os = "linux").then_some("--default-signal=HUP");
    through("env", reset.as_slice(), command)
}

fn slow() -> Service {
    Service::start_with(|builder| builder.stop_delay(Duration::from_secs(60)))
}

#[test]
fn interrupted_calls_are_unknown_and_others_not_started() {
    let service = slow();
    // The first call fails at once, so that two more are started.
    let line = format!(
        "stop-sync --output json --concurrency 2 {} {} {} {}",
        id(77),
        id(1),
        id(2),
        id(3)
    );
    let ran = interrupted(&service, &line, 3).ended_with(7);
    assert_eq!(ran.lines().len(), 4, "{ran:?}");
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
fn finished_task_before_interruption_keeps_its_outcome() {
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
fn interrupted_accepted_stop_keeps_its_request_id() {
    for signal in ["INT", "TERM", "HUP"] {
        let service = Service::start().with_fault("sync-stop:204");
        let line = format!("stop-sync --wait --output json {}", id(1));
        let ran = signalled(signal, &service, &line, 2).ended_with(7);
        let object: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(object["outcome"], "accepted", "{ran:?}");
        assert_eq!(object["http_status"], 204);
        assert!(object["request_id"].is_string(), "{ran:?}");
    }
}

#[test]
fn two_signals_at_once_lose_no_outcome() {
    // As a shell and the kernel send them when a terminal is closed.
    for second in ["HUP", "TERM"] {
        let service = Service::start()
            .with_fault("sync-stop:204")
            .with_fault("show*:delay=60s");
        let mut file = tempfile::tempfile().unwrap();
        let line = format!("stop-sync --wait --output json {}", id(1));
        let mut command = hearing_hang_up(&service.command(&line));
        let child = start(command.stdout(file.try_clone().unwrap()));
        service.wait_for_requests(2);
        child.signal(&format!("HUP {0}; kill -{second}", child.child.id()));
        child.end().ended_with(7);
        let mut text = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        let object: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(object["outcome"], "accepted", "{text}");
        assert!(object["request_id"].is_string(), "{text}");
    }
}

/// Runs a command, interrupts it once standard error contains the words, and returns its JSON object.
fn interrupted_after(words: &str, service: &Service, line: &str, code: i32) -> Value {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = service.command(line);
    command.arg("--output=json").stdout(Stdio::piped());
    let child = start(command.stderr(log.reopen().unwrap()));
    let said = || std::fs::read_to_string(log.path()).unwrap();
    assert!(wait_until(|| said().contains(words)), "{}", said());
    child.signal("INT");
    let ran = child.end().ended_with(code);
    // A failed creation is only reported on standard error.
    let object = serde_json::from_str(ran.stdout.lines().next().unwrap_or_default());
    object.unwrap_or_else(|_| {
        let text = said();
        let error: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        error["error"].clone()
    })
}

#[test]
fn interrupted_backoff_reports_the_refusal_and_exits_130() {
    for line in [
        "stop-sync ID",
        "stop-sync --wait ID",
        "stop ID",
        "stop ID OTHER",
        "cutover --yes --ignore-lag ID",
        "exchange-ip --yes ID",
        "create --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g",
    ] {
        let line = line.replace("ID", &id(1)).replace("OTHER", &id(2));
        let service = Service::start();
        for change in [
            "sync-stop",
            "stop",
            "batch-stop",
            "exchange-ip",
            "create-online",
        ] {
            service
                .stand_in
                .fault(format!("{change}*:503:retry-after=60").parse().unwrap());
        }
        let object = interrupted_after("retrying in", &service, &line, 130);
        assert_eq!(object["outcome"], "failed", "{line}: {object}");
        assert_eq!(object["http_status"], 503, "{line}: {object}");
        assert_eq!(object["attempts"], 1, "{line}: {object}");
        assert!(object["request_id"].is_string() && object["code"].is_string());
    }
}

#[test]
fn interrupted_retry_of_a_poll_keeps_the_accepted_stop() {
    let service = Service::start()
        .with_fault("sync-stop:204")
        .with_fault("show*:503:retry-after=60");
    let line = format!("stop-sync --wait {}", id(1));
    let object = interrupted_after("retrying in", &service, &line, 7);
    assert_eq!(object["outcome"], "accepted", "{object}");
    assert_eq!(object["http_status"], 204, "{object}");
}

#[test]
fn interrupted_read_of_the_reason_keeps_the_accepted_stop() {
    // The task failed after the stop: the reason is read from the list of tasks.
    let service = Service::start()
        .with_task(1, TaskStatus::Failed)
        .with_fault("sync-stop:204")
        .with_fault("list*:503:retry-after=60");
    let line = format!("stop-sync --wait {}", id(1));
    let object = interrupted_after("retrying in", &service, &line, 7);
    assert_eq!(object["outcome"], "accepted", "{object}");
    assert_eq!(object["http_status"], 204, "{object}");
}

#[test]
fn interrupted_read_before_the_request_exits_130() {
    for (line, outcome) in [
        ("rollback-ip --yes", "failed"),
        ("cutover --yes", "not_started"),
    ] {
        let service = Service::start().with_fault("show*:503:retry-after=60");
        let line = format!("{line} {}", id(1));
        let object = interrupted_after("retrying in", &service, &line, 130);
        assert_eq!(object["outcome"], outcome, "{line}: {object}");
    }
}

#[test]
fn interrupted_attempt_after_a_refusal_is_unknown() {
    let service = Service::start()
        .with_fault("sync-stop:503:retry-after=1")
        .with_fault("sync-stop:delay=60s");
    let line = format!("stop-sync --output json {}", id(1));
    let ran = interrupted(&service, &line, 2).ended_with(7);
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(object["outcome"], "unknown", "{object}");
}

#[test]
fn interrupted_delete_after_a_lost_response_stays_unknown() {
    let service = Service::start()
        .with_fault("delete:500")
        .with_fault("delete*:503:retry-after=60");
    let line = format!("delete --yes {}", id(1));
    let object = interrupted_after("retrying in 60", &service, &line, 7);
    assert_eq!(object["outcome"], "unknown", "{object}");
    assert!(object["request_id"].is_string(), "{object}");
}

/// Runs a command, interrupts it once it polls the task after its request, and returns its JSON object.
fn interrupted_polling(service: &Service, line: &str, code: i32) -> Value {
    let child = spawn(&mut service.command(&format!("{line} --output json {}", id(1))));
    let polls = || {
        let requests = service.requests();
        let is_order = |path: &str| path.ends_with("sync-stop") || path.ends_with("rollback-ip");
        let orders = requests.iter().rposition(|it| is_order(it.path()));
        orders.is_some_and(|order| order + 1 < requests.len())
    };
    assert!(wait_until(polls), "{:?}", service.requests());
    child.signal("INT");
    serde_json::from_str(&child.end().ended_with(code).stdout).unwrap()
}

#[test]
fn interrupted_polling_after_refusal_reports_the_refusal() {
    let refusal = r#"400:body={"error_code":"DCS.4957","error_msg":"not allowed"}"#;
    let stop = Service::start()
        .with_fault(&format!("sync-stop:{refusal}"))
        .with_fault("show*:delay=60s");
    let roll_back = Service::start().with_fault(&format!("rollback-ip:{refusal}"));
    let exchange = format!("exchange-ip --yes {}", id(1));
    roll_back.run(&exchange).ended_with(0);
    for (service, line) in [
        (&stop, "stop-sync --wait"),
        (&roll_back, "rollback-ip --yes"),
    ] {
        let object = interrupted_polling(service, line, 130);
        assert_eq!(object["outcome"], "failed", "{line}: {object}");
        assert_eq!(object["code"], "DCS.4957", "{line}: {object}");
        assert_eq!(object["message"], "not allowed", "{line}: {object}");
        assert!(object["request_id"].is_string(), "{line}: {object}");
    }
}

#[test]
fn interrupted_polling_after_bare_503_keeps_the_response() {
    for line in ["stop-sync --wait", "cutover --yes --ignore-lag"] {
        let service = Service::start().with_fault("sync-stop:503:html");
        let object = interrupted_polling(&service, line, 7);
        assert_eq!(object["outcome"], "unknown", "{line}: {object}");
        assert_eq!(object["http_status"], 503, "{line}: {object}");
        assert!(object["request_id"].is_string(), "{line}: {object}");
    }
}

/// A pipe without a reader: it is full after 64 KiB, and breaks when dropped.
fn unread(child: &mut Running) -> ChildStdout {
    child.child.stdout.take().unwrap()
}

#[test]
fn sighup_ignored_at_the_start_stays_ignored() {
    let service = Service::start();
    let line = format!("stop-sync --timeout 2s {}", id(1));
    let ignoring = ["-c", "trap '' HUP; exec \"$0\" \"$@\""];
    let mut nohup = through("sh", &ignoring, &service.command(&line));
    let service = service.with_fault("sync-stop:delay=1s");
    let child = spawn(&mut nohup);
    service.wait_for_requests(1);
    child.signal("HUP");
    let ran = child.end().ended_with(0);
    assert!(ran.stdout.starts_with("stopped "), "{ran:?}");
}

#[test]
fn signal_with_unread_stdout_ends_the_command() {
    let service = Service::start_with(|mut builder| {
        for number in 10..=1500 {
            builder = builder.task(id(number), TaskStatus::Success);
        }
        builder
    });
    let mut child = spawn(&mut service.command("list --all --output json"));
    let mut pipe = unread(&mut child);
    pipe.read_exact(&mut [0]).unwrap();
    child.signal("TERM");
    child.end().ended_with(130);
}

#[test]
fn unread_outcomes_after_a_signal_go_to_stderr() {
    let service = Service::start();
    // Enough to fill the pipe.
    let message = "m".repeat(1_000);
    let ids: Vec<_> = (100..200).map(id).collect();
    let service = ids.iter().fold(service, |service, _| {
        service.with_fault(&format!(
            "sync-stop:400:body={{\"error_code\":\"DCS.4957\",\"error_msg\":\"{message}\"}}"
        ))
    });
    let line = format!("stop-sync --output json {}", ids.join(" "));
    let mut child = spawn(&mut service.command(&line));
    let _pipe = unread(&mut child);
    service.wait_for_requests(ids.len());
    child.signal("TERM");
    let ran = child.end();
    assert!(ran.stderr.contains(&ids[98]), "{:?}", ran.code);
    assert_eq!(ran.stderr.matches("the reader does not read").count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn second_signal_with_blocked_stderr_ends_at_once() {
    let service = slow();
    // Standard error is full and has no reader: the message about the first signal blocks.
    let (_reader, mut stderr) = std::io::pipe().unwrap();
    stderr.write_all(".".repeat(64 * 1024).as_bytes()).unwrap();
    let mut command = service.command(&format!("stop-sync {}", id(1)));
    let mut child = start(command.stdout(Stdio::piped()).stderr(stderr));
    service.wait_for_requests(1);
    let has_ended = wait_until(|| {
        child.signal("INT");
        child.has_ended()
    });
    assert!(has_ended);
    child.end().ended_with(7);
}

#[test]
fn sigterm_is_treated_like_ctrl_c() {
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
fn interrupted_read_command_exits_130() {
    let service = Service::start();
    let line = format!("stats --watch {}", id(1));
    let ran = interrupted(&service, &line, 2).ended_with(130);
    assert_eq!(ran.stderr, "");
}
