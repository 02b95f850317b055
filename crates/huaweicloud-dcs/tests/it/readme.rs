//! Runs the code of the workspace's README.

use dcs_stand_in::{StandIn, TaskStatus};

/// The code of the README, between the first and the last line of this module.
mod code {
    use huaweicloud_dcs::{Credentials, MigrationClient, Result};

    pub(super) fn connect() -> Result<MigrationClient> {
        let credentials = Credentials::from_env()?;
        MigrationClient::builder()
            .from_env()
            .credentials(credentials)
            .build()
    }

    pub(super) async fn stop(client: &MigrationClient, task_id: &str) -> Result<String> {
        match client.stop_sync(task_id).await {
            Ok(stopped) => Ok(format!("stopped, request {:?}", stopped.request_id())),
            Err(error) if error.may_have_been_applied() => {
                Ok(format!("look before you repeat it: {error}"))
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
    let (_, rest) = readme.split_once("```rust\n").unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    let here = include_str!("readme.rs");
    let (_, rest) = here.split_once("mod code {\n").unwrap();
    let (run, _) = rest.split_once("\n}\n").unwrap();
    assert_eq!(bare(shown), bare(run));
    // `connect` only compiles: the environment of a test is unknown.
    let _: fn() -> huaweicloud_dcs::Result<huaweicloud_dcs::MigrationClient> = code::connect;
}

#[tokio::test]
async fn readme_code_tells_stopped_from_unknown_and_refused() {
    let task = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
    let stand_in = StandIn::builder()
        .token("tokenInvented")
        .task(task, TaskStatus::IncrementalMigrating)
        .start()
        .await
        .unwrap();
    let client = huaweicloud_dcs::MigrationClient::builder()
        .endpoint(stand_in.endpoint())
        .project_id("0f9c5b1e7a2d4c68b3a1d5e7f9012345")
        .credentials(huaweicloud_dcs::Credentials::token("tokenInvented"))
        .build()
        .unwrap();
    stand_in.fault("sync-stop:504".parse().unwrap());
    let lost = code::stop(&client, task).await.unwrap();
    assert!(
        lost.starts_with("look before you repeat it: StopMigrationTaskSync: HTTP 504"),
        "{lost}"
    );
    assert!(
        code::stop(&client, task)
            .await
            .unwrap()
            .starts_with("stopped, request Some")
    );
    assert_eq!(
        code::stop(&client, task).await.unwrap_err().code(),
        Some("DCS.4957")
    );
}
