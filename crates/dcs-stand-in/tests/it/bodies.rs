//! Checks of the bodies of requests.

use dcs_stand_in::operations;
use huaweicloud_core::Operation;
use serde_json::{Value, json};

use crate::client::{Call, TASK, TOKEN, stand_in};

/// All operations of DCS with a body, and its first required member. `None` if all are optional.
const WITH_BODY: [(&Operation, Option<&str>); 8] = [
    (&operations::CREATE_MIGRATION_TASK, Some("migration_method")),
    (&operations::CREATE_ONLINE_MIGRATION_TASK, Some("name")),
    (
        &operations::SET_ONLINE_MIGRATION_TASK,
        Some("migration_method"),
    ),
    (&operations::UPDATE_MIGRATION_TASK, None),
    (
        &operations::BATCH_STOP_MIGRATION_TASKS,
        Some("migration_tasks"),
    ),
    (
        &operations::BATCH_RESTART_ONLINE_MIGRATION_TASKS,
        Some("migration_tasks"),
    ),
    (&operations::DELETE_MIGRATION_TASK, Some("task_id_list")),
    (&operations::EXCHANGE_INSTANCE_IP, None),
];

#[tokio::test]
async fn body_missing_or_not_an_object_is_refused() {
    let stand_in = stand_in().await;
    for (operation, needed) in WITH_BODY {
        for (body, code) in [
            ("", "DCS.4004"),
            (" \r\n", "DCS.4004"),
            ("{", "DCS.4005"),
            ("[]", "DCS.4005"),
            ("null", "DCS.4005"),
            ("\"pwInvented\"", "DCS.4005"),
        ] {
            let call = Call::to(operation).body(body).token(TOKEN);
            let answer = call.send(&stand_in).await;
            assert_eq!(
                answer.code(),
                (400, code.into()),
                "{} {body:?}",
                operation.id
            );
            assert!(!answer.body.contains("pwInvented"));
        }
        let answer = Call::to(operation)
            .body("{}")
            .token(TOKEN)
            .send(&stand_in)
            .await;
        if let Some(needed) = needed {
            assert_eq!(answer.code(), (400, "DCS.4063".into()));
            let message = format!("Invalid {needed} parameter in the request.");
            assert_eq!(answer.message(), message);
        } else {
            assert!((200..300).contains(&answer.status), "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn task_list_empty_or_not_text_is_refused() {
    let stand_in = stand_in().await;
    for (operation, needed) in WITH_BODY {
        let Some(needed @ ("migration_tasks" | "task_id_list")) = needed else {
            continue;
        };
        for wrong in [json!([]), json!([7]), json!([TASK, null]), json!(TASK)] {
            let body = json!({ needed: wrong }).to_string();
            let answer = Call::to(operation)
                .body(&body)
                .token(TOKEN)
                .send(&stand_in)
                .await;
            assert_eq!(answer.code(), (400, "DCS.4062".into()), "{body}");
        }
    }
}

/// A body with one member changed, or removed if the value is null.
async fn refused(
    operation: &Operation,
    sample: &str,
    name: &str,
    value: Value,
) -> (String, String) {
    let stand_in = stand_in().await;
    let mut body: Value = serde_json::from_str(sample).unwrap();
    body[name] = value;
    let body = body.to_string();
    let answer = Call::to(operation)
        .body(&body)
        .token(TOKEN)
        .send(&stand_in)
        .await;
    (answer.code().1, answer.message())
}

#[tokio::test]
async fn online_task_parameters_have_three_own_codes() {
    let sample = include_str!("../../../../spec/examples/CreateOnlineMigrationTask/request.json");
    for (name, code) in [
        ("vpc_id", "DCS.4013"),
        ("security_group_id", "DCS.4014"),
        ("subnet_id", "DCS.4016"),
    ] {
        for value in [Value::Null, "".into(), 7.into()] {
            let operation = &operations::CREATE_ONLINE_MIGRATION_TASK;
            let refused = refused(operation, sample, name, value).await;
            assert_eq!(
                refused,
                (code.into(), format!("Invalid {name} in the request."))
            );
        }
    }
}

#[tokio::test]
async fn configure_without_required_parameter_is_refused() {
    let sample = include_str!("../../../../spec/examples/SetOnlineMigrationTask/request.json");
    for (name, value, code) in [
        ("resume_mode", Value::Null, "DCS.4063"),
        ("resume_mode", "never".into(), "DCS.4062"),
        ("migration_method", "slow".into(), "DCS.4062"),
        ("bandwidth_limit_mb", 0.into(), "DCS.4062"),
        ("bandwidth_limit_mb", "10241".into(), "DCS.4062"),
        ("bandwidth_limit_mb", "x".into(), "DCS.4062"),
        ("source_instance", Value::Null, "DCS.4063"),
        (
            "source_instance",
            json!({ "password": "pwInvented" }),
            "DCS.4063",
        ),
        (
            "target_instance",
            json!({ "id": null, "addrs": null }),
            "DCS.4063",
        ),
    ] {
        let operation = &operations::SET_ONLINE_MIGRATION_TASK;
        let refused = refused(operation, sample, name, value.clone()).await;
        let message = format!("Invalid {name} parameter in the request.");
        assert_eq!(refused, (code.into(), message), "{value}");
    }
}

#[tokio::test]
async fn update_and_exchange_with_wrong_values_are_refused() {
    for (operation, name, value) in [
        (
            &operations::UPDATE_MIGRATION_TASK,
            "resume_mode",
            json!("never"),
        ),
        (
            &operations::EXCHANGE_INSTANCE_IP,
            "exchanged_ip",
            json!([7]),
        ),
        (
            &operations::EXCHANGE_INSTANCE_IP,
            "is_exchange_domain",
            json!("yes"),
        ),
    ] {
        let refused = refused(operation, "{}", name, value).await;
        let message = format!("Invalid {name} parameter in the request.");
        assert_eq!(refused, ("DCS.4062".into(), message));
    }
}
