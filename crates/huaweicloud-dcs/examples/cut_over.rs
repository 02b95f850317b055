//! Runs a whole migration and prints a line a step: creates an online task, configures it, waits for the copy and for a
//! small lag, stops it, and waits until that is confirmed.
//!
//! ```text
//! cargo run --example cut_over          against a stand-in in the process: two seconds
//! cargo run --example cut_over -- NAME  against a running one: endpoint, project and key are those of the environment
//! ```
//!
//! NAME is the name of the task. A secret is never an argument: other users of the machine can read arguments.
//!
//! It may be killed at any moment, and keeps no state. Run it again with the same name: it continues from the task's
//! status, and does no step twice. Run one at a time.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what an example shows, it prints"
)]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use dcs_stand_in::StandIn;
use futures_util::TryStreamExt as _;
use huaweicloud_dcs::types::{
    ConfigMigrationInstanceBody, CreateOnlineMigrationTaskBody, MigrationMethod, ResumeMode,
    SetOnlineMigrationTaskBody, TaskStatus,
};
use huaweicloud_dcs::{Condition, Credentials, MigrationClient, TaskQuery, WaitConfig, lag};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The polling interval for a stand-in. For the service, use the default.
const INTERVAL: Duration = Duration::from_millis(100);
const INSTANCE: &str = "c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let told = match arguments.as_slice() {
        [] => rehearse().await,
        [name] if !name.starts_with('-') => migrate_at_environment(name).await,
        _ => Err("give NAME, or nothing to rehearse".into()),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn rehearse() -> Result<()> {
    let project_id = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
    let stand_in = StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .project_id(project_id)
        .creation_duration(Duration::from_millis(200))
        .full_copy_duration(Duration::from_millis(600))
        .catch_up_duration(Duration::from_millis(500))
        .stop_delay(Duration::from_millis(300))
        .start()
        .await?;
    println!("rehearsing at a stand-in in this process");
    let client = MigrationClient::builder()
        .endpoint(stand_in.endpoint())
        .project_id(project_id)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .build()?;
    migrate(&client, "orders-to-v6").await?;
    stand_in.shut_down().await;
    Ok(())
}

async fn migrate_at_environment(name: &str) -> Result<()> {
    let client = MigrationClient::builder()
        .from_env()
        .credentials(Credentials::from_env()?)
        .build()?;
    migrate(&client, name).await
}

/// Runs the steps that are left.
async fn migrate(client: &MigrationClient, name: &str) -> Result<()> {
    let task = match find(client, name).await? {
        Some(task) => {
            println!("task {name} is there: {task}");
            task
        }
        None => create(client, name).await?,
    };
    let status = client.show(&task).await?.into_body().status;
    match &status {
        Some(TaskStatus::Creating | TaskStatus::Running) => configure(client, &task).await?,
        Some(status) => println!("it is not configured again: {status}"),
        None => return Err("the service does not say in which state the task is".into()),
    }
    let is_stopped = |status| matches!(status, TaskStatus::Terminating | TaskStatus::Terminated);
    if !status.is_some_and(is_stopped) {
        follow(client, &task).await?;
    }
    cut_over(client, &task).await
}

/// Finds the task of this name. An earlier run may have created it without getting the response.
async fn find(client: &MigrationClient, name: &str) -> Result<Option<String>> {
    let query = TaskQuery::default().with_name(name);
    let mut tasks: Vec<_> = client.list_all(query).try_collect().await?;
    // The service may match a part of the name, too.
    tasks.retain(|task| task.task_name.as_deref() == Some(name));
    match tasks.as_slice() {
        [] => Ok(None),
        [task] => Ok(Some(task.task_id.clone().ok_or("no task id")?)),
        _ => Err(format!("{} tasks are named {name}: take a new name", tasks.len()).into()),
    }
}

async fn create(client: &MigrationClient, name: &str) -> Result<String> {
    let [security_group_id, subnet_id, vpc_id] = [INSTANCE; 3];
    let task = CreateOnlineMigrationTaskBody::new(name, security_group_id, subnet_id, vpc_id);
    let created = client.create_online(&task).await?.into_body();
    let task = created.instance_id.ok_or("no task id")?;
    println!("task {name} is being created: {task}");
    if let Some(job) = created.job_id {
        client.wait_for_job(&job, patiently()).await?;
    }
    Ok(task)
}

/// Sets source and target of a new task, which starts it.
async fn configure(client: &MigrationClient, task: &str) -> Result<()> {
    client
        .wait_until(task, Condition::AwaitsConfiguration, patiently())
        .await?;
    println!("it is created and waits to be configured");
    let source = ConfigMigrationInstanceBody::default()
        .with_addrs("10.20.0.15:6379")
        .with_password("invented");
    let target = ConfigMigrationInstanceBody::default().with_id(INSTANCE);
    let settings = SetOnlineMigrationTaskBody::new(
        MigrationMethod::IncrementalMigration,
        ResumeMode::Auto,
        source,
        target,
    );
    client.configure(task, &settings).await?;
    println!("it is configured and copies what the source holds");
    Ok(())
}

/// Waits until the task replicates the changes of its source.
async fn follow(client: &MigrationClient, task: &str) -> Result<()> {
    client
        .wait_until(task, Condition::IncrementalPhase, patiently())
        .await?;
    let lag = lag(client.stats(task).await?.body());
    let lag = lag.map_or("unknown".to_owned(), |lag| lag.to_string());
    println!("all that the source held is copied; the lag is {lag}");
    println!("now is the time to stop what writes to the source");
    Ok(())
}

/// Stops the task when the lag is small, unless it was stopped before, and waits until that is confirmed.
async fn cut_over(client: &MigrationClient, task: &str) -> Result<()> {
    let report = client
        .cut_over(task)
        .with_interval(INTERVAL)
        .with_confirmation(patiently())
        .on_reading(|reading| match reading.lag {
            Some(lag) => println!("  the lag is {lag}"),
            None => println!("  the lag is unknown"),
        })
        .on_step(|step| println!("{step} ({:.1?})", step.duration))
        .run()
        .await?;
    let status = report.task().status.as_ref();
    println!(
        "the task is {}: {:?}, after {:.1?}",
        status.map_or("unknown", TaskStatus::as_str),
        report.outcome(),
        report.elapsed(),
    );
    Ok(())
}

fn patiently() -> WaitConfig {
    WaitConfig::default()
        .with_interval(INTERVAL)
        .with_timeout(Duration::from_secs(60))
}
