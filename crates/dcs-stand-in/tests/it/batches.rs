//! Calls that name several tasks.

use dcs_stand_in::{Effect, TaskStatus};

use crate::{
    client::{TASK, builder, stand_in},
    generated::{caller, other},
};

#[tokio::test]
async fn batch_has_a_result_and_an_effect_per_task() {
    let stand_in = stand_in().await;
    let (waiting, unknown) = (other(1), other(2));
    stand_in.set_task_status(&waiting, TaskStatus::Running);
    let caller = caller(&stand_in);
    let stopped = caller
        .batch_stop(&[TASK, &waiting, &unknown, TASK, "x"])
        .await;
    let expected = [
        (TASK, "success"),
        (&waiting, "DCS.4957"),
        (&unknown, "DCS.4133"),
        (TASK, "DCS.4957"),
        ("x", "DCS.4070"),
    ];
    let expected = expected.map(|(id, result)| (id.to_owned(), result.to_owned()));
    assert_eq!(stopped.unwrap(), expected);
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
    assert_eq!(stand_in.effect_count(TASK, Effect::Stopped), 1);
    assert_eq!(stand_in.effect_count(&waiting, Effect::Stopped), 0);
    let request = &stand_in.requests()[0];
    assert_eq!(request.tasks().collect::<Vec<_>>(), [TASK]);

    let restarted = caller.batch_restart(&[TASK, &waiting, &unknown]).await;
    let codes: Vec<_> = restarted
        .unwrap()
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(codes, ["success", "DCS.4957", "DCS.4133"]);
    assert_eq!(stand_in.effect_count(TASK, Effect::Restarted), 1);
}

#[tokio::test]
async fn batch_refused_for_all_tasks_has_no_effect() {
    let stand_in = stand_in().await;
    caller(&stand_in).batch_stop(&[&other(1)]).await.unwrap();
    assert_eq!(stand_in.requests()[0].effect(), Effect::Nothing);
}

#[tokio::test]
async fn restart_of_more_than_50_tasks_is_refused() {
    let stand_in = builder().start().await.unwrap();
    let ids: Vec<_> = (0..51).map(other).collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    for id in &ids {
        stand_in.set_task_status(id, TaskStatus::Terminated);
    }
    let caller = caller(&stand_in);
    let refused = caller.batch_restart(&ids).await.unwrap_err();
    assert_eq!(refused, (400, "DCS.4062".into()));
    assert_eq!(stand_in.effect_count(ids[0], Effect::Restarted), 0);
    let restarted = caller.batch_restart(&ids[..50]).await.unwrap();
    assert!(restarted.iter().all(|(_, result)| result == "success"));
}

#[tokio::test]
async fn delete_of_known_and_unknown_tasks_succeeds() {
    let stand_in = stand_in().await;
    let caller = caller(&stand_in);
    let unknown = other(1);
    let both = [TASK, &unknown];
    assert_eq!(caller.delete(&both).await.unwrap(), both);
    assert_eq!(stand_in.effect_count(TASK, Effect::Deleted), 1);
    assert_eq!(stand_in.effect_count(&unknown, Effect::Deleted), 0);
    let gone = Err((400, "DCS.4133".to_owned()));
    assert_eq!(caller.show(TASK).await.map(drop), gone);
    assert_eq!(caller.stop(TASK).await.map(drop), gone);
    assert_eq!(
        caller.list((None, None), None).await.unwrap().count,
        Some(0)
    );
    assert_eq!(stand_in.task_status(TASK), None);

    assert_eq!(caller.delete(&both).await.unwrap(), both);
    assert_eq!(stand_in.effect_count(TASK, Effect::Deleted), 1);
    let malformed = caller.delete(&["x"]).await;
    assert_eq!(malformed.unwrap_err(), (400, "DCS.4070".into()));
    stand_in.set_task_status(TASK, TaskStatus::Running);
    assert_eq!(caller.status(TASK).await, "RUNNING");
}

#[tokio::test]
async fn job_of_deleted_task_is_still_shown() {
    let stand_in = builder().start().await.unwrap();
    let caller = caller(&stand_in);
    let (task, job) = caller.create_online("orders-to-v6").await.unwrap();
    caller.delete(&[&task]).await.unwrap();
    let job = caller.job(&job).await.unwrap();
    assert_eq!(job.status.as_deref(), Some("SUCCESS"));
}
