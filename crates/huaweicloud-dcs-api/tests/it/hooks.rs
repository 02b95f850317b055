//! What becomes of a request before it is sent, and of those that must not be.

use huaweicloud_dcs_api::{
    Error,
    migration::operations::{SHOW_MIGRATION_TASK, STOP_MIGRATION_TASK_SYNC},
};

use crate::recorder::Recorder;

#[tokio::test]
async fn a_stop_is_sent_as_the_service_expects_it() {
    let recorder = Recorder::new(204, "");
    let client = recorder.client("https://dcs.example.com", &STOP_MIGRATION_TASK_SYNC);

    client.stop_migration_task_sync("p1", "t1").await.unwrap();

    let [(request, operation)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(operation, &STOP_MIGRATION_TASK_SYNC);
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.url().as_str(),
        "https://dcs.example.com/v2/p1/migration-task/t1/sync-stop"
    );
    assert!(request.body().is_none());
    let headers: Vec<(&str, &[u8])> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    assert_eq!(
        headers,
        [
            ("accept", b"application/json".as_slice()),
            ("content-type", b"application/json"),
            ("content-length", b"0"),
        ]
    );
}

#[tokio::test]
async fn a_read_has_no_content_length_and_no_api_version() {
    let recorder = Recorder::new(200, r#"{"status": "TERMINATED"}"#);
    let client = recorder.client("https://dcs.example.com", &SHOW_MIGRATION_TASK);

    let answer = client.show_migration_task("p1", "t1").await.unwrap();

    assert_eq!(answer.into_inner().status, Some("TERMINATED".into()));
    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(request.method(), "GET");
    assert!(!request.headers().contains_key("api-version"));
    assert!(!request.headers().contains_key("content-length"));
    assert_eq!(request.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn a_refusal_is_decoded() {
    let recorder = Recorder::new(400, r#"{"error_code": "DCS.4133"}"#);
    let client = recorder.client("https://dcs.example.com", &STOP_MIGRATION_TASK_SYNC);

    let Err(Error::ErrorResponse(answer)) = client.stop_migration_task_sync("p1", "t1").await
    else {
        panic!("400 is a documented refusal");
    };

    assert_eq!(answer.status(), 400);
    assert_eq!(answer.into_inner().error_code.as_deref(), Some("DCS.4133"));
}

/// The line that a stop with these path parameters is refused with; nothing may have been sent.
async fn refusal(base_url: &str, project_id: &str, task_id: &str) -> String {
    let recorder = Recorder::new(204, "");
    let client = recorder.client(base_url, &STOP_MIGRATION_TASK_SYNC);
    let result = client.stop_migration_task_sync(project_id, task_id).await;
    assert!(recorder.take().is_empty(), "{task_id:?} was sent");
    match result {
        Err(Error::InvalidRequest(line)) => line,
        other => panic!("{task_id:?}: {other:?}"),
    }
}

#[tokio::test]
async fn a_parameter_that_changes_the_path_is_refused() {
    let base_url = "https://dcs.example.com";
    let line = refusal(base_url, "p1", "..").await;
    assert_eq!(
        line,
        "the request is not POST /v2/{project_id}/migration-task/{task_id}/sync-stop of \
         StopMigrationTaskSync: check the path parameters and the base URL"
    );
    for id in ["", ".", "..", r"..\x", r"a\..\b", r"a\b", "a/b", "../x"] {
        refusal(base_url, "p1", id).await;
        refusal(base_url, id, "t1").await;
    }
}

#[tokio::test]
async fn a_percent_sign_in_a_parameter_stays_one() {
    let recorder = Recorder::new(204, "");
    let client = recorder.client("https://dcs.example.com", &STOP_MIGRATION_TASK_SYNC);
    client
        .stop_migration_task_sync("p1", "%2e%2e")
        .await
        .unwrap();
    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(
        request.url().path(),
        "/v2/p1/migration-task/%252e%252e/sync-stop"
    );
}

#[tokio::test]
async fn a_base_url_may_bring_a_path_along() {
    let recorder = Recorder::new(204, "");
    let client = recorder.client("http://127.0.0.1:8080/dcs", &STOP_MIGRATION_TASK_SYNC);
    client.stop_migration_task_sync("p1", "t1").await.unwrap();
    let [(request, _)] = <[_; 1]>::try_from(recorder.take()).unwrap();
    assert_eq!(
        request.url().as_str(),
        "http://127.0.0.1:8080/dcs/v2/p1/migration-task/t1/sync-stop"
    );
}

#[tokio::test]
async fn a_base_url_that_swallows_the_path_is_refused() {
    for base_url in [
        "https://dcs.example.com/",
        "https://dcs.example.com?x=",
        "https://dcs.example.com#x",
        "https://dcs.example.com/a/../b",
    ] {
        refusal(base_url, "p1", "t1").await;
    }
}

#[tokio::test]
async fn a_call_of_another_operation_is_refused() {
    let recorder = Recorder::new(204, "");
    let client = recorder.client("https://dcs.example.com", &SHOW_MIGRATION_TASK);
    let result = client.stop_migration_task_sync("p1", "t1").await;
    assert!(
        matches!(result, Err(Error::InvalidRequest(_))),
        "{result:?}"
    );
    assert!(recorder.take().is_empty());
}

#[test]
fn calls_can_be_moved_between_threads() {
    fn assert_send<T: Send>(_: T) {}
    fn assert_shared<T: Send + Sync + 'static>(_: &T) {}
    let client = Recorder::new(204, "").client("https://dcs.example.com", &SHOW_MIGRATION_TASK);
    assert_shared(&client);
    assert_send(client.show_migration_task("p1", "t1"));
    assert_send(client.stop_migration_task_sync("p1", "t1"));
}
