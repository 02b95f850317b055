//! Full and incremental migrations, and what is refused.

use huaweicloud_dcs_api::types::MigrationMethod::{FullAmountMigration, IncrementalMigration};

use super::{
    servers::{PASSWORD, Server, are_missing},
    session::{Session, end, engine},
    writer::{Writer, held, prefix},
};
use crate::generated::caller;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_migration_copies_all_and_ends_by_itself() {
    if are_missing() {
        return;
    }
    let session = Session::start().await;
    session.source.fill(500, 64);
    session
        .source
        .order::<()>(&["HSET", "hash", "field", "value"]);
    session
        .source
        .order::<()>(&["SET", "expires", "later", "EX", "7200"]);
    session.begin(FullAmountMigration).await;
    session.until("SUCCESS").await;
    assert_eq!(session.target.keys(), 502);
    let times =
        [&session.source, &session.target].map(|it| it.order::<u64>(&["PEXPIRETIME", "expires"]));
    assert_eq!(times[0], times[1]);
    assert!(session.target.is_master());
    session.source.order::<()>(&["SET", "later", "x"]);
    let stats = caller(&session.stand_in)
        .stats(&session.task)
        .await
        .unwrap();
    assert_eq!(stats.full_migration_progress, Some(100.into()));
    assert_eq!((stats.is_migrating, stats.offset), (Some(false), None));
    assert_eq!(stats.source_dbsize, Some(503.into()));
    assert_eq!(stats.target_dbsize, Some(502.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn incremental_migration_follows_with_a_real_lag() {
    if are_missing() {
        return;
    }
    let session = Session::start().await;
    session.source.fill(100, 64);
    session.follow().await;
    assert_eq!(session.target.keys(), 100);
    session.source.order::<()>(&["SET", "later", "x"]);
    session.until_lag(|lag| lag == 0).await;
    assert_eq!(session.target.order::<String>(&["GET", "later"]), "x");

    session.stand_in.limit_replication(&session.task, Some(0));
    session
        .source
        .order::<()>(&["SET", "big", &"v".repeat(100_000)]);
    session.until_lag(|lag| lag >= 100_000).await;
    assert_eq!(session.target.order::<u64>(&["EXISTS", "big"]), 0);
    session.stand_in.limit_replication(&session.task, None);
    session.until_lag(|lag| lag == 0).await;
    assert_eq!(session.target.order::<u64>(&["EXISTS", "big"]), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_full_copy_shows_its_progress() {
    if are_missing() {
        return;
    }
    let session = Session::with(engine().replication_rate(0)).await;
    session.source.fill(100, 64);
    session.begin(IncrementalMigration).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(session.status().await, "FULLMIGRATING");
    let stats = caller(&session.stand_in)
        .stats(&session.task)
        .await
        .unwrap();
    assert_eq!(stats.full_migration_progress, Some(0.into()));
    assert_eq!((stats.is_migrating, stats.offset), (Some(true), None));
    assert_eq!(stats.source_dbsize, Some(100.into()));
    session.stand_in.limit_replication(&session.task, None);
    session.until("INCRMIGEATING").await;
    session.until_lag(|lag| lag == 0).await;
    let stats = caller(&session.stand_in)
        .stats(&session.task)
        .await
        .unwrap();
    assert_eq!(stats.full_migration_progress, Some(100.into()));
    assert_eq!(stats.target_dbsize, Some(100.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_replication_goes_on_when_restored() {
    if are_missing() {
        return;
    }
    let session = Session::with(engine().link_timeout(std::time::Duration::from_secs(60))).await;
    session.follow().await;
    session.stand_in.cut_replication(&session.task, true);
    let writer = Writer::start(session.source.port(), session.source.password());
    writer.more(50).await;
    session.until_lag(|lag| lag > 0).await;
    assert!(held(&session.target).is_empty());
    session.stand_in.cut_replication(&session.task, false);
    let last = writer.end();
    session.until_lag(|lag| lag == 0).await;
    assert_eq!(prefix(&held(&session.target)), last);
    assert_eq!(session.status().await, "INCRMIGEATING");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfit_target_is_refused_and_left_alone() {
    if are_missing() {
        return;
    }
    let session = Session::start().await;
    let source = || end(&session.source.address(), Some(PASSWORD));
    let target = || end(&session.target.address(), None);
    let configure = async |source, target| {
        session
            .configure(IncrementalMigration, source, target)
            .await
    };
    let refused = |code: &str| Err((400, code.to_owned()));

    session.target.order::<()>(&["SELECT", "0"]);
    session.target.order::<()>(&["SET", "own", "x"]);
    session.target.order::<()>(&["MOVE", "own", "9"]);
    assert_eq!(configure(source(), target()).await, refused("DCS.4957"));
    assert!(session.target.is_master());
    session.target.order::<()>(&["FLUSHALL"]);

    let other = Server::start(None);
    session
        .target
        .order::<()>(&["REPLICAOF", "127.0.0.1", &other.port().to_string()]);
    assert_eq!(configure(source(), target()).await, refused("DCS.4957"));
    session.target.order::<()>(&["REPLICAOF", "NO", "ONE"]);

    assert_eq!(configure(source(), source()).await, refused("DCS.4062"));
    assert_eq!(
        configure(source(), end("127.0.0.1", None)).await,
        refused("DCS.4062")
    );
    let by_id = huaweicloud_dcs_api::types::ConfigMigrationInstanceBody::default().with_id("x");
    assert_eq!(configure(source(), by_id).await, refused("DCS.4063"));
    assert_eq!(session.status().await, "RUNNING");
    assert_eq!(configure(source(), target()).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restart_needs_an_empty_target() {
    if are_missing() {
        return;
    }
    let session = Session::start().await;
    session.source.fill(10, 8);
    session.follow().await;
    let caller = caller(&session.stand_in);
    caller.stop(&session.task).await.unwrap();
    session.until("TERMINATED").await;
    caller.batch_restart(&[&session.task]).await.unwrap();
    session.until("FAILED").await;
    assert!(session.error().await.unwrap().contains("not empty"));
    assert_eq!(session.target.keys(), 10);
    session.target.order::<()>(&["FLUSHALL"]);
    caller.batch_restart(&[&session.task]).await.unwrap();
    session.until("INCRMIGEATING").await;
    assert_eq!(session.target.keys(), 10);
}
