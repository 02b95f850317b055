//! Makes every call of the API chapter once, in a useful order, and prints each response as a line of JSON.
//!
//! ```text
//! cargo run --example every_call                                         against a stand-in in the process
//! cargo run --example every_call -- ENDPOINT AK SK PROJECT_ID TASK TASK  against a running one; both tasks INCRMIGEATING
//! ```
//!
//! `cargo xtask interop` makes the same calls with the vendor's Python SDK and compares.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what an example shows, it prints"
)]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use dcs_stand_in::StandIn;
use huaweicloud_dcs::types::{
    BackupFileBody, BackupFilesBody, ConfigMigrationInstanceBody, CreateMigrationTaskBody,
    CreateOnlineMigrationTaskBody, FileSource, IpExchangeRequest, MigrationMethod,
    MigrationTaskDetail, MigrationType, ResumeMode, SetOnlineMigrationTaskBody, TargetInstanceBody,
    TaskStatus,
};
use huaweicloud_dcs::{Credentials, LogQuery, MigrationClient, TaskQuery, TaskResult};
use serde::Serialize;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const UNKNOWN: &str = "00000000000000000000000000000000";
const INSTANCE: &str = "c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let told = match arguments.as_slice() {
        [] => at_a_stand_in().await,
        [endpoint, ak, sk, project_id, exchanged, stopped] => {
            tell(endpoint, [ak, sk], project_id, [exchanged, stopped]).await
        }
        _ => Err("give ENDPOINT AK SK PROJECT_ID TASK TASK, or nothing".into()),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn at_a_stand_in() -> Result<()> {
    let project_id = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
    let tasks = [
        "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31",
        "8aa6a1b27c9d4e0f9b3c5d7e1f204a66",
    ];
    let mut stand_in = StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .project_id(project_id);
    for task in tasks {
        stand_in = stand_in.task(task, TaskStatus::IncrementalMigrating);
    }
    let stand_in = stand_in.start().await?;
    let access_key = ["AKINVENTED", "skInvented"];
    tell(stand_in.endpoint(), access_key, project_id, tasks).await
}

async fn tell(
    endpoint: &str,
    [ak, sk]: [&str; 2],
    project_id: &str,
    [exchanged, stopped]: [&str; 2],
) -> Result<()> {
    let client = MigrationClient::builder()
        .endpoint(endpoint)
        .project_id(project_id)
        .credentials(Credentials::ak_sk(ak, sk))
        .build()?;
    Story(client).tell(exchanged, stopped).await
}

struct Story(MigrationClient);

impl Story {
    async fn tell(&self, exchanged: &str, stopped: &str) -> Result<()> {
        let task = self.migrate().await?;
        self.stop_and_restart(&task).await?;
        self.exchange_and_roll_back(exchanged).await?;

        let stops = self.0.stop_many(&[stopped, UNKNOWN]).await?;
        print("BatchStopMigrationTasks", &results(stops.body()));
        self.wait(stopped, |task| task.status == Some(TaskStatus::Terminated))
            .await?;

        let imported = self.import().await?;
        let list = self.0.list(&TaskQuery::default().with_limit(50)).await?;
        print("ListMigrationTask", list.body());
        let deleted = self.0.delete(&[imported.as_str(), UNKNOWN]).await?;
        print(
            "DeleteMigrationTask",
            &json!({"task_id_list": deleted.body()}),
        );
        Ok(())
    }

