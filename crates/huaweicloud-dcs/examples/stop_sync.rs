//! Shows a migration task, stops its synchronization, and shows it again.
//!
//! ```text
//! cargo run --example stop_sync               runs against a stand-in in the process: nothing leaves the machine
//! cargo run --example stop_sync -- TASK_ID    stops a real task, with the settings of the environment
//! ```
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what an example shows, it prints"
)]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use dcs_stand_in::{StandIn, TaskStatus};
use huaweicloud_dcs::{Credentials, MigrationClient};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let stopped = match arguments.as_slice() {
        [] => rehearse().await,
        [task_id] if !task_id.starts_with('-') => stop_for_real(task_id).await,
        _ => Err("give TASK_ID, or nothing to rehearse".into()),
    };
    match stopped {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // An error's `Display` is the line that says what to do next.
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Does not read the environment.
async fn rehearse() -> Result<(), Box<dyn Error>> {
    let task_id = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
    let project_id = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";
    let stand_in = StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .project_id(project_id)
        .task(task_id, TaskStatus::IncrementalMigrating)
        .stop_delay(Duration::from_millis(200))
        .start()
        .await?;
    println!("rehearsing at a stand-in in this process");

    let client = MigrationClient::builder()
        .endpoint(stand_in.endpoint())
        .project_id(project_id)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .build()?;
    stop(&client, task_id).await?;
    stand_in.shut_down().await;
    Ok(())
}

async fn stop_for_real(task_id: &str) -> Result<(), Box<dyn Error>> {
    let client = MigrationClient::builder()
        .from_env()
        .credentials(Credentials::from_env()?)
        .build()?;
    println!("region {}", client.region().unwrap_or("unknown"));
    stop(&client, task_id).await
}

async fn stop(client: &MigrationClient, task_id: &str) -> Result<(), Box<dyn Error>> {
    println!(
        "endpoint {}, project {}",
        client.endpoint(),
        client.project_id().await?
    );
    show(client, task_id).await?;
    let stopped = client.stop_sync(task_id).await?;
    println!(
        "stopped: HTTP {}, request {}, {} attempt(s)",
        stopped.status(),
        stopped.request_id().unwrap_or("unknown"),
        stopped.attempts(),
    );
    show(client, task_id).await
}

async fn show(client: &MigrationClient, task_id: &str) -> Result<(), Box<dyn Error>> {
    let task = client.show(task_id).await?.into_body();
    let status = task
        .status
        .map_or_else(|| "unknown".to_owned(), |status| status.to_string());
    println!("task {task_id} is {status}");
    Ok(())
}
