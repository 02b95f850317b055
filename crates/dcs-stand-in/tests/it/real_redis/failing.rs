//! Servers that refuse, die or come back.

use std::time::Duration;

use huaweicloud_dcs_api::types::MigrationMethod::IncrementalMigration;

use super::{
    servers::{PASSWORD, Server, are_missing},
    session::{Session, end, engine},
};
use crate::{client::until, generated::caller};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_password_fails_the_task_and_says_whose() {
    if are_missing() {
        return;
    }
    let missing = Session::start().await;
    let free = missing.target.address();
    for (source, target, part) in [
        (Some("wrongInvented"), None, "the source"),
        (None, None, "the source"),
        (Some(PASSWORD), Some("wrongInvented"), "the target"),
    ] {
        let session = Session::start().await;
        let (source, target) = (
            end(&session.source.address(), source),
            end(&session.target.address(), target),
        );
        session
            .configure(IncrementalMigration, source, target)
            .await
            .unwrap();
        session.until("FAILED").await;
        let message = session.error().await.unwrap();
        assert!(
            message.contains(part) && message.contains("password"),
            "{message}"
        );
        assert!(!message.contains("wrongInvented"), "{message}");
        assert!(session.target.is_master());
    }
    drop(missing);
    let session = Session::start().await;
    let (source, target) = (end(&free, None), end(&session.target.address(), None));
    session
        .configure(IncrementalMigration, source, target)
        .await
        .unwrap();
    session.until("FAILED").await;
    let message = session.error().await.unwrap();
    assert!(
        message.contains(&format!("no reply from the source {free}")),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn source_killed_fails_the_task_in_each_phase() {
    if are_missing() {
        return;
    }
    for phase in ["FULLMIGRATING", "INCRMIGEATING"] {
        let mut session = in_phase(phase).await;
        session.source.kill();
        if phase == "INCRMIGEATING" {
            let refused = caller(&session.stand_in).stats(&session.task).await;
            assert_eq!(
                refused.unwrap_err(),
                (500, "DCS.5000".into()),
                "a lag that nobody measured"
            );
        }
        session.until("FAILED").await;
        let message = session.error().await.unwrap();
        assert!(message.contains("no reply from the source"), "{message}");
        until(|| session.target.is_master()).await;
        let stats = caller(&session.stand_in)
            .stats(&session.task)
            .await
            .unwrap();
        assert_eq!(stats.is_migrating, Some(false));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_after_source_was_killed_succeeds() {
    if are_missing() {
        return;
    }
    let mut session = in_phase("INCRMIGEATING").await;
    session.source.kill();
    caller(&session.stand_in)
        .stop_sync(&session.task)
        .await
        .unwrap();
    session.until("TERMINATED").await;
    assert!(session.target.is_master());
    assert_eq!(session.target.keys(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn target_killed_fails_the_task_in_each_phase() {
    if are_missing() {
        return;
    }
    for phase in ["FULLMIGRATING", "INCRMIGEATING", "TERMINATING"] {
        let mut session = in_phase(phase).await;
        session.target.kill();
        session.until("FAILED").await;
        let message = session.error().await.unwrap();
        assert!(message.contains("no reply from the target"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn target_restarted_empty_fails_the_task() {
    if are_missing() {
        return;
    }
    let mut session = in_phase("INCRMIGEATING").await;
    let port = session.target.port();
    session.target.kill();
    session.target = Server::start_at(Some(port), None);
    session.until("FAILED").await;
    let message = session.error().await.unwrap();
    assert!(message.contains("no longer replicates"), "{message}");
    assert_eq!(session.target.keys(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn source_restarted_empty_fails_the_task_and_keeps_the_target() {
    if are_missing() {
        return;
    }
    let mut session = Session::with(engine().link_timeout(Duration::from_secs(60))).await;
    session.source.fill(10, 8);
    session.follow().await;
    session.until_lag(|lag| lag == 0).await;
    session.stand_in.cut_replication(&session.task, true);
    let port = session.source.port();
    session.source.kill();
    session.source = Server::start_at(Some(port), Some(PASSWORD));
    session.until("FAILED").await;
    let message = session.error().await.unwrap();
    assert!(message.contains("was restarted"), "{message}");
    session.stand_in.cut_replication(&session.task, false);
    until(|| session.target.is_master()).await;
    assert_eq!(session.target.keys(), 10);
}

/// A task in this phase, which goes no further by itself.
async fn in_phase(phase: &str) -> Session {
    let session = Session::with(engine()).await;
    session.source.fill(10, 8);
    if phase == "FULLMIGRATING" {
        session.stand_in.limit_replication(&session.task, Some(0));
        session.begin(IncrementalMigration).await;
        until(|| !session.target.is_master()).await;
        return session;
    }
    session.follow().await;
    if phase == "TERMINATING" {
        session.target.signal("STOP");
        caller(&session.stand_in).stop(&session.task).await.unwrap();
    }
    session
}
