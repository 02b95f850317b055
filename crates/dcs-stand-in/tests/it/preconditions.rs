//! The calls that each state of a task allows. In a wrong state, a call gets 400 DCS.4957 and changes nothing.

use dcs_stand_in::{StandIn, TaskStatus};
use huaweicloud_dcs_api::types::{
    MigrationMethod::FullAmountMigration,
    ResumeMode::{Auto, Manual},
};

use crate::{
    client::{TASK, builder},
    generated::{Answered, caller, other},
};

const ALL: [&str; 15] = [
    "CREATING",
    "RUNNING",
    "FULLMIGRATING",
    "INCRMIGEATING",
    "MIGRATING",
    "SUCCESS",
    "FAILED",
    "TERMINATING",
    "TERMINATED",
    "MIGRATION_SUCCESS",
    "MIGRATION_FAILED",
    "RELEASED",
    "ERROR",
    "DELETED",
    "SOMETHING_NEW",
];

/// Tries a call in all states. Returns those that allow it.
async fn allowed(call: impl AsyncFn(&StandIn) -> Answered<()>) -> Vec<&'static str> {
    let mut allowed = Vec::new();
    for status in ALL {
        let stand_in = builder().task(TASK, status.into()).start().await.unwrap();
        match call(&stand_in).await {
            Ok(()) => allowed.push(status),
            Err(refusal) => {
                assert_eq!(refusal, (400, "DCS.4957".into()), "{status}");
                assert_eq!(stand_in.task_status(TASK), Some(status.into()));
            }
        }
    }
    allowed
}

const COPYING: [&str; 3] = ["FULLMIGRATING", "INCRMIGEATING", "MIGRATING"];

#[tokio::test]
async fn stop_needs_a_running_task() {
    let stopped = allowed(async |it| caller(it).stop(TASK).await.map(drop)).await;
    assert_eq!(stopped, COPYING);
    let stopped = allowed(async |it| caller(it).stop_sync(TASK).await).await;
    assert_eq!(stopped, COPYING);
    let stopped = allowed(async |it| single(caller(it).batch_stop(&[TASK]).await)).await;
    assert_eq!(stopped, COPYING);
}

#[tokio::test]
async fn configure_needs_a_task_in_running() {
    let configure = async |it: &StandIn| {
        caller(it)
            .configure(TASK, FullAmountMigration)
            .await
            .map(drop)
    };
    assert_eq!(allowed(configure).await, ["RUNNING"]);
}

#[tokio::test]
async fn restart_needs_a_task_that_has_ended() {
    let restarted = allowed(async |it| single(caller(it).batch_restart(&[TASK]).await)).await;
    assert_eq!(
        restarted,
        ["FAILED", "TERMINATED", "MIGRATION_FAILED", "ERROR"]
    );
}

#[tokio::test]
async fn exchange_and_rollback_need_their_states() {
    let exchanged = allowed(async |it| caller(it).exchange_ip(TASK).await).await;
    assert_eq!(exchanged, ["INCRMIGEATING"]);
    let rolled_back = allowed(async |it| caller(it).roll_back_ip(TASK).await).await;
    assert!(rolled_back.is_empty(), "{rolled_back:?}");
}

#[tokio::test]
async fn other_calls_in_any_state_are_allowed() {
    assert_eq!(
        allowed(async |it| caller(it).show(TASK).await.map(drop)).await,
        ALL
    );
    assert_eq!(
        allowed(async |it| caller(it).stats(TASK).await.map(drop)).await,
        ALL
    );
    let logs = async |it: &StandIn| caller(it).logs(TASK, (None, None), None).await.map(drop);
    assert_eq!(allowed(logs).await, ALL);
    assert_eq!(
        allowed(async |it| caller(it).update(TASK, Manual).await).await,
        ALL
    );
    assert_eq!(
        allowed(async |it| caller(it).delete(&[TASK]).await.map(drop)).await,
        ALL
    );
}

#[tokio::test]
async fn call_of_unknown_task_is_400_dcs_4133() {
    let stand_in = builder()
        .task(TASK, TaskStatus::Running)
        .start()
        .await
        .unwrap();
    let caller = caller(&stand_in);
    let id = other(1);
    for refused in [
        caller.configure(&id, FullAmountMigration).await.map(drop),
        caller.update(&id, Auto).await,
        caller.show(&id).await.map(drop),
        caller.stats(&id).await.map(drop),
        caller.logs(&id, (None, None), None).await.map(drop),
        caller.stop(&id).await.map(drop),
        caller.stop_sync(&id).await,
        caller.exchange_ip(&id).await,
        caller.roll_back_ip(&id).await,
    ] {
        assert_eq!(refused, Err((400, "DCS.4133".into())));
    }
    let job = caller.job(&id).await.map(drop);
    assert_eq!(job, Err((400, "DCS.4062".into())));
}

/// The result for the one task in a call of several.
fn single(results: Answered<Vec<(String, String)>>) -> Answered<()> {
    let (_, result) = results?.remove(0);
    if result == "success" {
        Ok(())
    } else {
        Err((400, result))
    }
}
