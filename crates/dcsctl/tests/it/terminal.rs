//! The progress of a wait: a redrawn line on a terminal, single lines off it.

use dcs_stand_in::TaskStatus;

use crate::pty::in_terminal;
use crate::running::Running;
use crate::service::{Ran, Service, id, spawn};

fn readings_of_stats(service: &Service) -> usize {
    let requests = service.requests();
    let stats = requests.iter().filter(|it| it.path().ends_with("/stats"));
    stats.count()
}

/// Waits for this number of requests, stops the task, and waits for the end.
fn stop_after(service: &Service, requests: usize, child: Running) -> Ran {
    service.wait_for_requests(requests);
    let task = id(1);
    service
        .stand_in
        .set_task_status(&task, TaskStatus::Terminated);
    child.end().ended_with(0)
}

/// `script` makes a terminal.
#[cfg(target_os = "linux")]
#[test]
fn wait_on_terminal_shows_status_and_lag() {
    let service = Service::start();
    service.stand_in.set_lag(&id(1), 4711);
    let line = format!("wait --until stopped --interval 500ms {}", id(1));
    let mut command = in_terminal(&service, &line, "stty cols 120;");
    command.stdin(std::process::Stdio::null());
    // Two polls of the task and two of its progress: the first ones are drawn by then.
    let ran = stop_after(&service, 4, spawn(&mut command));
    assert!(
        ran.stdout
            .contains("the task shows INCRMIGEATING, lag 4711"),
        "{ran:?}"
    );
    assert!(readings_of_stats(&service) > 0);
}

#[test]
fn wait_off_terminal_writes_each_change_once() {
    let service = Service::start();
    service.stand_in.set_lag(&id(1), 4711);
    let line = format!("wait --until stopped --interval 500ms {}", id(1));
    let ran = stop_after(&service, 6, spawn(&mut service.command(&line)));
    assert!(readings_of_stats(&service) > 1);
    let lines: Vec<_> = ran.stderr.lines().collect();
    // The progress may be read once more after the stop.
    assert_eq!(
        (&lines[..2], lines.last()),
        (
            &[
                "the task shows INCRMIGEATING",
                "the task shows INCRMIGEATING, lag 4711"
            ][..],
            Some(&"the task shows TERMINATED")
        )
    );
    assert!(lines.len() < 5, "{ran:?}");
}
