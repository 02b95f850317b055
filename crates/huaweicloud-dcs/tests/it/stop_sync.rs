//! Stops and reads at the stand-in, which verifies every signature like the gateway.

use std::time::{Duration, SystemTime};

use dcs_stand_in::{Effect, Fault, StandIn, TaskStatus};
use huaweicloud_dcs::{Credentials, ErrorKind, MigrationClient, StopEnd, WaitConfig};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";

async fn stand_in(status: TaskStatus) -> StandIn {
    let builder = StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .token("tokenInvented");
    builder
        .project_id(PROJECT)
        .task(TASK, status)
        .start()
        .await
        .unwrap()
}

fn client_with(stand_in: &StandIn, credentials: Credentials) -> MigrationClient {
    let builder = MigrationClient::builder()
        .endpoint(stand_in.endpoint())
        .project_id(PROJECT);
    builder.credentials(credentials).build().unwrap()
}

fn client(stand_in: &StandIn) -> MigrationClient {
    client_with(stand_in, Credentials::ak_sk("AKINVENTED", "skInvented"))
}

fn fault(text: &str) -> Fault {
    text.parse().unwrap()
}

fn quickly() -> WaitConfig {
    WaitConfig::default()
        .with_interval(Duration::from_millis(20))
        .with_timeout(Duration::from_secs(10))
}

#[tokio::test]
async fn running_task_is_stopped_once() {
    for status in [
        TaskStatus::Migrating,
        TaskStatus::FullMigrating,
        TaskStatus::IncrementalMigrating,
    ] {
        let stand_in = stand_in(status.clone()).await;
        let client = client(&stand_in);
        assert_eq!(client.show(TASK).await.unwrap().body().status, Some(status));
        let stopped = client.stop_sync(TASK).await.unwrap();
        assert_eq!((stopped.status(), stopped.attempts()), (204, 1));
        assert_eq!(
            client.show(TASK).await.unwrap().body().status,
            Some(TaskStatus::Terminated)
        );
        let requests = stand_in.requests();
        assert_eq!(
            requests
                .iter()
                .filter(|request| request.effect() == Effect::Stopped)
                .count(),
            1
        );
        assert_eq!(stopped.request_id(), Some(requests[1].id()));
    }
}

#[tokio::test]
async fn token_and_temporary_key_are_accepted() {
    let stand_in = StandIn::builder()
        .temporary_access_key("AKINVENTED", "skInvented", "securityTokenInvented")
        .token("tokenInvented")
        .task(TASK, TaskStatus::Migrating)
        .start()
        .await
        .unwrap();
    let temporary =
        Credentials::ak_sk("AKINVENTED", "skInvented").with_security_token("securityTokenInvented");
    client_with(&stand_in, temporary).show(TASK).await.unwrap();
    client_with(&stand_in, Credentials::token("tokenInvented"))
        .stop_sync(TASK)
        .await
        .unwrap();
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
}

#[tokio::test]
async fn wrong_key_is_refused_once_and_not_applied() {
    let stand_in = stand_in(TaskStatus::Migrating).await;
    let error = client_with(&stand_in, Credentials::ak_sk("AKINVENTED", "skWrong"))
        .stop_sync(TASK)
        .await
        .unwrap_err();
    assert_eq!(
        (error.status(), error.code(), error.attempts()),
        (Some(401), Some("APIGW.0301"), 1)
    );
    assert!(error.request_id().is_some() && !error.may_have_been_applied());
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Migrating));
    assert_eq!(stand_in.requests().len(), 1);
}

#[tokio::test]
async fn refusal_codes_tell_wrong_state_from_missing_task() {
    let stand_in = stand_in(TaskStatus::Running).await;
    let client = client(&stand_in);
    let wrong_state = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(
        (wrong_state.status(), wrong_state.code()),
        (Some(400), Some("DCS.4957"))
    );
    assert!(!wrong_state.is_not_found() && !wrong_state.may_have_been_applied());

    let unknown = client
        .stop_sync("8aa6a1b27c9d4e0f9b3c5d7e1f204a66")
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.status(), unknown.code(), unknown.message()),
        (Some(400), Some("DCS.4133"), None)
    );
    assert!(
        unknown.is_not_found()
            && client
                .show("8aa6a1b27c9d4e0f9b3c5d7e1f204a66")
                .await
                .unwrap_err()
                .is_not_found()
    );

    let malformed = client.show("no-such-shape").await.unwrap_err();
    assert_eq!(
        (malformed.status(), malformed.code()),
        (Some(400), Some("DCS.4070"))
    );
}

