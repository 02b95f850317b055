//! The question before a task is changed, on a terminal and off it.

#![cfg(target_os = "linux")]

use dcs_stand_in::{Effect, TaskStatus};

use crate::pty::Terminal;
use crate::service::{PROJECT, Service, id, run_with_input};

const PROMPT: &str = "? [y/N] ";

/// Commands that change a task, with a status in which the stand-in applies them.
const COMMANDS: [(&str, TaskStatus); 9] = [
    ("cutover", TaskStatus::IncrementalMigrating),
    ("restart", TaskStatus::Terminated),
    ("exchange-ip", TaskStatus::IncrementalMigrating),
    ("delete", TaskStatus::Terminated),
    ("rollback-ip --no-wait", TaskStatus::Terminated),
    ("stop-sync", TaskStatus::IncrementalMigrating),
    ("stop", TaskStatus::IncrementalMigrating),
    (
        "update --resume-mode manual",
        TaskStatus::IncrementalMigrating,
    ),
    (
        "configure --source-id a --target-id b --method full --resume-mode auto",
        TaskStatus::Running,
    ),
];
/// The number of them that require `--yes` off a terminal.
const NEED_YES: usize = 5;

/// The number of requests that change something.
fn changes(service: &Service) -> usize {
    let requests = service.requests();
    requests.iter().filter(|it| it.method() != "GET").count()
}

#[test]
fn typed_ahead_yes_is_ignored() {
    let service = Service::start();
    let line = format!("cutover {}", id(1));
    let mut terminal = Terminal::start_after_typing(&service, &line, "y\n");
    terminal.wait_for(PROMPT);
    terminal.type_text("n\n");
    terminal.ended_with(130);
    assert_eq!(changes(&service), 0);
}

#[test]
fn typed_ahead_line_is_not_a_password() {
    let service = Service::start().with_task(1, TaskStatus::Running);
    let line = format!(
        "configure --yes --source-id a --target-id b --method full --resume-mode auto --ask-target-password {}",
        id(1)
    );
    let mut terminal = Terminal::start_after_typing(&service, &line, "\n");
    terminal.wait_for("password of the target: ");
    terminal.type_text("pwInvented\n");
    // The typed-ahead line is empty, and an empty password would be refused.
    terminal.ended_with(0);
}

#[test]
fn question_names_task_project_and_endpoint() {
    for (command, status) in COMMANDS {
        let service = Service::start().with_task(1, status.clone());
        service.stand_in.set_lag(&id(1), 4711);
        let mut terminal = Terminal::start(&service, &format!("{command} {}", id(1)));
        terminal.wait_for(PROMPT);
        let shown = terminal.shown.clone();
        for part in [
            &id(1),
            status.as_str(),
            " -> ",
            PROJECT,
            service.stand_in.endpoint(),
        ] {
            assert!(shown.contains(part), "{command}: no {part:?} in {shown}");
        }
        let lags = status == TaskStatus::IncrementalMigrating;
        assert_eq!(shown.contains("lag 4711"), lags, "{command}: {shown}");
        terminal.type_text("\n");
        let shown = terminal.ended_with(130);
        assert!(shown.contains("nothing was sent"), "{command}: {shown}");
        assert_eq!(changes(&service), 0, "{command}");
    }
}

#[test]
fn reply_yes_proceeds() {
    for (command, effect) in [
        ("cutover --interval 500ms --readings 1", Effect::Stopped),
        ("stop-sync", Effect::Stopped),
        ("exchange-ip", Effect::IpExchanged),
    ] {
        let service = Service::start();
        let mut terminal = Terminal::start(&service, &format!("{command} {}", id(1)));
        terminal.wait_for(PROMPT);
        terminal.type_text("y\n");
        terminal.ended_with(0);
        assert_eq!(
            service.stand_in.effect_count(&id(1), effect),
            1,
            "{command}"
        );
    }
}

