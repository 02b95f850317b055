//! Streams that break, and streams that are kept apart.

use std::fs::File;
use std::process::Stdio;

use crate::service::{Ran, Service, id, run, spawn};

#[test]
fn a_reader_that_has_gone_changes_neither_the_work_nor_the_exit_code() {
    for (fault, code) in [("sync-stop:delay=0s", 0), ("sync-stop:504", 7)] {
        let service = Service::start().with_fault(fault);
        let line = format!("stop-sync --concurrency 1 {} {} {}", id(1), id(2), id(3));
        let mut child = spawn(&mut service.command(&line));
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().unwrap()).ended_with(code);
        assert!(!ran.stderr.contains("panic"), "{ran:?}");
        assert_eq!(service.requests().len(), 3);
    }
}

#[test]
fn show_and_help_survive_a_reader_that_has_gone() {
    let service = Service::start();
    for line in [format!("show {}", id(1)), "--help".to_owned()] {
        let mut child = spawn(&mut service.command(&line));
        drop(child.stdout.take());
        let ran = Ran::from(child.wait_with_output().unwrap()).ended_with(0);
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn nobody_at_standard_error_changes_nothing() {
    let service = Service::start();
    let mut child = spawn(&mut service.command(&format!("stop-sync -vv {} {}", id(1), id(77))));
    drop(child.stderr.take());
    let ran = Ran::from(child.wait_with_output().unwrap()).ended_with(4);
    assert_eq!(ran.lines().len(), 2);
}

/// `/dev/full` is a disk with no room left.
#[cfg(target_os = "linux")]
#[test]
fn a_line_that_cannot_be_written_goes_to_standard_error() {
    let service = Service::start();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = service.command(&format!("stop-sync {}", id(1)));
    let child = command
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap()).ended_with(0);
    assert!(
        ran.stderr.contains(&format!("stopped          {}", id(1))),
        "{ran:?}"
    );
}

#[test]
fn where_nobody_watches_there_is_no_progress() {
    let service = Service::start();
    let ran = run(&mut service.command(&format!("stop-sync {}", id(1)))).ended_with(0);
    assert_eq!(ran.stderr, "");
}
