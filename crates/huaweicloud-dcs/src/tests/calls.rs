//! Each method against the samples of its operation: the request it sends and the response it returns.

use std::path::Path;

use futures_util::TryStreamExt as _;
use huaweicloud_core::Operation;
use huaweicloud_dcs_api::operations;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::types::{CreateMigrationTaskBody, ResumeMode};
use crate::{ErrorKind, LogQuery, TaskQuery};

/// Answers every request with the same response. Records method, path with query, and body.
#[derive(Clone, Debug)]
struct Canned {
    status: u16,
    body: String,
    seen: Arc<Mutex<Vec<(String, String, Value)>>>,
}

impl Transport for Canned {
    fn send(&self, request: Request<Bytes>) -> Reply<'_> {
        let path = request.uri().path_and_query().unwrap().to_string();
        let body = match &request.body()[..] {
            b"" => Value::Null,
            body => serde_json::from_slice(body).unwrap(),
        };
        let seen = (request.method().to_string(), path, body);
        self.seen.lock().unwrap().push(seen);
        Box::pin(async { Ok(answer(self.status, self.body.clone())) })
    }
}

fn canned(status: u16, body: impl Into<String>) -> (MigrationClient, Canned) {
    let transport = Canned {
        status,
        body: body.into(),
        seen: Arc::default(),
    };
    (client_over(settings(), &transport), transport)
}

impl Canned {
    /// The only request that arrived.
    #[track_caller]
    fn only(&self) -> (String, String, Value) {
        let [seen] = <[_; 1]>::try_from(self.seen.lock().unwrap().clone()).unwrap();
        seen
    }

    /// Asserts that the only request has this operation's method and path, and this body.
    #[track_caller]
    fn check(&self, operation: &Operation, body: &Value) {
        let (method, path, sent) = self.only();
        assert_eq!(method, operation.method);
        let filled = operation
            .path
            .replace("{project_id}", PROJECT)
            .replace("{task_id}", TASK)
            .replace("{job_id}", TASK);
        assert_eq!(path, filled);
        assert_eq!(&sent, body);
    }
}