#[test]
fn yes_option_skips_the_question() {
    let service = Service::start();
    let terminal = Terminal::start(&service, &format!("stop-sync --yes {}", id(1)));
    let shown = terminal.ended_with(0);
    assert!(!shown.contains(PROMPT), "{shown}");
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn yes_option_off_terminal_is_required_or_not() {
    for (index, (command, status)) in COMMANDS.into_iter().enumerate() {
        let service = Service::start().with_task(1, status);
        let ran = run_with_input(
            &mut service.command(&format!("{command} {}", id(1))),
            b"y\n",
        );
        if index < NEED_YES {
            let ran = ran.ended_with(2);
            assert!(ran.stderr.contains("--yes"), "{command}: {ran:?}");
            assert_eq!(service.requests().len(), 0, "{command}");
        } else {
            ran.ended_with(0);
            assert_eq!(service.requests().len(), 1, "{command}");
        }
    }
}

#[test]
fn question_before_creation_names_task_and_place() {
    for (line, parts) in [
        (
            "create --name orders-to-v6 --vpc-id v1 --subnet-id s1 --security-group-id g1",
            ["orders-to-v6", "v1"],
        ),
        (
            "import --name seed-import --backup-id b1 --target-id t1",
            ["seed-import", "backup b1 -> t1"],
        ),
    ] {
        let service = Service::start();
        let mut terminal = Terminal::start(&service, line);
        terminal.wait_for(PROMPT);
        for part in parts
            .into_iter()
            .chain([PROJECT, service.stand_in.endpoint()])
        {
            assert!(terminal.shown.contains(part), "{part}: {}", terminal.shown);
        }
        terminal.type_text("n\n");
        terminal.ended_with(130);
        assert_eq!(service.requests().len(), 0);
        run_with_input(&mut service.command(line), b"").ended_with(0);
    }
}

#[test]
fn question_shows_at_most_20_tasks() {
    let service = Service::start_with(|mut builder| {
        for number in 10..=40 {
            builder = builder.task(id(number), TaskStatus::Terminated);
        }
        builder
    });
    let ids = (10..=40).map(id).collect::<Vec<_>>().join(" ");
    let mut terminal = Terminal::start(&service, &format!("restart {ids}"));
    terminal.wait_for(PROMPT);
    let shown = terminal.shown.clone();
    assert!(shown.contains("and 11 more"), "{shown}");
    assert!(shown.contains("these 31 tasks"), "{shown}");
    assert_eq!(shown.matches("TERMINATED").count(), 20, "{shown}");
    terminal.type_text("n\n");
    terminal.ended_with(130);
    assert_eq!(changes(&service), 0);
}

#[test]
fn unreadable_task_ends_without_question() {
    let service = Service::start().with_fault("show:403");
    let terminal = Terminal::start(&service, &format!("restart {}", id(1)));
    let shown = terminal.ended_with(3);
    assert!(!shown.contains(PROMPT), "{shown}");
    assert_eq!(changes(&service), 0);
}

#[test]
fn interrupted_question_is_a_no() {
    let service = Service::start();
    let mut terminal = Terminal::start(&service, &format!("stop {}", id(1)));
    terminal.wait_for(PROMPT);
    // Ctrl-C.
    terminal.type_text("\u{3}");
    let shown = terminal.ended_with(130);
    assert!(shown.contains("nothing was sent"), "{shown}");
    assert_eq!(changes(&service), 0);
}

#[test]
fn cutover_that_would_exceed_its_plan_exits_2() {
    // The plan shows a task that is being stopped. The next reading shows it migrating again.
    let service = Service::start().with_task(1, TaskStatus::Terminating);
    service.stand_in.fault(
        "show:200:body={\"status\":\"TERMINATING\"}"
            .parse()
            .unwrap(),
    );
    service
        .stand_in
        .set_task_status(&id(1), TaskStatus::IncrementalMigrating);
    let terminal = Terminal::start(&service, &format!("cutover {}", id(1)));
    let shown = terminal.ended_with(2);
    assert!(!shown.contains(PROMPT), "{shown}");
    assert!(shown.contains("send nothing"), "{shown}");
    assert!(shown.contains("plan the cut-over again"), "{shown}");
    assert_eq!(changes(&service), 0);
}

#[test]
fn rollback_already_done_sends_nothing() {
    let service = Service::start().with_task(1, TaskStatus::Terminated);
    let body = r#"{"status":"TERMINATED","task_status":"ROLLBACK_SUCCESS"}"#;
    service
        .stand_in
        .fault(format!("show:200:body={body}").parse().unwrap());
    service
        .stand_in
        .set_exchange_status(&id(1), Some("EXCHANGE_SUCCESS"));
    let terminal = Terminal::start(&service, &format!("rollback-ip {}", id(1)));
    let shown = terminal.ended_with(0);
    assert!(shown.contains("already_rolled_back"), "{shown}");
    assert_eq!(changes(&service), 0);
}
