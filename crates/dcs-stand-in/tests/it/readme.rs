//! The code of the README, run.

use dcs_stand_in::operations::STOP_MIGRATION_TASK_SYNC;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::{PROJECT, TASK, in_time};

/// The code as it stands in the README, between its first line and its last.
mod code {
    use dcs_stand_in::{Effect, Fault, StandIn, TaskStatus};

    /// The stop is carried out, but the client gets a 504.
    pub(super) async fn an_answer_gets_lost(
        stop: impl AsyncFn(&str, &str),
    ) -> Result<(), Box<dyn std::error::Error>> {
        let task = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
        let stand_in = StandIn::builder()
            .access_key("AKINVENTED", "skInvented")
            .token("tokenInvented")
            .task(task, TaskStatus::IncrementalMigrating)
            .start()
            .await?;
        stand_in.fault("sync-stop:504:after".parse::<Fault>()?);

        stop(stand_in.endpoint(), task).await;

        assert_eq!(stand_in.task_status(task), Some(TaskStatus::Terminated));
        assert_eq!(stand_in.effect_count(task, Effect::Stopped), 1);
        assert_eq!(stand_in.requests()[0].status(), Some(504));
        stand_in.shut_down().await;
        Ok(())
    }
}

/// Code without what formatting and visibility add to it.
fn bare(code: &str) -> String {
    let code = code.replace("pub(super) ", "");
    code.chars()
        .filter(|it| !it.is_whitespace() && *it != ',')
        .collect()
}

#[test]
fn the_code_run_here_is_the_readmes() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```rust\n").unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    let here = include_str!("readme.rs");
    let (_, rest) = here.split_once("mod code {\n").unwrap();
    let (run, _) = rest.split_once("\n}\n").unwrap();
    assert_eq!(bare(shown), bare(run));
}

#[tokio::test]
async fn it_passes_with_a_client_that_stops() {
    let stop = async |endpoint: &str, task: &str| {
        assert_eq!(task, TASK);
        let path = STOP_MIGRATION_TASK_SYNC
            .path()
            .replace("{project_id}", PROJECT)
            .replace("{task_id}", task);
        let host = endpoint.strip_prefix("http://").unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nX-Auth-Token: tokenInvented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        in_time(stream.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 504 "));
    };
    code::an_answer_gets_lost(stop).await.unwrap();
}
