//! `projects`.

use serde_json::Value;

use crate::service::{PROJECT, Ran, Service, run};

fn projects(service: &Service, line: &str) -> Ran {
    let mut command = service.command(line);
    run(command.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", service.stand_in.endpoint()))
}

#[test]
fn projects_are_one_line_or_one_object_each() {
    let other = "fedcba9876543210fedcba9876543210";
    let service = Service::start_with(|builder| builder.project(other, "cn-north-4"));
    let ran = projects(&service, "projects").ended_with(0);
    assert!(ran.lines()[0].starts_with("ID "), "{ran:?}");
    assert!(
        ran.lines().iter().any(|line| line.starts_with(other)),
        "{ran:?}"
    );
    let ran = projects(&service, "projects --name cn-north-4 --output json").ended_with(0);
    let object: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&object["id"], &object["name"]),
        (&other.into(), &"cn-north-4".into())
    );
    let ran = projects(&service, "projects --name nobody").ended_with(0);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("", "no projects\n")
    );
}

#[test]
fn iam_endpoint_option_wins_over_environment() {
    let service = Service::start();
    let endpoint = service.stand_in.endpoint();
    let line = format!("projects --iam-endpoint {endpoint}");
    let mut command = service.command(&line);
    run(command.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", "http://127.0.0.1:9")).ended_with(0);
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn projects_401_exits_3() {
    let service = Service::start().with_fault("projects:401");
    projects(&service, "projects").ended_with(3);
}

#[test]
fn projects_without_project_id_and_region_are_listed() {
    let service = Service::start();
    let endpoint = service.stand_in.endpoint();
    let without_id = |line: &str| {
        let mut command = service.command(line);
        command
            .env_remove("HUAWEICLOUD_SDK_PROJECT_ID")
            .env("HUAWEICLOUD_SDK_IAM_ENDPOINT", endpoint);
        command
    };
    let ran = run(&mut without_id("projects")).ended_with(0);
    assert!(ran.stdout.contains(PROJECT), "{ran:?}");
    let sent = service.requests().len();
    let ran = run(&mut without_id("list")).ended_with(2);
    assert!(ran.stderr.contains("no project ID"), "{ran:?}");
    let ran = run(without_id("projects").env_remove("HUAWEICLOUD_SDK_IAM_ENDPOINT")).ended_with(2);
    assert!(ran.stderr.contains("--iam-endpoint"), "{ran:?}");
    // A token belongs to a project: an IAM user needs a project ID.
    let ran = run(without_id("projects")
        .env_remove("HUAWEICLOUD_SDK_AK")
        .env_remove("HUAWEICLOUD_SDK_SK")
        .env("HW_DOMAIN_NAME", "accountInvented")
        .env("HW_USER_NAME", "userInvented")
        .env("HW_USER_PASSWORD", "passwordInvented"))
    .ended_with(2);
    assert!(
        ran.stderr.to_lowercase().contains("no project id"),
        "{ran:?}"
    );
    assert_eq!(service.requests().len(), sent);
}
