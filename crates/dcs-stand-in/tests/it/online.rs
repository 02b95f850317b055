//! The life cycle of an online task.

use std::time::Duration;

use dcs_stand_in::{Effect, StandIn, TaskStatus};
use huaweicloud_dcs_api::types::MigrationMethod::{FullAmountMigration, IncrementalMigration};

use crate::{
    client::{TASK, builder, with_task},
    generated::{SOURCE, TARGET_ID, caller},
};

const S: fn(u64) -> Duration = Duration::from_secs;

async fn slow() -> StandIn {
    let builder = builder()
        .creation_duration(S(1_000))
        .full_copy_duration(S(10_000))
        .catch_up_duration(S(10_000))
        .stop_delay(S(1_000));
    builder.start().await.unwrap()
}

#[tokio::test]
async fn online_task_runs_from_creation_to_its_stop() {
    let stand_in = slow().await;
    let caller = caller(&stand_in);
    let (task, job) = caller.create_online("orders-to-v6").await.unwrap();
    let shown = caller.show(&task).await.unwrap();
    assert_eq!(shown.status, Some(TaskStatus::Creating));
    assert_eq!(shown.task_name.as_deref(), Some("orders-to-v6"));
    assert_eq!(shown.tenant_vpc_id.as_deref(), Some("vpcInvented"));
    assert_eq!(shown.created_at.as_deref(), Some("2026/01/02 03:04:05"));
    assert!(shown.source_instance.is_none());
    let creating = caller.job(&job).await.unwrap();
    assert_eq!(creating.status.as_deref(), Some("RUNNING"));
    assert_eq!(creating.begin_time.as_deref(), Some("1767323045000"));
    assert_eq!(creating.end_time, None);
    let early = caller.configure(&task, IncrementalMigration).await;
    assert_eq!(early.unwrap_err(), (400, "DCS.4957".into()));

    stand_in.advance(S(1_000));
    let created = caller.job(&job).await.unwrap();
    assert_eq!(created.status.as_deref(), Some("SUCCESS"));
    assert_eq!(created.end_time.as_deref(), Some("1767324045000"));
    assert_eq!(caller.status(&task).await, "RUNNING");
    let configured = caller.configure(&task, IncrementalMigration).await.unwrap();
    assert_eq!(configured.status, Some(TaskStatus::FullMigrating));
    assert_eq!(configured.name.as_deref(), Some("orders-to-v6"));

    stand_in.advance(S(4_150));
    let stats = caller.stats(&task).await.unwrap();
    assert_eq!(stats.full_migration_progress, Some(41.into()));
    assert_eq!((stats.offset, stats.is_migrating), (None, Some(true)));
    stand_in.advance(S(5_850));
    assert_eq!(caller.status(&task).await, "INCRMIGEATING");
    let lag = async || caller.stats(&task).await.unwrap().offset.unwrap().as_u64();
    assert!(lag().await > Some(990));
    stand_in.advance(S(5_000));
    assert!((Some(400)..=Some(500)).contains(&lag().await));
    stand_in.advance(S(5_000));
    assert_eq!(lag().await, Some(0));

    let stopping = caller.stop(&task).await.unwrap();
    assert_eq!(stopping.status, Some(TaskStatus::Terminating));
    assert_eq!(caller.status(&task).await, "TERMINATING");
    stand_in.advance(S(1_000));
    assert_eq!(caller.status(&task).await, "TERMINATED");
    assert_eq!(stand_in.effect_count(&task, Effect::Created), 1);
    assert_eq!(stand_in.effect_count(&task, Effect::Configured), 1);
    assert_eq!(stand_in.effect_count(&task, Effect::Stopped), 1);
    assert_eq!(stand_in.effect_count(TASK, Effect::Stopped), 0);
}

#[tokio::test]
async fn configuration_is_shown_without_password() {
    let stand_in = builder().start().await.unwrap();
    let caller = caller(&stand_in);
    let (task, _) = caller.create_online("orders-to-v6").await.unwrap();
    caller.configure(&task, IncrementalMigration).await.unwrap();
    let shown = caller.show(&task).await.unwrap();
    assert_eq!(shown.bandwidth_limit_mb.unwrap().as_str(), Some("123"));
    assert_eq!(
        shown.migration_method.as_deref(),
        Some("incremental_migration")
    );
    assert_eq!(
        shown.source_instance.unwrap().addrs.as_deref(),
        Some(SOURCE)
    );
    assert_eq!(
        shown.target_instance.unwrap().id.as_deref(),
        Some(TARGET_ID)
    );
    let call = crate::client::Call::show(&task).call(&stand_in).await;
    assert!(!call.body.contains("pwInvented"));
    assert!(!format!("{:?}{:?}", stand_in.requests(), stand_in).contains("pwInvented"));
}

