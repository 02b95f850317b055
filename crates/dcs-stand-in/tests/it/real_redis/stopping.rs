//! Stops: they stop the data.

use std::time::Duration;

use dcs_stand_in::{Effect, StopAnswers, TaskStatus};
use huaweicloud_dcs_api::types::MigrationMethod::IncrementalMigration;
use tokio::io::AsyncReadExt;

use super::{
    servers::are_missing,
    session::{Session, engine},
    writer::{Writer, held, prefix},
};
use crate::{
    client::{Answer, Call, until},
    generated::caller,
};

/// Checks that a write on the source no longer arrives.
async fn is_apart(session: &Session) {
    assert!(session.target.is_master());
    session.source.order::<()>(&["SET", "after", "x"]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(session.target.order::<u64>(&["EXISTS", "after"]), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_of_each_kind_stops_the_data() {
    if are_missing() {
        return;
    }
    for call in ["stop", "sync-stop", "batch-stop"] {
        let session = Session::start().await;
        session.source.fill(10, 8);
        session.follow().await;
        let caller = caller(&session.stand_in);
        match call {
            "stop" => drop(caller.stop(&session.task).await.unwrap()),
            "sync-stop" => caller.stop_sync(&session.task).await.unwrap(),
            _ => drop(caller.batch_stop(&[&session.task]).await.unwrap()),
        }
        session.until("TERMINATED").await;
        is_apart(&session).await;
        assert_eq!(session.target.keys(), 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_during_full_copy_stops_the_data() {
    if are_missing() {
        return;
    }
    let session = Session::with(engine().replication_rate(0)).await;
    session.source.fill(10, 8);
    session.begin(IncrementalMigration).await;
    until(|| !session.target.is_master()).await;
    caller(&session.stand_in)
        .stop_sync(&session.task)
        .await
        .unwrap();
    session.until("TERMINATED").await;
    session.stand_in.limit_replication(&session.task, None);
    is_apart(&session).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_stop_at_once_is_204_before_the_target_is_a_master() {
    if are_missing() {
        return;
    }
    let session = Session::with(engine().link_timeout(Duration::from_secs(60))).await;
    session.follow().await;
    session.target.signal("STOP");
    caller(&session.stand_in)
        .stop_sync(&session.task)
        .await
        .unwrap();
    assert_eq!(session.status().await, "TERMINATING");
    session.target.signal("CONT");
    session.until("TERMINATED").await;
    is_apart(&session).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_stop_when_stopped_waits_for_the_target() {
    if are_missing() {
        return;
    }
    let engine = engine().stop_answers(StopAnswers::WhenStopped);
    let session = Session::with(engine.link_timeout(Duration::from_secs(60))).await;
    session.follow().await;
    session.target.signal("STOP");
    let mut waiting = Call::stop(&session.task)
        .signed(&session.stand_in)
        .begin(session.stand_in.address())
        .await;
    until(|| {
        session
            .stand_in
            .effect_count(&session.task, Effect::Stopped)
            == 1
    })
    .await;
    let silence = tokio::time::timeout(Duration::from_millis(200), waiting.read_u8()).await;
    assert!(silence.is_err(), "the stop got a response");
    session.target.signal("CONT");
    assert_eq!(Answer::read(&mut waiting).await.status, 204);
    let status = session.stand_in.task_status(&session.task);
    assert_eq!(status, Some(TaskStatus::Terminated));
    is_apart(&session).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_under_live_writer_keeps_an_unbroken_prefix() {
    if are_missing() {
        return;
    }
    let session = Session::start().await;
    session.follow().await;
    let writer = Writer::start(session.source.port(), session.source.password());
    session
        .stand_in
        .limit_replication(&session.task, Some(2_000));
    writer.more(200).await;
    session.until_lag(|lag| lag > 1_000).await;
    session.stand_in.limit_replication(&session.task, None);
    writer.more(50).await;
    // Every write that was acknowledged before this reading is in an offset that the target reaches.
    let acknowledged = writer.last();
    let offset: String = session.source.order(&["INFO", "replication"]);
    let offset = number(&offset, "master_repl_offset:");
    until(|| {
        number(
            &session.target.order::<String>(&["INFO", "replication"]),
            "slave_repl_offset:",
        ) >= offset
    })
    .await;
    caller(&session.stand_in)
        .stop_sync(&session.task)
        .await
        .unwrap();
    session.until("TERMINATED").await;
    let at_stop = held(&session.target);
    writer.more(50).await;
    let last = writer.end();
    let held = held(&session.target);
    assert_eq!(held, at_stop, "writes arrive after the stop");
    assert_eq!(prefix(&held), held.len() as u64, "the prefix is broken");
    assert!(
        prefix(&held) >= acknowledged,
        "{} < {acknowledged}",
        held.len()
    );
    assert!(prefix(&held) < last);
}

fn number(info: &str, name: &str) -> u64 {
    let line = info.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_with_a_lag_loses_the_writes_in_it() {
    if are_missing() {
        return;
    }
    let session = Session::start().await;
    session.follow().await;
    session.stand_in.limit_replication(&session.task, Some(0));
    session.source.order::<()>(&["SET", "lagging", "x"]);
    session.until_lag(|lag| lag > 0).await;
    caller(&session.stand_in)
        .stop_sync(&session.task)
        .await
        .unwrap();
    session.until("TERMINATED").await;
    assert!(session.lag().await > Some(0));
    session.stand_in.limit_replication(&session.task, None);
    assert_eq!(session.target.order::<u64>(&["EXISTS", "lagging"]), 0);
    is_apart(&session).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn task_that_ends_otherwise_also_stops_the_data() {
    if are_missing() {
        return;
    }
    let ways: [fn(&Session); 2] = [
        |session| {
            session
                .stand_in
                .fail_task(&session.task, "failed by a test");
        },
        |session| {
            session
                .stand_in
                .set_task_status(&session.task, TaskStatus::Error);
        },
    ];
    for end in ways {
        let session = Session::start().await;
        session.follow().await;
        end(&session);
        until(|| session.target.is_master()).await;
        is_apart(&session).await;
    }
    let session = Session::start().await;
    session.follow().await;
    caller(&session.stand_in)
        .delete(&[&session.task])
        .await
        .unwrap();
    until(|| session.target.is_master()).await;
    is_apart(&session).await;
}
