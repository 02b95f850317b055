//! `create`, `configure` and `import`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use dcs_stand_in::{Effect, TaskStatus};
use serde_json::Value;

use crate::running::joined;
use crate::service::{Ran, Service, id, run_with_input, spawn};
#[cfg(target_os = "linux")]
use crate::service::{run, through};

const CREATE: &str = "create --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g";
const IMPORT: &str = "import --name seed-import --target-id t";
const CONFIGURE: &str =
    "configure --source-addrs 10.0.0.1:6379 --target-id t --method incremental --resume-mode auto";

fn object(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Answers one call as `configure` is answered, and gives the body that was sent.
fn body_of(line: &str, input: &[u8]) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            let length = stream.read(&mut buffer).unwrap();
            assert_ne!(length, 0, "the request ends early");
            request.extend_from_slice(&buffer[..length]);
            let text = String::from_utf8_lossy(&request);
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
            if let Some(body) = body.and_then(|body| serde_json::from_str(body).ok()) {
                let answer =
                    "HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n{\"id\":1}";
                stream
                    .write_all(
                        answer
                            .replace(":1}", ":\"\"}")
                            .replace(": 8", ": 9")
                            .as_bytes(),
                    )
                    .unwrap();
                return body;
            }
        }
    });
    let service = Service::start();
    let line = format!("{line} --max-attempts 1 --endpoint http://{address}");
    run_with_input(&mut service.command(&line), input);
    joined(seen)
}

#[test]
fn a_task_is_created_configured_and_runs() {
    let service = Service::start();
    let ran = service
        .run(&format!("{CREATE} --output json"))
        .ended_with(0);
    let object = object(&ran);
    let task_id = object["task_id"].as_str().unwrap();
    assert!(
        object["job_id"].is_string() && object["request_id"].is_string(),
        "{ran:?}"
    );
    assert_eq!(object.as_object().unwrap().len(), 12);
    let shown = service.run(&format!("show {task_id}"));
    assert!(shown.stdout.contains("RUNNING"), "{shown:?}");
    let ran = service.run(&format!("{CONFIGURE} {task_id}")).ended_with(0);
    assert!(ran.stdout.starts_with("accepted "), "{ran:?}");
    assert_eq!(
        service.stand_in.task_status(task_id),
        Some(TaskStatus::IncrementalMigrating)
    );
}

#[test]
fn a_creation_is_waited_for_by_its_job_and_then_by_the_task() {
    let service = Service::start();
    let ran = service.run(&format!("{CREATE} --wait")).ended_with(0);
    assert!(ran.stderr.contains("it can be configured"), "{ran:?}");
    let requests = service.requests();
    let operations: Vec<_> = requests
        .iter()
        .filter_map(|request| request.operation())
        .collect();
    assert_eq!(
        operations,
        [
            "CreateOnlineMigrationTask",
            "ShowJobInfo",
            "ShowMigrationTask"
        ]
    );
}

#[test]
fn a_task_that_cannot_be_waited_for_has_been_created_and_told_of() {
    let service = Service::start().with_fault("job*:403");
    let ran = service
        .run(&format!("{CREATE} --wait --output json"))
        .ended_with(7);
    let created = object(&ran);
    assert!(created["task_id"].is_string(), "{ran:?}");
    let error: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(error["error"]["outcome"], "accepted");
    assert_eq!(error["error"]["task_id"], created["task_id"]);
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.contains(": ShowJobInfo: HTTP 403 "), "{message}");
}

/// The ids that `create` wrote are in the line on standard error, too.
#[track_caller]
fn names_the_ids(ran: &Ran) {
    let id = |name: &str| {
        let line = ran.lines().into_iter().find(|line| line.starts_with(name));
        line.unwrap().split_whitespace().last().unwrap()
    };
    let error = ran.stderr.lines().last().unwrap();
    let ids = format!(
        "accepted, confirmation missing: task {}, job {}: ",
        id("id "),
        id("job ")
    );
    assert!(error.contains(&ids), "{ran:?}");
}

#[test]
fn create_not_confirmed_in_time_is_seven_and_names_the_ids() {
    let service =
        Service::start_with(|builder| builder.creation_duration(Duration::from_secs(600)));
    let ran = service
        .run(&format!(
            "{CREATE} --wait --wait-timeout 1s --interval 500ms"
        ))
        .ended_with(7);
    names_the_ids(&ran);
}

