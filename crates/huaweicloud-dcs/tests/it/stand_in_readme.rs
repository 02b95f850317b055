//! Runs the code of the stand-in's README. It is here because the stand-in does not depend on this client.

/// The code of the README, between the first and the last line of this module.
mod code {
    use dcs_stand_in::{Builder, Effect, Fault, StandIn, TaskStatus};
    use huaweicloud_dcs::{Credentials, MigrationClient};

    #[tokio::test]
    async fn stop_with_lost_response_may_have_been_applied()
    -> Result<(), Box<dyn std::error::Error>> {
        let task = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
        let stand_in = StandIn::builder()
            .access_key("AKINVENTED", "skInvented")
            .task(task, TaskStatus::IncrementalMigrating)
            .start()
            .await?;
        let client = MigrationClient::builder()
            .endpoint(stand_in.endpoint())
            .project_id(Builder::DEFAULT_PROJECT_ID)
            .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
            .build()?;

        // The next stop is carried out. Then its connection is closed without a response.
        stand_in.fault("sync-stop:close:after".parse::<Fault>()?);
        let error = client.stop_sync(task).await.unwrap_err();
        assert!(error.may_have_been_applied());
        assert_eq!(error.request_id(), None);

        // The next read gets its response.
        let shown = client.show(task).await?;
        assert_eq!(shown.body().status, Some(TaskStatus::Terminated));

        // The stand-in has recorded both requests, oldest first.
        let requests = stand_in.requests();
        let [stop, read] = requests.as_slice() else {
            return Err("expected two requests".into());
        };
        assert_eq!(stop.operation(), Some("StopMigrationTaskSync"));
        assert_eq!(stop.effect(), Effect::Stopped);
        assert_eq!(stop.status(), None);
        assert_eq!(read.status(), Some(200));
        assert_eq!(shown.request_id(), Some(read.id()));
        assert_ne!(stop.id(), read.id());
        stand_in.shut_down().await;
        Ok(())
    }
}

/// Code without formatting.
fn bare(code: &str) -> String {
    code.chars()
        .filter(|it| !it.is_whitespace() && *it != ',')
        .collect()
}

#[test]
fn readme_code_equals_the_code_run_here() {
    let readme = include_str!("../../../dcs-stand-in/README.md");
    let (_, rest) = readme.split_once("```rust\n").unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    let here = include_str!("stand_in_readme.rs");
    let (_, rest) = here.split_once("mod code {\n").unwrap();
    let (run, _) = rest.split_once("\n}\n").unwrap();
    assert_eq!(bare(shown), bare(run));
}
