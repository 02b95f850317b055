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

/// Serves one call of `configure` and returns its request body.
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
fn created_task_is_configured_and_migrates() {
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
fn create_with_wait_polls_the_job_then_the_task() {
    let service = Service::start();
    let ran = service.run(&format!("{CREATE} --wait")).ended_with(0);
    assert!(ran.stderr.contains("the task can be configured"), "{ran:?}");
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
fn create_with_failed_wait_is_accepted_with_its_id() {
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

/// Checks that the error names the IDs that `create` wrote.
#[track_caller]
fn names_the_ids(ran: &Ran) {
    let id = |name: &str| {
        let line = ran.lines().into_iter().find(|line| line.starts_with(name));
        line.unwrap().split_whitespace().last().unwrap()
    };
    let error = ran.stderr.lines().last().unwrap();
    let ids = format!(
        "accepted, not confirmed: task {}, job {}: ",
        id("id "),
        id("job ")
    );
    assert!(error.contains(&ids), "{ran:?}");
}

#[test]
fn create_not_confirmed_in_time_exits_7_with_ids() {
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
fn create_interrupted_while_waiting_exits_7_with_ids() {
    let service =
        Service::start_with(|builder| builder.creation_duration(Duration::from_secs(600)));
    let child = spawn(&mut service.command(&format!("{CREATE} --wait")));
    service.wait_for_requests(2);
    child.signal("TERM");
    names_the_ids(&child.end().ended_with(7));
}

#[test]
fn create_with_failed_job_advises_to_check_and_delete() {
    let job = r#"job*:200:body={"job_id":"j","status":"FAIL","fail_reason":"no quota"}"#;
    let service = Service::start().with_fault(job);
    let ran = service.run(&format!("{CREATE} --wait")).ended_with(7);
    assert!(ran.stderr.contains("the job failed: no quota"), "{ran:?}");
    let advice = "if the task failed, delete it before you create another";
    assert!(ran.stderr.contains(advice), "{ran:?}");
    // The advice of the job's own error is dropped.
    assert!(!ran.stderr.contains("start again"), "{ran:?}");
}

#[test]
fn create_says_the_next_step_in_text_only() {
    let service = Service::start();
    let ran = service.run(CREATE).ended_with(0);
    assert!(ran.stdout.starts_with("id               "), "{ran:?}");
    assert!(
        ran.stderr.contains("says RUNNING, run `dcsctl configure "),
        "{ran:?}"
    );
    let ran = service
        .run(&format!("{CREATE} --output json"))
        .ended_with(0);
    assert_eq!(ran.stderr, "");
}

#[test]
fn create_unknown_advises_list_and_is_not_retried() {
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
fn create_403_does_not_advise_list() {
    let service = Service::start().with_fault("create-online:403");
    let ran = service.run(CREATE).ended_with(3);
    assert!(!ran.stderr.contains("dcsctl list"), "{ran:?}");
}

#[test]
fn response_without_id_or_with_error_is_unknown() {
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
fn create_interrupted_in_flight_is_unknown() {
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
fn import_takes_a_backup_or_files_of_a_bucket() {
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
fn configure_with_conflicting_options_is_refused() {
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
fn passwords_are_sent_without_line_end() {
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
fn configure_with_address_without_port_is_refused() {
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
fn configure_with_unreadable_password_is_refused() {
    let service = Service::start();
    for (options, word) in [
        ("--source-password-file /nowhere/pw", "cannot read"),
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

/// `setsid` detaches the program from the terminal of the test run.
#[cfg(target_os = "linux")]
#[test]
fn password_prompt_off_terminal_names_the_file_option() {
    let service = Service::start();
    let program = service.command(&format!("{CONFIGURE} --ask-source-password {}", id(1)));
    let mut command = through("setsid", &["--wait"], &program);
    let ran = run(&mut command).ended_with(2);
    assert!(ran.stderr.contains("--source-password-file"), "{ran:?}");
    assert!(service.requests().is_empty());
}