#[cfg(unix)]
#[test]
fn create_interrupted_while_it_waits_is_seven_and_names_the_ids() {
    let service =
        Service::start_with(|builder| builder.creation_duration(Duration::from_secs(600)));
    let child = spawn(&mut service.command(&format!("{CREATE} --wait")));
    service.wait_for_requests(2);
    child.signal("TERM");
    names_the_ids(&child.end().ended_with(7));
}

#[test]
fn create_whose_job_failed_says_to_look_and_delete() {
    let job = r#"job*:200:body={"job_id":"j","status":"FAIL","fail_reason":"no quota"}"#;
    let service = Service::start().with_fault(job);
    let ran = service.run(&format!("{CREATE} --wait")).ended_with(7);
    assert!(ran.stderr.contains("the job failed: no quota"), "{ran:?}");
    let advice = "if it failed, delete it before you create another one";
    assert!(ran.stderr.contains(advice), "{ran:?}");
    // One advice, and not that of the job's own error beside it.
    assert!(!ran.stderr.contains("start again"), "{ran:?}");
}

#[test]
fn what_to_do_next_is_said_in_text_alone() {
    let service = Service::start();
    let ran = service.run(CREATE).ended_with(0);
    assert!(ran.stdout.starts_with("id               "), "{ran:?}");
    assert!(
        ran.stderr.contains("says RUNNING, `dcsctl configure "),
        "{ran:?}"
    );
    let ran = service
        .run(&format!("{CREATE} --output json"))
        .ended_with(0);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_creation_that_may_have_happened_says_how_to_look_and_is_not_repeated() {
    for (fault, line, name) in [
        ("create-online*:504:after", CREATE, "orders-to-v6"),
        (
            "create-import*:close:after",
            &format!("{IMPORT} --backup-id b"),
            "seed-import",
        ),
    ] {
        let service = Service::start().with_fault(fault);
        let ran = service.run(line).ended_with(7);
        assert_eq!(ran.stdout, "");
        let command = format!(": `dcsctl list --name {name}`\n");
        assert!(ran.stderr.ends_with(&command), "{ran:?}");
        assert_eq!(ran.stderr.matches("before you").count(), 1, "{ran:?}");
        assert_eq!(service.requests().len(), 1);
    }
}

#[test]
fn a_creation_that_is_refused_is_not_said_to_have_happened() {
    let service = Service::start().with_fault("create-online:403");
    let ran = service.run(CREATE).ended_with(3);
    assert!(!ran.stderr.contains("dcsctl list"), "{ran:?}");
}

#[test]
fn an_answer_without_an_id_or_with_an_error_is_no_success() {
    let service = Service::start()
        .with_fault("create-online:200:body={}")
        .with_fault("create-import:200:body={\"id\":\"t\",\"error\":\"no room\"}")
        .with_fault("configure:200:body={\"id\":\"t\",\"error\":\"no route\"}");
    let ran = service.run(CREATE).ended_with(7);
    assert!(ran.stderr.contains("names no task"), "{ran:?}");
    let ran = service
        .run(&format!("{IMPORT} --backup-id b"))
        .ended_with(7);
    assert!(ran.stderr.contains("no room"), "{ran:?}");
    let ran = service.run(&format!("{CONFIGURE} {}", id(1))).ended_with(7);
    assert!(ran.stdout.contains("no route"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_creation_that_is_interrupted_may_have_happened() {
    let service = Service::start().with_fault("create-online:delay=60s");
    let child = spawn(&mut service.command(CREATE));
    service.wait_for_requests(1);
    child.signal("INT");
    let ran = child.end().ended_with(7);
    assert!(
        ran.stderr.contains("dcsctl list --name orders-to-v6"),
        "{ran:?}"
    );
}

#[test]
fn a_backup_or_files_of_a_bucket_are_imported() {
    for source in ["--backup-id b", "--bucket dumps --file a.rdb --file b.rdb"] {
        let service = Service::start();
        let ran = service
            .run(&format!("{IMPORT} {source} --output json"))
            .ended_with(0);
        let task_id = object(&ran)["task_id"].as_str().unwrap().to_owned();
        assert_eq!(service.stand_in.effect_count(&task_id, Effect::Created), 1);
    }
    let service = Service::start();
    for source in [
        "",
        "--bucket dumps",
        "--file a.rdb",
        "--backup-id b --bucket dumps --file a.rdb",
    ] {
        service.run(&format!("{IMPORT} {source}")).ended_with(2);
    }
    assert!(service.requests().is_empty());
}

#[test]
fn each_end_has_one_address_and_a_limit_is_for_the_incremental_method() {
    let service = Service::start();
    for line in [
        "configure --target-id t --method full --resume-mode auto",
        "configure --source-id s --source-addrs a:1 --target-id t --method full --resume-mode auto",
        "configure --source-id s --target-id t --method half --resume-mode auto",
        "configure --source-id s --target-id t --method full --resume-mode auto --bandwidth-limit-mb 5",
        "configure --source-id s --target-id t --method incremental --resume-mode auto --bandwidth-limit-mb 10241",
    ] {
        service.run(&format!("{line} {}", id(1))).ended_with(2);
    }
    assert!(service.requests().is_empty());
}

#[test]
fn passwords_of_a_file_and_of_standard_input_are_sent_without_their_line_end() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "pwSource\r\n").unwrap();
    let path = file.path().display();
    let line = format!(
        "{CONFIGURE} --source-password-file {path} --target-password-file - --bandwidth-limit-mb 50 {}",
        id(1)
    );
    let body = body_of(&line, b"pwTarget\n");
    assert_eq!(body["source_instance"]["password"], "pwSource");
    assert_eq!(body["source_instance"]["addrs"], "10.0.0.1:6379");
    assert_eq!(body["target_instance"]["password"], "pwTarget");
    assert_eq!(body["target_instance"]["id"], "t");
    assert_eq!(body["bandwidth_limit_mb"], "50");
    assert_eq!(body["migration_method"], "incremental_migration");
    let line = format!("{IMPORT} --backup-id b --target-password-file -");
    assert_eq!(
        body_of(&line, b"pwTarget")["target_instance"]["password"],
        "pwTarget"
    );
}

#[test]
fn an_address_without_a_port_is_refused_before_anything_is_sent() {
    let service = Service::start();
    for (ends, option) in [
        ("--source-addrs 10.0.0.1 --target-id t", "--source-addrs"),
        (
            "--source-id s --target-addrs redis://:hidden@10.0.0.2:6379",
            "--target-addrs",
        ),
    ] {
        let line = format!(
            "configure {ends} --method full --resume-mode auto {}",
            id(1)
        );
        let ran = service.run(&line).ended_with(2);
        assert!(
            ran.stderr.contains(option) && ran.stderr.contains("host:port"),
            "{ran:?}"
        );
        assert!(!ran.stderr.contains("hidden"), "{ran:?}");
    }
    assert!(service.requests().is_empty());
}

#[test]
fn a_password_that_cannot_be_had_is_refused_before_anything_is_sent() {
    let service = Service::start();
    for (options, word) in [
        ("--source-password-file /nowhere/pw", "cannot be read"),
        ("--source-password-file -", "empty"),
        (
            "--source-password-file - --target-password-file -",
            "one password",
        ),
    ] {
        let ran = service
            .run(&format!("{CONFIGURE} {options} {}", id(1)))
            .ended_with(2);
        assert!(ran.stderr.contains(word), "{ran:?}");
    }
    let input = b"pwInvented\npwInvented\n";
    let mut command = service.command(&format!("{CONFIGURE} --source-password-file - {}", id(1)));
    let ran = run_with_input(&mut command, input).ended_with(2);
    assert!(!ran.stderr.contains("pwInvented"), "{ran:?}");
    assert!(service.requests().is_empty());
}

/// `setsid` takes the terminal away that a test run may have.
#[cfg(target_os = "linux")]
#[test]
fn where_there_is_no_terminal_to_ask_at_the_option_that_helps_is_named() {
    let service = Service::start();
    let program = service.command(&format!("{CONFIGURE} --ask-source-password {}", id(1)));
    let mut command = through("setsid", &["--wait"], &program);
    let ran = run(&mut command).ended_with(2);
    assert!(ran.stderr.contains("--source-password-file"), "{ran:?}");
    assert!(service.requests().is_empty());
}