    /// An online migration, until the lag is 0.
    async fn migrate(&self) -> Result<String> {
        let [security_group, subnet, vpc] = [INSTANCE; 3];
        let task = CreateOnlineMigrationTaskBody::new("orders-to-v6", security_group, subnet, vpc)
            .with_description("move to 6.0");
        let created = self.0.create_online(&task).await?;
        print("CreateOnlineMigrationTask", created.body());
        let task = created.into_body().instance_id.ok_or("no task id")?;
        self.wait(&task, |task| task.status == Some(TaskStatus::Running))
            .await?;
        let source = ConfigMigrationInstanceBody::default()
            .with_addrs("10.20.0.15:6379")
            .with_password("invented");
        let settings = SetOnlineMigrationTaskBody::new(
            MigrationMethod::IncrementalMigration,
            ResumeMode::Auto,
            source,
            ConfigMigrationInstanceBody::default().with_id(INSTANCE),
        );
        let settings = settings.with_bandwidth_limit_mb("100");
        let configured = self.0.configure(&task, &settings).await?;
        print("SetOnlineMigrationTask", configured.body());
        self.wait_for_incremental(&task).await?;
        while self.lag(&task).await? != Some(0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        print("ShowMigrationTask", self.0.show(&task).await?.body());
        print("ShowMigrationTaskStats", self.0.stats(&task).await?.body());
        let query = LogQuery::default().with_limit(1).with_level("INFO");
        print(
            "ListMigrationTaskLogs",
            self.0.logs(&task, &query).await?.body(),
        );
        Ok(task)
    }

    async fn stop_and_restart(&self, task: &str) -> Result<()> {
        self.0.update(task, ResumeMode::Manual).await?;
        self.0.stop_sync(task).await?;
        let restarts = self.0.restart_many(&[task, UNKNOWN]).await?;
        print(
            "BatchRestartOnlineMigrationTasks",
            &results(restarts.body()),
        );
        self.wait_for_incremental(task).await?;
        print("StopMigrationTask", self.0.stop(task).await?.body());
        self.wait(task, |task| task.status == Some(TaskStatus::Terminated))
            .await
    }

    async fn exchange_and_roll_back(&self, task: &str) -> Result<()> {
        let exchange = IpExchangeRequest::default()
            .with_exchanged_ip(["10.20.0.15".to_owned()])
            .with_is_exchange_domain(true);
        self.0.exchange_ip(task, &exchange).await?;
        self.wait(task, |task| {
            task.task_status.as_deref() == Some("EXCHANGE_SUCCESS")
        })
        .await?;
        self.0.rollback_ip(task).await?;
        self.wait(task, |task| {
            task.task_status.as_deref() == Some("ROLLBACK_SUCCESS")
        })
        .await
    }

    async fn import(&self) -> Result<String> {
        let files = BackupFilesBody::new(FileSource::SelfBuildObs)
            .with_bucket_name("dumps")
            .with_files([BackupFileBody::new("dump.rdb")]);
        let import = CreateMigrationTaskBody::new(
            MigrationMethod::FullAmountMigration,
            MigrationType::BackupfileImport,
            TargetInstanceBody::new(INSTANCE).with_password("invented"),
            "seed-import",
        );
        let import = import.with_backup_files(files);
        let created = self.0.create_import(&import).await?;
        print("CreateMigrationTask", created.body());
        let task = created.into_body().id.ok_or("no task id")?;
        self.wait(&task, |task| task.status == Some(TaskStatus::Success))
            .await?;
        Ok(task)
    }

    async fn lag(&self, task: &str) -> Result<Option<u64>> {
        let stats = self.0.stats(task).await?.into_body();
        Ok(stats.offset.and_then(|offset| offset.as_u64()))
    }

    async fn wait_for_incremental(&self, task: &str) -> Result<()> {
        self.wait(task, |task| {
            task.status == Some(TaskStatus::IncrementalMigrating)
        })
        .await
    }

    async fn wait(&self, task: &str, reached: impl Fn(&MigrationTaskDetail) -> bool) -> Result<()> {
        for _ in 0..100 {
            if reached(self.0.show(task).await?.body()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("task {task} did not get there in time").into())
    }
}

/// The results of a batch as the service names them.
fn results(results: &[TaskResult]) -> Value {
    let result = |result: &TaskResult| match result.result() {
        Ok(()) => json!({"task_id": result.task_id(), "result": "success"}),
        Err(error) => json!({
            "task_id": result.task_id(),
            "result": "failed",
            "error_code": error.code(),
            "error_msg": error.message(),
        }),
    };
    json!({"migration_tasks": results.iter().map(result).collect::<Vec<_>>()})
}

fn print(operation: &str, value: &impl Serialize) {
    println!("{}", json!({"operation": operation, "value": value}));
}
