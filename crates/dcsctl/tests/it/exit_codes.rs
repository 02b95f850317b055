//! Every exit code, in a whole run.

use dcs_stand_in::TaskStatus;

use crate::service::{Service, bare, id, run};

/// Stops one task with a fault and returns exit code and outcome.
fn stop_with(fault: &str) -> (i32, String) {
    let service = Service::start().with_fault(fault);
    let ran = service.run(&format!("stop-sync --max-attempts 1 {}", id(1)));
    let outcome = ran.stdout.split_whitespace().next().unwrap_or_default();
    (ran.code.unwrap(), outcome.to_owned())
}

#[test]
fn stopped_task_exits_0() {
    let service = Service::start();
    let ran = service.run(&format!("stop-sync {}", id(1))).ended_with(0);
    assert!(ran.stdout.starts_with("stopped "), "{ran:?}");
    assert_eq!(
        service.stand_in.task_status(&id(1)),
        Some(TaskStatus::Terminated)
    );
}

#[test]
fn stop_refused_by_status_exits_1() {
    let service = Service::start().with_task(1, TaskStatus::Running);
    let ran = service.run(&format!("stop-sync {}", id(1))).ended_with(1);
    assert!(ran.stdout.starts_with("failed "), "{ran:?}");
    assert!(ran.stdout.contains("DCS.4957"), "{ran:?}");
}

#[test]
fn batch_task_refused_by_status_exits_1() {
    let service = Service::start().with_task(2, TaskStatus::Running);
    let line = format!("stop {} {}", id(1), id(2));
    let ran = service.run(&line).ended_with(1);
    assert!(ran.stdout.contains("DCS.4957"), "{ran:?}");
}

#[test]
fn wrong_usage_exits_2() {
    for line in [
        "",
        "stop",
        "stop-sync",
        "stop-sync --sk x a",
        "stop-sync --wait-timeout 1m a",
        "stop-sync --concurrency 0 a",
        "stop-sync --concurrency 65 a",
        "stop-sync --max-attempts 0 a",
        "stop-sync --timeout fast a",
        "stop-sync --output yaml a",
        "show",
        "show a b",
        "show --region cn-north-4 --endpoint https://dcs.example.com a",
    ] {
        let ran = run(&mut bare(line)).ended_with(2);
        assert_eq!(ran.stdout, "", "{line}");
        assert!(!ran.stderr.is_empty(), "{line}");
    }
}

#[test]
fn wrong_key_or_403_exits_3() {
    let service = Service::start();
    let mut command = service.command(&format!("stop-sync {}", id(1)));
    let ran = run(command.env("HUAWEICLOUD_SDK_SK", "skWrong")).ended_with(3);
    assert!(ran.stdout.contains("HTTP 401 APIGW.0301"), "{ran:?}");
    assert_eq!(stop_with("sync-stop:403"), (3, "failed".to_owned()));
}

#[test]
fn missing_task_exits_4() {
    let service = Service::start();
    for command in ["stop-sync", "show"] {
        service.run(&format!("{command} {}", id(77))).ended_with(4);
    }
}

#[test]
fn name_in_place_of_an_id_exits_1_with_advice() {
    let service = Service::start();
    for line in ["stop-sync orders2", "stop orders2", "show orders2"] {
        let ran = service.run(line).ended_with(1);
        let said = ran.stdout + &ran.stderr;
        assert!(said.contains("DCS.4070"), "{said}");
        assert!(said.contains("which is not its name"), "{said}");
    }
}

#[test]
fn bare_404_exits_1() {
    assert_eq!(stop_with("sync-stop:404"), (1, "failed".to_owned()));
}

#[test]
fn refusal_for_now_exits_5() {
    for status in [408, 429, 503] {
        let fault = format!("sync-stop:{status}");
        assert_eq!(stop_with(&fault), (5, "failed".to_owned()));
    }
}

#[test]
fn refused_connection_exits_6() {
    let service = Service::start();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    for command in ["stop-sync", "show"] {
        let line = format!(
            "{command} --max-attempts 1 --endpoint http://{address} {}",
            id(1)
        );
        let ran = service.run(&line).ended_with(6);
        let said = ran.stdout + &ran.stderr;
        assert!(said.contains("nothing was sent"), "{said}");
        assert!(said.contains("(cause: Connection refused"), "{said}");
    }
}

#[test]
fn ambiguous_response_exits_7() {
    for fault in [
        "sync-stop:500",
        "sync-stop:502:html",
        "sync-stop:504:after",
        "sync-stop:close",
        "sync-stop:close:after",
        "sync-stop:200:body={\"error_code\":\"DCS.5000\"}",
    ] {
        assert_eq!(stop_with(fault), (7, "unknown".to_owned()), "{fault}");
    }
}

#[test]
fn stop_timeout_exits_7() {
    let service =
        Service::start_with(|builder| builder.stop_delay(std::time::Duration::from_secs(60)));
    let ran = service
        .run(&format!("stop-sync --timeout 500ms {}", id(1)))
        .ended_with(7);
    assert!(ran.stdout.starts_with("unknown "), "{ran:?}");
    assert!(ran.stdout.contains("read the task before"), "{ran:?}");
}

#[test]
fn several_tasks_exit_with_the_highest_code() {
    let service = Service::start().with_task(1, TaskStatus::Running);
    let line = format!("stop-sync {} {} {}", id(77), id(1), id(2));
    let ran = service.run(&line).ended_with(4);
    assert_eq!(ran.lines().len(), 3);
    assert_eq!(ran.stderr, "3 tasks: 1 stopped, 2 failed\n");
}

#[test]
fn list_with_unexpected_success_exits_6() {
    for fault in [
        "list:204",
        "list:202:body={}",
        r#"list:200:body={"error_code":"DCS.5000","error_msg":"busy"}"#,
    ] {
        let service = Service::start().with_fault(fault);
        let ran = service.run("list --max-attempts 1");
        assert_eq!(ran.code, Some(6), "{fault}: {ran:?}");
    }
}