#[tokio::test]
async fn full_migration_ends_with_success() {
    let stand_in = builder().start().await.unwrap();
    let caller = caller(&stand_in);
    let (task, _) = caller.create_online("orders-to-v6").await.unwrap();
    let configured = caller.configure(&task, FullAmountMigration).await.unwrap();
    assert_eq!(configured.status, Some(TaskStatus::FullMigrating));
    assert_eq!(caller.status(&task).await, "SUCCESS");
    let stats = caller.stats(&task).await.unwrap();
    assert_eq!(stats.full_migration_progress, Some(100.into()));
    assert_eq!(stats.is_migrating, Some(false));
}

#[tokio::test]
async fn restart_keeps_the_configuration() {
    let stand_in = slow().await;
    stand_in.set_task_status(TASK, TaskStatus::Terminated);
    let caller = caller(&stand_in);
    let restarted = caller.batch_restart(&[TASK]).await.unwrap();
    assert_eq!(restarted, [(TASK.into(), "success".into())]);
    assert_eq!(caller.status(TASK).await, "FULLMIGRATING");
    stand_in.advance(S(10_000));
    assert_eq!(caller.status(TASK).await, "INCRMIGEATING");
    assert_eq!(stand_in.effect_count(TASK, Effect::Restarted), 1);
}

#[tokio::test]
async fn failed_task_shows_its_error_message() {
    let stand_in = slow().await;
    let caller = caller(&stand_in);
    let (task, job) = caller.create_online("orders-to-v6").await.unwrap();
    stand_in.fail_task(&task, "no address left in the subnet");
    assert_eq!(caller.status(&task).await, "FAILED");
    let job = caller.job(&job).await.unwrap();
    assert_eq!(job.status.as_deref(), Some("FAIL"));
    let why = Some("no address left in the subnet");
    assert_eq!(job.fail_reason.as_deref(), why);
    let listed = caller.list((None, None), None).await.unwrap();
    let listed = listed.migration_tasks.unwrap();
    assert_eq!(listed[0].error_message.as_deref(), why);
    // It was never configured, so it cannot be restarted.
    let restarted = caller.batch_restart(&[&task]).await.unwrap();
    assert_eq!(restarted, [(task, "DCS.4957".into())]);
}

#[tokio::test]
async fn lag_set_by_test_is_shown() {
    let stand_in = with_task(builder()).await;
    let caller = caller(&stand_in);
    let lag = async || caller.stats(TASK).await.unwrap().offset.unwrap().as_u64();
    assert_eq!(lag().await, Some(0));
    stand_in.set_lag(TASK, 77);
    assert_eq!(lag().await, Some(77));
    assert_eq!(caller.status(TASK).await, "INCRMIGEATING");
    stand_in.set_lag(TASK, 0);
    assert_eq!(lag().await, Some(0));
}

#[tokio::test]
async fn stats_are_numbers_or_strings() {
    for (settings, quote) in [(builder(), ""), (builder().numbers_as_strings(), "\"")] {
        let stand_in = with_task(settings).await;
        let stats = caller(&stand_in).stats(TASK).await.unwrap();
        assert_eq!(stats.source_dbsize.unwrap().as_u64(), Some(48_211));
        let path = format!("/v2/{}/migration-task/{TASK}/stats", crate::client::PROJECT);
        let raw = crate::client::Call::new("GET", path).call(&stand_in).await;
        let progress = format!("\"full_migration_progress\":{quote}100{quote}");
        assert!(raw.body.contains(&progress), "{}", raw.body);
        assert!(raw.body.contains("\"is_migrating\":true"), "{}", raw.body);
    }
}

#[tokio::test]
async fn update_changes_the_resume_mode() {
    use huaweicloud_dcs_api::types::ResumeMode::{Auto, Manual};
    let stand_in = with_task(builder()).await;
    let caller = caller(&stand_in);
    for (mode, text) in [(Manual, "manual"), (Auto, "auto")] {
        caller.update(TASK, mode).await.unwrap();
        let shown = caller.show(TASK).await.unwrap();
        assert_eq!(shown.resume_mode.as_deref(), Some(text));
    }
    assert_eq!(stand_in.effect_count(TASK, Effect::Updated), 2);
}
