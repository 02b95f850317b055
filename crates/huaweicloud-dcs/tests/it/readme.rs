//! Runs the code of the workspace's README.

use std::sync::Arc;

use dcs_stand_in::StandIn;
use huaweicloud_dcs::testing::{Script, Step};
use huaweicloud_dcs::{
    ClientBuilder, Credentials, CutOverOutcome, MigrationClient, types::TaskStatus,
};

/// The code of the README, between the first and the last line of this module.
mod code {
    use huaweicloud_dcs::{
        Credentials, CutOverOutcome, MigrationClient, Result, types::TaskStatus,
    };

    pub(super) fn connect() -> Result<MigrationClient> {
        let credentials = Credentials::from_env()?;
        MigrationClient::builder()
            .from_env()
            .credentials(credentials)
            .build()
    }

    pub(super) async fn is_in_incremental_phase(
        client: &MigrationClient,
        task_id: &str,
    ) -> Result<bool> {
        let task = client.show(task_id).await?;
        Ok(task.body().status == Some(TaskStatus::IncrementalMigrating))
    }

    pub(super) async fn cut_over(
        client: &MigrationClient,
        task_id: &str,
    ) -> Result<CutOverOutcome> {
        let report = client.cut_over(task_id).run().await?;
        Ok(report.outcome())
    }

    pub(super) async fn stop(client: &MigrationClient, task_id: &str) -> Result<String> {
        match client.stop_sync(task_id).await {
            Ok(stopped) => Ok(format!("stopped, request {:?}", stopped.request_id())),
            Err(error) if error.may_have_been_applied() => {
                Ok(format!("read the task before you retry: {error}"))
            }
            Err(error) => Err(error),
        }
    }
}

/// Code without formatting and visibility.
fn bare(code: &str) -> String {
    let code = code.replace("pub(super) ", "");
    code.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | ','))
        .collect()
}

#[test]
fn readme_code_equals_the_code_run_here() {
    let readme = include_str!("../../../../README.md");
    let blocks = readme.split("```rust\n").skip(1);
    let shown: String = blocks.map(|it| it.split_once("```").unwrap().0).collect();
    let here = include_str!("readme.rs");
    let (_, rest) = here.split_once("mod code {\n").unwrap();
    let (run, _) = rest.split_once("\n}\n").unwrap();
    assert_eq!(bare(&shown), bare(run));
    // `connect` only compiles: the environment of a test is unknown.
    let _: fn() -> huaweicloud_dcs::Result<MigrationClient> = code::connect;
}

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";

fn builder() -> ClientBuilder {
    MigrationClient::builder()
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(Credentials::token("tokenInvented"))
}

#[tokio::test]
async fn readme_code_tells_stopped_from_unknown_and_refused() {
    let stand_in = StandIn::builder()
        .token("tokenInvented")
        .task(TASK, TaskStatus::IncrementalMigrating)
        .start()
        .await
        .unwrap();
    let client = builder().endpoint(stand_in.endpoint()).build().unwrap();
    assert!(code::is_in_incremental_phase(&client, TASK).await.unwrap());
    stand_in.fault("sync-stop:504".parse().unwrap());
    let lost = code::stop(&client, TASK).await.unwrap();
    assert!(
        lost.starts_with("read the task before you retry: StopMigrationTaskSync: HTTP 504"),
        "{lost}"
    );
    let stopped = code::stop(&client, TASK).await.unwrap();
    assert!(stopped.starts_with("stopped, request Some"), "{stopped}");
    assert!(!code::is_in_incremental_phase(&client, TASK).await.unwrap());
    let refused = code::stop(&client, TASK).await.unwrap_err();
    assert_eq!(refused.code(), Some("DCS.4957"));
}

#[tokio::test(start_paused = true)]
async fn readme_code_cuts_over() {
    let task = |status: &str| Step::json(200, format!(r#"{{"status":"{status}"}}"#));
    let level = || Step::json(200, r#"{"offset":0}"#);
    let script = Script::new([
        task("INCRMIGEATING"),
        level(),
        level(),
        level(),
        task("INCRMIGEATING"),
        Step::status(204),
        task("TERMINATED"),
    ]);
    let client = builder()
        .endpoint("https://dcs.example.com")
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap();
    let outcome = code::cut_over(&client, TASK).await.unwrap();
    assert_eq!(outcome, CutOverOutcome::Stopped);
    assert!(script.seen()[5].path.ends_with("/sync-stop"));
}
