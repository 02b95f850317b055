//! Standard output and standard error: broken, closed, full.

use std::fs::File;
use std::process::Stdio;

use crate::running::start;
#[cfg(unix)]
use crate::service::through;
use crate::service::{Ran, Service, id, run, spawn};

#[test]
fn closed_stdout_pipe_changes_no_outcome() {
    for (fault, code) in [("sync-stop:delay=0s", 0), ("sync-stop:504", 7)] {
        let service = Service::start().with_fault(fault);
        let line = format!("stop-sync --concurrency 1 {} {} {}", id(1), id(2), id(3));
        let mut child = spawn(&mut service.command(&line));
        drop(child.child.stdout.take());
        let ran = child.end().ended_with(code);
        assert!(!ran.stderr.contains("panic"), "{ran:?}");
        assert_eq!(service.requests().len(), 3);
    }
}

#[test]
fn show_and_help_with_closed_stdout_pipe_succeed() {
    let service = Service::start();
    for line in [format!("show {}", id(1)), "--help".to_owned()] {
        let mut child = spawn(&mut service.command(&line));
        drop(child.child.stdout.take());
        let ran = child.end().ended_with(0);
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn closed_stderr_pipe_changes_nothing() {
    let service = Service::start();
    let mut child = spawn(&mut service.command(&format!("stop-sync -vv {} {}", id(1), id(77))));
    drop(child.child.stderr.take());
    let ran = child.end().ended_with(4);
    assert_eq!(ran.lines().len(), 2);
}

/// Runs the program with its data going to a full disk.
#[cfg(target_os = "linux")]
fn run_at_full_disk(service: &Service, line: &str) -> Ran {
    let full = File::options().write(true).open("/dev/full").unwrap();
    run_into(full, service, line)
}

#[cfg(unix)]
fn run_into(stdout: File, service: &Service, line: &str) -> Ran {
    let mut command = service.command(line);
    let command = command
        .env("HUAWEICLOUD_SDK_IAM_ENDPOINT", service.stand_in.endpoint())
        .stdout(Stdio::from(stdout))
        .stderr(Stdio::piped());
    start(command).end()
}

#[cfg(unix)]
const CREATE: &str =
    "create --output json --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g";

#[cfg(unix)]
#[test]
fn outcome_with_read_only_stdout_goes_to_stderr() {
    let service = Service::start();
    let null = File::open("/dev/null").unwrap();
    let ran = run_into(null, &service, CREATE).ended_with(0);
    assert!(ran.stderr.contains("{\"task_id\":\""), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn outcome_with_closed_stdout_goes_to_stderr() {
    let service = Service::start();
    let mut closing = through(
        "sh",
        &["-c", "exec \"$0\" \"$@\" >&-"],
        &service.command(CREATE),
    );
    let ran = run(&mut closing).ended_with(0);
    assert!(ran.stderr.contains("{\"task_id\":\""), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn stdout_to_dev_null_is_success() {
    let service = Service::start();
    for line in [CREATE, "list", "--help"] {
        let null = File::options().write(true).open("/dev/null").unwrap();
        let ran = run_into(null, &service, line).ended_with(0);
        assert_eq!(ran.stderr, "");
    }
}

#[cfg(unix)]
#[test]
fn read_with_read_only_stdout_exits_6() {
    let service = Service::start();
    for line in ["list", "stats --watch ID", "completions bash", "--help"] {
        let null = File::open("/dev/null").unwrap();
        let ran = run_into(null, &service, &line.replace("ID", &id(1))).ended_with(6);
        let why = "cannot write to standard output: ";
        assert_eq!(ran.stderr.matches(why).count(), 1, "{line}: {ran:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn outcome_with_full_disk_goes_to_stderr() {
    for (fault, code, outcome) in [
        ("sync-stop:delay=0s", 0, "stopped "),
        ("sync-stop:403", 3, "failed "),
        ("sync-stop:504", 7, "unknown "),
    ] {
        let service = Service::start().with_fault(fault);
        let ran = run_at_full_disk(&service, &format!("stop-sync {}", id(1))).ended_with(code);
        let mut lines = ran.stderr.lines();
        assert!(lines.any(|line| line.starts_with(outcome)), "{ran:?}");
    }
    let service = Service::start();
    let line = "create --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g";
    for (format, id) in [("text", "id    "), ("json", "{\"task_id\":\"")] {
        let line = format!("{line} --output {format}");
        let ran = run_at_full_disk(&service, &line).ended_with(0);
        assert!(
            ran.stderr.lines().any(|line| line.starts_with(id)),
            "{ran:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn read_with_full_disk_exits_6() {
    let service = Service::start();
    for line in [
        "list",
        "list --output json",
        "show ID",
        "stats ID",
        "stats --watch ID",
        "stats --watch --output json ID",
        "logs ID",
        "logs --follow ID",
        "logs --follow --output json ID",
        "wait --until incremental-phase ID",
        "cutover --dry-run ID",
        "cutover --dry-run --output json ID",
        "projects",
        "completions bash",
        "man",
        "--help",
        "help show",
        "--version",
    ] {
        let ran = run_at_full_disk(&service, &line.replace("ID", &id(1))).ended_with(6);
        let why = "cannot write to standard output: No space left on device (os error 28)";
        assert_eq!(ran.stderr.matches(why).count(), 1, "{line}: {ran:?}");
        assert!(ran.stderr.lines().count() <= 2, "{line}: {ran:?}");
    }
}

#[test]
fn progress_off_terminal_is_silent() {
    let service = Service::start();
    let ran = run(&mut service.command(&format!("stop-sync {}", id(1)))).ended_with(0);
    assert_eq!(ran.stderr, "");
}
