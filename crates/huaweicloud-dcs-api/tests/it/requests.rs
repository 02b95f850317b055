//! Requests that are easy to get wrong: a DELETE with a body, queries, and similar paths.

use std::sync::Arc;

use huaweicloud_core::testing::{Body, Script, Seen, Step};
use huaweicloud_core::{Client as Core, Credentials, ErrorKind, Service};
use huaweicloud_dcs_api::{Client, types};
use serde_json::{Value, json};

static SERVICE: Service = Service {
    name: "DCS",
    endpoint_variable: "DCS_ENDPOINT",
    endpoint_of: |_| None,
    code_prefixes: &[],
    codes: &[],
    look_first: |_| "",
};

/// A client that gets these responses, and the script that records its requests.
fn client(answers: &[(u16, &'static str)]) -> (Client, Script) {
    let steps = answers.iter().map(|(status, body)| {
        let answer = http::Response::builder().status(*status);
        Step::response(answer.body(Body::from(*body)).unwrap())
    });
    let script = Script::new(steps);
    let core = Core::builder(&SERVICE)
        .endpoint("https://dcs.example.com")
        .credentials(Credentials::token("tokenInvented"))
        .transport(Arc::new(script.clone()))
        .build();
    (Client::new(core.unwrap()), script)
}

/// The only request.
fn only(script: &Script) -> Seen {
    let [seen] = <[_; 1]>::try_from(script.seen()).unwrap();
    seen
}

fn body_of(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap()
}

#[tokio::test]
async fn delete_sends_task_ids_in_its_body() {
    let (client, script) = client(&[(200, r#"{"task_id_list": ["t1"]}"#)]);
    let body = types::DeleteMigrateTaskRequest::new(["t1".to_owned()]);

    let answer = client.delete_migration_task("p1", &body).await.unwrap();

    assert_eq!(answer.into_body().task_id_list.unwrap(), ["t1"]);
    let seen = only(&script);
    assert_eq!(seen.method, "DELETE");
    assert_eq!(seen.path, "/v2/p1/migration-tasks/delete");
    assert_eq!(seen.header("content-type"), "application/json");
    assert!(!seen.headers.contains_key("content-length"));
    assert_eq!(body_of(&seen), json!({"task_id_list": ["t1"]}));
}

#[tokio::test]
async fn batch_stop_path_is_not_that_of_a_single_task() {
    let (client, script) = client(&[(200, "{}")]);
    let body = types::BatchStopMigrationTasksBody::new(["t1".to_owned(), "t2".to_owned()]);

    client
        .batch_stop_migration_tasks("p1", &body)
        .await
        .unwrap();

    let seen = only(&script);
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.path, "/v2/p1/migration-task/batch-stop");
    assert_eq!(body_of(&seen), json!({"migration_tasks": ["t1", "t2"]}));
}

#[tokio::test]
async fn configure_sends_password_and_no_unset_member() {
    let (client, script) = client(&[(200, "{}")]);
    let end = types::ConfigMigrationInstanceBody::default;
    let body = types::SetOnlineMigrationTaskBody::new(
        types::MigrationMethod::IncrementalMigration,
        types::ResumeMode::Auto,
        end()
            .with_addrs("10.20.0.15:6379")
            .with_password("Invented-Passw0rd"),
        end().with_id("i1"),
    )
    .with_bandwidth_limit_mb(100);
    assert!(!format!("{body:#?}").contains("Invented-Passw0rd"));

    client
        .set_online_migration_task("p1", "t1", &body)
        .await
        .unwrap();

    let seen = only(&script);
    assert_eq!(seen.path, "/v2/p1/migration/t1/task");
    assert_eq!(
        body_of(&seen),
        json!({
            "migration_method": "incremental_migration",
            "resume_mode": "auto",
            "bandwidth_limit_mb": 100,
            "source_instance": {"addrs": "10.20.0.15:6379", "password": "Invented-Passw0rd"},
            "target_instance": {"id": "i1"},
        })
    );
}

#[tokio::test]
async fn list_query_holds_only_the_arguments_given() {
    let (client, script) = client(&[(200, "{}"), (200, "{}")]);
    client
        .list_migration_task("p1", None, None, None)
        .await
        .unwrap();
    client
        .list_migration_task("p1", Some(10), Some("a b+/&"), Some(20))
        .await
        .unwrap();
    let seen = script.seen();
    assert!(
        seen.iter()
            .all(|seen| seen.path == "/v2/p1/migration-tasks")
    );
    let queries: Vec<&str> = seen.iter().map(|seen| &*seen.query).collect();
    assert_eq!(queries, ["", "limit=10&name=a%20b%2B%2F%26&offset=20"]);
}

#[tokio::test]
async fn update_200_with_html_or_error_code_is_error() {
    let body = types::MigrationUpdateRequestEntity::default();
    for (answer, is_success) in [
        ("", true),
        (r#""done""#, true),
        (r#"{"id": 1}"#, true),
        (r#"{"error_code": "DCS.5000"}"#, false),
        ("<html>", false),
    ] {
        let (client, script) = client(&[(200, answer)]);
        let result = client.update_migration_task("p1", "t1", &body).await;
        assert_eq!(result.is_ok(), is_success, "{answer}");
        let seen = only(&script);
        assert_eq!(seen.method, "PUT");
        assert_eq!(body_of(&seen), json!({}));
    }
}

#[tokio::test]
async fn stop_400_is_service_error_with_code() {
    let (client, _) = client(&[(400, r#"{"error_code": "DCS.4133"}"#)]);
    let error = client
        .stop_migration_task_sync("p1", "t1")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(
        (error.status(), error.code()),
        (Some(400), Some("DCS.4133"))
    );
    assert!(!error.may_have_been_applied());
}
