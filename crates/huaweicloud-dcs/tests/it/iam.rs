//! Project look-up and tokens at the stand-in's IAM, before a stop.

use std::time::Duration;

use dcs_stand_in::{Effect, RecordedRequest, StandIn, TaskStatus};
use huaweicloud_dcs::{ClientBuilder, Credentials, ErrorKind, MigrationClient};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
const REGION: &str = "ap-southeast-1";
const PASSWORD: &str = "passwordInvented";

async fn stand_in() -> StandIn {
    StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .user("account", "migrator", PASSWORD)
        .project("fedcba9876543210fedcba9876543210", "cn-north-4")
        .project(PROJECT, REGION)
        .task(TASK, TaskStatus::IncrementalMigrating)
        .start()
        .await
        .unwrap()
}

fn settings(stand_in: &StandIn, credentials: Credentials) -> ClientBuilder {
    MigrationClient::builder()
        .region(REGION)
        .endpoint(stand_in.endpoint())
        .iam_endpoint(stand_in.endpoint())
        .timeout(Duration::from_secs(20))
        .credentials(credentials)
}

fn user() -> Credentials {
    Credentials::iam_user("account", "migrator", PASSWORD)
}

fn operations(stand_in: &StandIn) -> Vec<String> {
    let requests = stand_in.requests();
    let operations = requests.iter().filter_map(RecordedRequest::operation);
    operations.map(str::to_owned).collect()
}

#[tokio::test]
async fn project_is_looked_up_once_and_its_task_stopped() {
    let stand_in = stand_in().await;
    let key = Credentials::ak_sk("AKINVENTED", "skInvented");
    let client = settings(&stand_in, key).build().unwrap();
    client.clone().show(TASK).await.unwrap();
    let stopped = client.stop_sync(TASK).await.unwrap();
    assert_eq!((stopped.status(), stopped.attempts()), (204, 1));
    assert_eq!(client.project_id().await.unwrap(), PROJECT);
    assert_eq!(
        operations(&stand_in),
        [
            "KeystoneListProjects",
            "ShowMigrationTask",
            "StopMigrationTaskSync"
        ]
    );
    let requests = stand_in.requests();
    assert_eq!(requests[2].header("x-project-id"), Some(PROJECT));
    assert_eq!(stand_in.effect_count(TASK, Effect::Stopped), 1);
}

#[tokio::test]
async fn expired_token_is_renewed_and_the_task_stopped_once() {
    let stand_in = stand_in().await;
    let client = settings(&stand_in, user()).build().unwrap();
    client.show(TASK).await.unwrap();
    stand_in.expire_tokens();
    let stopped = client.stop_sync(TASK).await.unwrap();
    assert_eq!((stopped.status(), stopped.attempts()), (204, 2));
    client.show(TASK).await.unwrap();
    assert_eq!(
        operations(&stand_in),
        [
            "KeystoneCreateUserTokenByPassword",
            "KeystoneListProjects",
            "ShowMigrationTask",
            "StopMigrationTaskSync",
            "KeystoneCreateUserTokenByPassword",
            "StopMigrationTaskSync",
            "ShowMigrationTask",
        ]
    );
    assert_eq!(stand_in.requests()[3].status(), Some(401));
    assert_eq!(stand_in.effect_count(TASK, Effect::Stopped), 1);
}

#[tokio::test]
async fn wrong_password_is_sent_once_and_stops_nothing() {
    let stand_in = stand_in().await;
    let wrong = Credentials::iam_user("account", "migrator", "passwordWrong");
    let client = settings(&stand_in, wrong)
        .project_id(PROJECT)
        .build()
        .unwrap();
    for _ in 0..2 {
        let error = client.stop_sync(TASK).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
        assert!(!error.may_have_been_applied());
    }
    assert_eq!(operations(&stand_in), ["KeystoneCreateUserTokenByPassword"]);
    assert_eq!(
        stand_in.task_status(TASK),
        Some(TaskStatus::IncrementalMigrating)
    );
}
