//! Responses have the members of the samples beside the OpenAPI documents.

use dcs_stand_in::{TaskStatus, iam_operations as iam, operations};
use huaweicloud_core::Operation;
use serde_json::{Value, json};

use crate::client::{Call, TASK, TOKEN, builder};

/// Whether a response has all members of the sample, with the same type or null.
#[track_caller]
fn assert_fits(sample: &Value, answer: &Value, at: &str) {
    match (sample, answer) {
        (Value::Object(sample), Value::Object(answer)) => {
            for (name, value) in sample {
                let at = format!("{at}.{name}");
                let own = answer
                    .get(name)
                    .unwrap_or_else(|| panic!("{at} is missing"));
                assert_fits(value, own, &at);
            }
            for name in answer.keys() {
                assert!(sample.contains_key(name), "{at}.{name} is made up");
            }
        }
        (Value::Array(sample), Value::Array(answer)) => {
            for (sample, answer) in sample.iter().zip(answer) {
                assert_fits(sample, answer, at);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        _ => assert_eq!(
            std::mem::discriminant(sample),
            std::mem::discriminant(answer),
            "{at}"
        ),
    }
}

async fn check(operation: &Operation, status: TaskStatus, body: Value) {
    let settings = builder().task(TASK, status);
    let settings = settings.user("example-account", "migrator", "Invented-Passw0rd");
    let stand_in = settings.start().await.unwrap();
    let is_token = operation.id == iam::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD.id;
    let success = if is_token { 201 } else { 200 };
    let mut call = Call::to(operation).token(TOKEN);
    if !body.is_null() {
        call = call.body(body.to_string());
    }
    let answer = call.send(&stand_in).await;
    assert_eq!(answer.status, success, "{} {}", operation.id, answer.body);
    let sample = sample(operation, &success.to_string());
    // The model has links that the sample omits.
    let mut own = answer.json();
    if operation.id == iam::KEYSTONE_LIST_PROJECTS.id {
        own["projects"][0]["links"]
            .as_object_mut()
            .unwrap()
            .retain(|name, _| name == "self");
    }
    assert_fits(&sample, &own, operation.id);
}

fn sample(operation: &Operation, name: &str) -> Value {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/../../spec/examples/{}/{name}.json", operation.id);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test]
async fn responses_have_the_members_of_the_samples() {
    use TaskStatus::{IncrementalMigrating, Running, Terminated};
    let tasks = json!({ "migration_tasks": [TASK] });
    for (operation, status) in [
        (&operations::CREATE_MIGRATION_TASK, Running),
        (&operations::CREATE_ONLINE_MIGRATION_TASK, Running),
        (&operations::SET_ONLINE_MIGRATION_TASK, Running),
        (&iam::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD, Running),
    ] {
        check(operation, status, sample(operation, "request")).await;
    }
    for operation in [
        &operations::LIST_MIGRATION_TASK,
        &operations::SHOW_MIGRATION_TASK,
        &operations::SHOW_MIGRATION_TASK_STATS,
        &operations::LIST_MIGRATION_TASK_LOGS,
        &operations::STOP_MIGRATION_TASK,
        &iam::KEYSTONE_LIST_PROJECTS,
    ] {
        check(operation, IncrementalMigrating, Value::Null).await;
    }
    check(
        &operations::BATCH_RESTART_ONLINE_MIGRATION_TASKS,
        Terminated,
        tasks,
    )
    .await;
    let ids = json!({ "task_id_list": [TASK] });
    check(&operations::DELETE_MIGRATION_TASK, Terminated, ids).await;
}

#[tokio::test]
async fn partial_failure_has_the_members_of_its_sample() {
    let stand_in = builder()
        .task(TASK, TaskStatus::Migrating)
        .start()
        .await
        .unwrap();
    let operation = &operations::BATCH_STOP_MIGRATION_TASKS;
    let body = json!({ "migration_tasks": [TASK, TASK] }).to_string();
    let answer = Call::to(operation)
        .body(body)
        .token(TOKEN)
        .send(&stand_in)
        .await;
    let own = &answer.json()["migration_tasks"][1];
    let sample = &sample(operation, "200-partial-failure")["migration_tasks"][1];
    assert_fits(sample, own, operation.id);
    assert_eq!(own["error_code"], sample["error_code"]);
}
