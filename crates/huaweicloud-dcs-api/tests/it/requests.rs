//! What the unusual calls send: bodies, queries, and a path that looks like another.

use huaweicloud_dcs_api::{
    Error, iam,
    migration::{operations, types},
};
use reqwest::Request;
use serde_json::{Value, json};

use crate::recorder::Recorder;

const BASE: &str = "https://dcs.example.com";

fn body_of(request: &Request) -> Value {
    serde_json::from_slice(request.body().unwrap().as_bytes().unwrap()).unwrap()
}

#[tokio::test]
async fn a_delete_has_a_body() {
    let recorder = Recorder::new(200, r#"{"task_id_list": ["t1"]}"#);
    let client = recorder.client(BASE, &operations::DELETE_MIGRATION_TASK);
    let body = types::DeleteMigrateTaskRequest {
        task_id_list: vec!["t1".to_owned()],
    };

    let answer = client.delete_migration_task("p1", &body).await.unwrap();

    assert_eq!(answer.into_inner().task_id_list.unwrap(), ["t1"]);
    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(request.method(), "DELETE");
    assert_eq!(request.url().path(), "/v2/p1/migration-tasks/delete");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(!request.headers().contains_key("content-length"));
    assert_eq!(body_of(&request), json!({"task_id_list": ["t1"]}));
}

#[tokio::test]
async fn a_stop_of_several_is_not_taken_for_one_of_a_task() {
    let recorder = Recorder::new(200, "{}");
    let client = recorder.client(BASE, &operations::BATCH_STOP_MIGRATION_TASKS);
    let body = types::BatchStopMigrationTasksBody {
        migration_tasks: vec!["t1".to_owned(), "t2".to_owned()],
    };

    client
        .batch_stop_migration_tasks("p1", &body)
        .await
        .unwrap();

    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.url().path(), "/v2/p1/migration-task/batch-stop");
    assert_eq!(body_of(&request), json!({"migration_tasks": ["t1", "t2"]}));
}

#[tokio::test]
async fn a_password_is_sent_and_what_is_not_set_is_not() {
    let recorder = Recorder::new(200, "{}");
    let client = recorder.client(BASE, &operations::SET_ONLINE_MIGRATION_TASK);
    let body = types::SetOnlineMigrationTaskBody {
        migration_method: types::MigrationMethod::IncrementalMigration,
        resume_mode: types::ResumeMode::Auto,
        bandwidth_limit_mb: Some(100.into()),
        source_instance: types::ConfigMigrationInstanceBody {
            addrs: Some("10.20.0.15:6379".to_owned()),
            password: Some("Invented-Passw0rd".into()),
            ..types::ConfigMigrationInstanceBody::default()
        },
        target_instance: types::ConfigMigrationInstanceBody {
            id: Some("i1".to_owned()),
            ..types::ConfigMigrationInstanceBody::default()
        },
    };

    client
        .set_online_migration_task("p1", "t1", &body)
        .await
        .unwrap();

    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(request.url().path(), "/v2/p1/migration/t1/task");
    assert_eq!(
        body_of(&request),
        json!({
            "migration_method": "incremental_migration",
            "resume_mode": "auto",
            "bandwidth_limit_mb": 100,
            "source_instance": {"addrs": "10.20.0.15:6379", "password": "Invented-Passw0rd"},
            "target_instance": {"id": "i1"},
        })
    );
    assert!(!format!("{request:?}").contains("Invented-Passw0rd"));
}

#[tokio::test]
async fn a_list_asks_for_what_it_is_given() {
    let recorder = Recorder::new(200, "{}");
    let client = recorder.client(BASE, &operations::LIST_MIGRATION_TASK);
    client
        .list_migration_task("p1", None, None, None)
        .await
        .unwrap();
    client
        .list_migration_task("p1", Some(10), Some("a b+/&"), Some(20))
        .await
        .unwrap();
    let urls: Vec<String> = recorder
        .take()
        .into_iter()
        .map(|(request, _)| request.url().to_string())
        .collect();
    let list = format!("{BASE}/v2/p1/migration-tasks");
    assert_eq!(
        urls,
        [
            list.clone(),
            format!("{list}?limit=10&name=a%20b%2B%2F%26&offset=20"),
        ]
    );
}

#[tokio::test]
async fn an_update_succeeds_whatever_its_answer_says() {
    for answer in ["", r#""done""#, r#"{"id": 1}"#, "[]", "<html>"] {
        let recorder = Recorder::new(200, answer);
        let client = recorder.client(BASE, &operations::UPDATE_MIGRATION_TASK);
        let body = types::MigrationUpdateRequestEntity::default();
        client
            .update_migration_task("p1", "t1", &body)
            .await
            .unwrap();
        let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
        assert_eq!(request.method(), "PUT");
        assert_eq!(body_of(&request), json!({}));
    }
}

#[tokio::test]
async fn a_project_is_looked_up_by_its_name() {
    let recorder = Recorder::new(503, r#"{"error": {"code": 503}}"#);
    let client = recorder.iam_client(BASE, &iam::operations::KEYSTONE_LIST_PROJECTS);

    let Err(Error::ErrorResponse(refusal)) = client
        .keystone_list_projects(None, Some(true), Some("eu-west-0"), None, None, None)
        .await
    else {
        panic!("503 is a documented refusal");
    };

    let code = refusal.into_inner().error.unwrap().code;
    assert_eq!(code, Some(503.into()));
    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.url().as_str(),
        "https://dcs.example.com/v3/projects?enabled=true&name=eu-west-0"
    );
    assert!(!request.headers().contains_key("api-version"));
}

#[tokio::test]
async fn a_token_is_asked_for_with_a_password() {
    let recorder = Recorder::new(201, r#"{"token": {"expires_at": "2026-02-12T08:30:12Z"}}"#);
    let client = recorder.iam_client(
        BASE,
        &iam::operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD,
    );
    let user = iam::types::TokenUser {
        name: "migrator".to_owned(),
        password: "Invented-Passw0rd".into(),
        domain: iam::types::TokenUserDomain {
            name: "example-account".to_owned(),
        },
    };
    let body = iam::types::TokenRequest {
        auth: iam::types::TokenAuth {
            identity: iam::types::TokenIdentity {
                methods: vec!["password".to_owned()],
                password: iam::types::TokenPassword { user },
            },
            scope: Some(iam::types::TokenScope {
                project: iam::types::TokenScopeProject {
                    name: Some("eu-west-0".to_owned()),
                    ..iam::types::TokenScopeProject::default()
                },
            }),
        },
    };

    let answer = client
        .keystone_create_user_token_by_password(Some("true"), &body)
        .await
        .unwrap();

    let token = answer.into_inner().token.unwrap();
    assert_eq!(token.expires_at.as_deref(), Some("2026-02-12T08:30:12Z"));
    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.url().as_str(),
        "https://dcs.example.com/v3/auth/tokens?nocatalog=true"
    );
    assert_eq!(
        body_of(&request),
        json!({"auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {
                    "name": "migrator",
                    "password": "Invented-Passw0rd",
                    "domain": {"name": "example-account"},
                }},
            },
            "scope": {"project": {"name": "eu-west-0"}},
        }})
    );
}