#[tokio::test]
async fn lost_stop_may_have_been_applied_and_is_not_retried() {
    for text in [
        "sync-stop:504:after",
        "sync-stop:close:after",
        "sync-stop:500:after",
    ] {
        let stand_in = stand_in(TaskStatus::Migrating).await;
        stand_in.fault(fault(text));
        let error = client(&stand_in).stop_sync(TASK).await.unwrap_err();
        assert!(error.may_have_been_applied(), "{text}: {error:?}");
        assert_eq!(
            (stand_in.requests().len(), stand_in.task_status(TASK)),
            (1, Some(TaskStatus::Terminated))
        );
    }
}

#[tokio::test]
async fn wait_confirms_a_lost_stop_without_resend() {
    let stand_in = stand_in(TaskStatus::Migrating).await;
    stand_in.fault(fault("sync-stop:close:after"));
    let outcome = client(&stand_in)
        .stop_sync_and_wait(TASK, quickly())
        .await
        .unwrap();
    assert_eq!(outcome.end(), &StopEnd::Stopped);
    assert_eq!(outcome.response().unwrap_err().kind(), ErrorKind::Transport);
    let stops = stand_in
        .requests()
        .iter()
        .filter(|request| request.method() == "POST")
        .count();
    assert_eq!(stops, 1);
}

#[tokio::test]
async fn lost_stop_is_sent_once_and_a_rerun_stops_the_task() {
    let stand_in = stand_in(TaskStatus::Migrating).await;
    stand_in.fault(fault("sync-stop:close"));
    let wait = || quickly().with_unchanged_timeout(Duration::from_millis(100));
    let stop = async || client(&stand_in).stop_sync_and_wait(TASK, wait()).await;
    let error = stop().await.unwrap_err();
    assert!(error.may_have_been_applied(), "{error}");
    let stops = || {
        let requests = stand_in.requests();
        let stops = requests.iter();
        stops
            .filter(|seen| seen.path().ends_with("/sync-stop"))
            .count()
    };
    assert_eq!(stops(), 1);
    assert_eq!(stop().await.unwrap().end(), &StopEnd::Stopped);
    assert_eq!(stops(), 2);
}

#[tokio::test]
async fn stop_of_terminated_task_is_already_stopped() {
    let stand_in = stand_in(TaskStatus::Terminated).await;
    let outcome = client(&stand_in)
        .stop_sync_and_wait(TASK, quickly())
        .await
        .unwrap();
    assert_eq!(outcome.end(), &StopEnd::AlreadyStopped);
}

#[tokio::test]
async fn skewed_clock_is_corrected_once() {
    let ahead = || {
        #[expect(
            clippy::disallowed_methods,
            reason = "the stand-in's clock is this machine's plus 20 minutes"
        )]
        let now = SystemTime::now();
        now + Duration::from_secs(20 * 60)
    };
    let stand_in = StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .task(TASK, TaskStatus::Migrating)
        .clock(ahead)
        .start()
        .await
        .unwrap();
    let client = client(&stand_in);
    assert_eq!(client.stop_sync(TASK).await.unwrap().attempts(), 2);
    assert_eq!(client.show(TASK).await.unwrap().attempts(), 1);
}

#[tokio::test]
async fn stop_that_times_out_is_still_applied() {
    let stand_in = StandIn::builder()
        .access_key("AKINVENTED", "skInvented")
        .task(TASK, TaskStatus::Migrating)
        .stop_delay(Duration::from_millis(300))
        .start()
        .await
        .unwrap();
    let client = MigrationClient::builder()
        .endpoint(stand_in.endpoint())
        .project_id(PROJECT)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let error = client.stop_sync(TASK).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Timeout, true)
    );
    while stand_in.task_status(TASK) != Some(TaskStatus::Terminated) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_key_is_sent_at_most_4_times_by_50_calls() {
    let stand_in = stand_in(TaskStatus::Migrating).await;
    let client = client_with(&stand_in, Credentials::ak_sk("AKINVENTED", "skWrong0001"));
    let stops: tokio::task::JoinSet<_> = (0..50)
        .map(|_| client.clone())
        .map(|client| async move { client.stop_sync(TASK).await })
        .collect();
    let ended = tokio::time::timeout(Duration::from_secs(60), stops.join_all()).await;
    for error in ended.unwrap().into_iter().map(Result::unwrap_err) {
        assert!(error.to_string().contains("APIGW.0301"), "{error}");
        assert!(!error.may_have_been_applied());
    }
    let sent = stand_in.requests().len();
    assert!((1..=4).contains(&sent), "{sent} bad signatures");
}