fn sample(operation: &Operation, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/examples");
    let file = folder.join(operation.id).join(format!("{name}.json"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn request<T: DeserializeOwned>(operation: &Operation, name: &str) -> T {
    serde_json::from_str(&sample(operation, name)).unwrap()
}

/// A sample as it is sent: without members that are null.
fn sent(operation: &Operation, name: &str) -> Value {
    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Object(members) => members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
            other => other,
        }
    }
    without_nulls(request(operation, name))
}

#[tokio::test]
async fn reads_send_no_body_and_return_the_model() {
    let operation = &operations::SHOW_MIGRATION_TASK_STATS;
    let (client, service) = canned(200, sample(operation, "200-quoted"));
    let stats = client.stats(TASK).await.unwrap().into_body();
    service.check(operation, &Value::Null);
    assert_eq!(stats.full_migration_progress.unwrap().as_u64(), Some(100));

    let operation = &operations::SHOW_JOB_INFO;
    let (client, service) = canned(200, sample(operation, "200"));
    let job = client.show_job(TASK).await.unwrap().into_body();
    service.check(operation, &Value::Null);
    assert_eq!(job.status.as_deref(), Some("SUCCESS"));
}

#[tokio::test]
async fn lists_send_only_the_query_that_was_set() {
    let operation = &operations::LIST_MIGRATION_TASK;
    let (client, service) = canned(200, sample(operation, "200"));
    let page = client.list(&TaskQuery::default()).await.unwrap();
    service.check(operation, &Value::Null);
    assert_eq!(page.body().migration_tasks.as_ref().unwrap().len(), 2);

    let (client, service) = canned(200, sample(operation, "200"));
    let query = TaskQuery::default()
        .with_name("a b/é")
        .with_offset(3)
        .with_limit(50);
    client.list(&query).await.unwrap();
    assert!(
        service
            .only()
            .1
            .ends_with("?limit=50&name=a%20b%2F%C3%A9&offset=3")
    );

    let operation = &operations::LIST_MIGRATION_TASK_LOGS;
    let (client, service) = canned(200, sample(operation, "200"));
    let query = LogQuery::default().with_level("ERROR").with_limit(5);
    let page = client.logs(TASK, &query).await.unwrap();
    assert!(service.only().1.ends_with("/logs?limit=5&log_level=ERROR"));
    assert_eq!(page.body().migration_logs.as_ref().unwrap().len(), 1);
}

#[tokio::test]
async fn streams_follow_pages_and_end_at_first_error() {
    let page = |ids: &[&str]| {
        let tasks: Vec<Value> = ids.iter().map(|id| json!({"task_id": id})).collect();
        says(
            200,
            json!({"count": 3, "migration_tasks": tasks}).to_string(),
        )
    };
    let script = Script::new([page(&["a", "b"]), page(&["c"])]);
    let query = TaskQuery::default().with_limit(2);
    let tasks: Vec<_> = client(&script).list_all(query).try_collect().await.unwrap();
    let ids: Vec<_> = tasks
        .iter()
        .filter_map(|task| task.task_id.as_deref())
        .collect();
    assert_eq!(ids, ["a", "b", "c"]);

    let script = Script::new([
        says(200, r#"{"migration_logs":[{"message":"m"}]}"#),
        says(403, ""),
    ]);
    let query = LogQuery::default().with_limit(1);
    let mut logs = client(&script).logs_all(TASK, query);
    assert!(logs.try_next().await.unwrap().is_some());
    assert_eq!(logs.try_next().await.unwrap_err().status(), Some(403));
    assert!(logs.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn list_all_repeated_page_is_decode_error() {
    let page = |status: &str| {
        let body =
            format!(r#"{{"count":9,"migration_tasks":[{{"task_id":"a","status":"{status}"}}]}}"#);
        says(200, body)
    };
    let script = Script::new([page("INCRMIGEATING"), page("TERMINATED")]);
    let query = TaskQuery::default().with_limit(1);
    let tasks: Result<Vec<_>, _> = client(&script).list_all(query).try_collect().await;
    let error = tasks.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Decode, 0));
    assert!(error.to_string().contains("larger page"), "{error}");
}

#[tokio::test]
async fn create_and_configure_send_the_sample_request() {
    let operation = &operations::CREATE_MIGRATION_TASK;
    for name in ["request", "request-backup-record", "request-online"] {
        let (client, service) = canned(200, sample(operation, "200"));
        let body: CreateMigrationTaskBody = request(operation, name);
        let created = client.create_import(&body).await.unwrap().into_body();
        service.check(operation, &sent(operation, name));
        assert!(created.id.is_some());
    }
    let operation = &operations::CREATE_ONLINE_MIGRATION_TASK;
    let (client, service) = canned(200, sample(operation, "200"));
    let created = client
        .create_online(&request(operation, "request"))
        .await
        .unwrap();
    service.check(operation, &sent(operation, "request"));
    assert!(created.body().instance_id.is_some() && created.body().job_id.is_some());

    let operation = &operations::SET_ONLINE_MIGRATION_TASK;
    for name in ["request", "request-number", "request-full"] {
        let (client, service) = canned(200, sample(operation, "200"));
        let settings = request(operation, name);
        client.configure(TASK, &settings).await.unwrap();
        service.check(operation, &sent(operation, name));
    }
}

#[tokio::test]
async fn update_accepts_any_response_without_error_code() {
    let operation = &operations::UPDATE_MIGRATION_TASK;
    for body in ["", "\"done\"", "{}", "null"] {
        let (client, service) = canned(200, body);
        client.update(TASK, ResumeMode::Manual).await.unwrap();
        service.check(operation, &json!({"resume_mode": "manual"}));
    }
    let (client, _) = canned(200, r#"{"error_code":"DCS.4062"}"#);
    let error = client.update(TASK, ResumeMode::Auto).await.unwrap_err();
    assert!(error.code() == Some("DCS.4062") && error.may_have_been_applied());
}

#[tokio::test]
async fn stop_and_exchange_send_the_sample_request() {
    let operation = &operations::STOP_MIGRATION_TASK;
    let (client, service) = canned(200, sample(operation, "200"));
    let task = client.stop(TASK).await.unwrap().into_body();
    service.check(operation, &Value::Null);
    assert!(task.status.is_some());

    let operation = &operations::EXCHANGE_INSTANCE_IP;
    for name in ["request", "request-empty"] {
        let (client, service) = canned(204, "");
        client
            .exchange_ip(TASK, &request(operation, name))
            .await
            .unwrap();
        service.check(operation, &sent(operation, name));
    }
    let (client, service) = canned(204, "");
    client.rollback_ip(TASK).await.unwrap();
    service.check(&operations::ROLLBACK_EXCHANGE_INSTANCE_IP, &Value::Null);
}

#[tokio::test]
async fn delete_returns_the_ids_from_the_response() {
    let operation = &operations::DELETE_MIGRATION_TASK;
    let (client, service) = canned(200, sample(operation, "200"));
    let deleted = client.delete(&[TASK, TASK]).await.unwrap().into_body();
    service.check(operation, &json!({"task_id_list": [TASK]}));
    assert_eq!(deleted, ["8aa6a1b27c9d4e0f9b3c5d7e1f204a66"]);
}

const OTHER: &str = "8aa6a1b27c9d4e0f9b3c5d7e1f204a66";

#[tokio::test]
async fn batch_200_with_failed_task_is_that_tasks_error() {
    let operation = &operations::BATCH_STOP_MIGRATION_TASKS;
    let (client, service) = canned(200, sample(operation, "200-partial-failure"));
    let results = client.stop_many(&[OTHER, TASK, OTHER]).await.unwrap();
    service.check(operation, &json!({"migration_tasks": [OTHER, TASK]}));
    let [failed, stopped] = <[_; 2]>::try_from(results.into_body()).unwrap();
    assert!(stopped.task_id() == TASK && stopped.result().is_ok());
    assert_eq!(failed.task_id(), OTHER);
    let error = failed.into_result().unwrap_err();
    assert_eq!(
        error.to_string(),
        "BatchStopMigrationTasks: HTTP 200 DCS.4957: This operation is not allowed when the task is in the current \
         state. [request r-1]: the task's status forbids it: read the task first"
    );
    assert!(error.kind() == ErrorKind::Service && !error.may_have_been_applied());

    let operation = &operations::BATCH_RESTART_ONLINE_MIGRATION_TASKS;
    let (client, _) = canned(200, sample(operation, "200-partial-failure"));
    let missing = "f2a7c3d15e8b4096a1d4c7b90e6f3d28";
    let results = client.restart_many(&[TASK, missing]).await.unwrap();
    let error = results.body()[1].result().unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test]
async fn batch_error_trims_code_and_marks_a_missing_reason() {
    for (code, message, expected) in [
        (
            "DCS. 4133",
            "m",
            "DCS.4133: m [request r-1]: no such task: check task id, project and region",
        ),
        (
            "\u{202e}",
            "\0",
            "the service gives no reason [request r-1]: fix the request before you send it again",
        ),
    ] {
        let said =
            json!({"task_id": TASK, "result": "failed", "error_code": code, "error_msg": message});
        let (client, _) = canned(200, json!({"migration_tasks": [said]}).to_string());
        let results = client.stop_many(&[TASK]).await.unwrap();
        let line = results.body()[0].result().unwrap_err().to_string();
        assert!(line.ends_with(expected), "{line}");
    }
}

#[tokio::test]
async fn batch_without_clear_result_of_a_task_is_unknown() {
    for said in [
        json!({}),
        json!({"migration_tasks": null}),
        json!({"migration_tasks": [{"task_id": OTHER, "result": "success"}]}),
        json!({"migration_tasks": [{"task_id": TASK}]}),
        json!({"migration_tasks": [{"task_id": TASK, "result": "perhaps"}]}),
        json!({"migration_tasks": [{"task_id": TASK, "result": "success", "error_code": "DCS.4957"}]}),
        json!({"migration_tasks": [{"task_id": TASK, "result": "failed"}, {"task_id": TASK, "result": "success"}]}),
        json!({"migration_tasks": [{"task_id": TASK, "result": "success"}, {"task_id": TASK, "result": "failed"}]}),
    ] {
        let (client, _) = canned(200, said.to_string());
        let results = client.stop_many(&[TASK]).await.unwrap();
        let error = results.body()[0].result().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{said}");
        assert!(error.may_have_been_applied(), "{said}");
    }
}

#[tokio::test]
async fn batch_with_bad_ids_or_count_is_not_sent() {
    let (client, service) = canned(200, "{}");
    let none: [&str; 0] = [];
    let many: Vec<String> = (0..51).map(|number| format!("t{number}")).collect();
    for error in [
        client.stop_many(&none).await.unwrap_err(),
        client.delete(&none).await.unwrap_err(),
        client.stop_many(&[TASK, ".."]).await.unwrap_err(),
        client.restart_many(&many).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    assert!(service.seen.lock().unwrap().is_empty());
    client.restart_many(&many[1..]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lost_create_advises_to_check_the_list_first() {
    let operation = &operations::CREATE_ONLINE_MIGRATION_TASK;
    let script = Script::new([Step::lost()]);
    let error = client(&script)
        .create_online(&request(operation, "request"))
        .await
        .unwrap_err();
    assert!(error.may_have_been_applied());
    assert!(error.to_string().contains("look for the name in the list"));
    assert_eq!(script.count(), 1);
}
