//! The life cycle of a task.

use std::time::Duration;

use dcs_stand_in::{Effect, StandIn, TaskStatus};
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::io::AsyncReadExt;

use crate::client::{Answer, Call, TASK, builder, stand_in, until, with_task};

const HOUR: Duration = Duration::from_secs(3600);

fn stopped(stand_in: &StandIn) -> usize {
    let requests = stand_in.requests();
    requests
        .iter()
        .filter(|request| request.effect() == Effect::Stopped)
        .count()
}

async fn shown(stand_in: &StandIn) -> String {
    let answer = Call::show(TASK).call(stand_in).await;
    answer.json()["status"].as_str().unwrap().into()
}

#[tokio::test]
async fn stop_of_running_task_is_204_and_terminates() {
    for status in ["MIGRATING", "FULLMIGRATING", "INCRMIGEATING"] {
        let stand_in = builder().task(TASK, status.into()).start().await.unwrap();
        assert_eq!(shown(&stand_in).await, status);
        let answer = Call::stop(TASK).call(&stand_in).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        assert_eq!(answer.header("X-Request-Id").unwrap().len(), 32);
        assert_eq!(answer.header("Content-Type"), Some("application/json"));
        assert_eq!(answer.header("Date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
        assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
        assert_eq!(shown(&stand_in).await, "TERMINATED");
    }
}

#[tokio::test]
async fn stop_accepted_shows_terminating() {
    let stand_in = stand_in().await;
    let stopped = crate::generated::caller(&stand_in)
        .stop(TASK)
        .await
        .unwrap();
    assert_eq!(stopped.status, Some(TaskStatus::Terminating));
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
}

#[tokio::test]
async fn stop_in_other_states_is_refused() {
    for status in [
        "CREATING",
        "RUNNING",
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
    ] {
        let stand_in = builder().task(TASK, status.into()).start().await.unwrap();
        let answer = Call::stop(TASK).call(&stand_in).await;
        assert_eq!(answer.code(), (400, "DCS.4957".into()), "{status}");
        assert_eq!(
            answer.json(),
            serde_json::json!({
                "error_msg": "This operation is not allowed when the task is in the current state.",
                "error_code": "DCS.4957",
                "error_ext_msg": null,
            })
        );
        assert_eq!(shown(&stand_in).await, status);
        assert_eq!(stopped(&stand_in), 0);
    }
}

#[tokio::test]
async fn stop_of_stopped_task_is_refused() {
    let stand_in = stand_in().await;
    assert_eq!(Call::stop(TASK).call(&stand_in).await.status, 204);
    let again = Call::stop(TASK).call(&stand_in).await;
    assert_eq!(again.code(), (400, "DCS.4957".into()));
    assert_eq!(stopped(&stand_in), 1);
}

#[tokio::test]
async fn stop_with_delay_shows_terminating_meanwhile() {
    let stand_in = with_task(builder().stop_delay(HOUR)).await;
    let mut waiting = Call::stop(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    until(|| stopped(&stand_in) == 1).await;
    assert_eq!(shown(&stand_in).await, "TERMINATING");
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminating));
    let second = Call::stop(TASK).call(&stand_in).await;
    assert_eq!(second.code(), (400, "DCS.4957".into()));
    let silence = tokio::time::timeout(Duration::from_millis(50), waiting.read_u8()).await;
    assert!(silence.is_err(), "the stop was answered");
}

#[tokio::test]
async fn stop_with_delay_responds_once_terminated() {
    let stand_in = with_task(builder().stop_delay(Duration::from_millis(60))).await;
    let mut waiting = Call::stop(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    until(|| stopped(&stand_in) == 1).await;
    assert_eq!(Answer::read(&mut waiting).await.status, 204);
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
}

#[tokio::test]
async fn stop_goes_on_after_client_disconnects() {
    let stand_in = with_task(builder().stop_delay(Duration::from_millis(500))).await;
    let waiting = Call::stop(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    until(|| stopped(&stand_in) == 1).await;
    drop(waiting);
    until(|| stand_in.task_status(TASK) == Some(TaskStatus::Terminated)).await;
    assert_eq!(stand_in.requests()[0].status(), None);
}

#[tokio::test]
async fn stop_fails_if_status_is_set_meanwhile() {
    let stand_in = with_task(builder().stop_delay(Duration::from_millis(500))).await;
    let mut waiting = Call::stop(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    until(|| stopped(&stand_in) == 1).await;
    stand_in.set_task_status(TASK, TaskStatus::Failed);
    let answer = Answer::read(&mut waiting).await;
    assert_eq!(answer.code(), (500, "DCS.5000".into()));
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Failed));
}

#[tokio::test]
async fn stop_delay_of_maximum_is_accepted() {
    let stand_in = with_task(builder().stop_delay(Duration::MAX)).await;
    let _waiting = Call::stop(TASK)
        .signed(&stand_in)
        .begin(stand_in.address())
        .await;
    until(|| stand_in.task_status(TASK) == Some(TaskStatus::Terminating)).await;
}

#[tokio::test]
async fn show_has_all_members_of_the_service() {
    let stand_in = stand_in().await;
    let answer = Call::show(TASK).call(&stand_in).await;
    assert_eq!(answer.status, 200);
    let detail: MigrationTaskDetail = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(detail.task_id.as_deref(), Some(TASK));
    assert_eq!(detail.status, Some(TaskStatus::IncrementalMigrating));
    assert!(detail.task_name.is_some() && detail.created_at.is_some());
    assert!(detail.source_instance.unwrap().addrs.is_some());
    assert!(detail.target_instance.unwrap().id.is_some());
    // 22 members, as in every source, null if unset.
    assert_eq!(answer.json().as_object().unwrap().len(), 22);
}

#[tokio::test]
async fn set_status_changes_or_adds_a_task() {
    let stand_in = builder().start().await.unwrap();
    assert_eq!(stand_in.task_status(TASK), None);
    stand_in.set_task_status(TASK, TaskStatus::Running);
    assert_eq!(shown(&stand_in).await, "RUNNING");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_stops_carry_out_exactly_one() {
    let stand_in = stand_in().await;
    let stop = Call::stop(TASK).signed(&stand_in);
    let mut streams = Vec::new();
    for _ in 0..32 {
        streams.push(stop.begin(stand_in.address()).await);
    }
    let mut done = 0;
    for stream in &mut streams {
        done += usize::from(Answer::read(stream).await.status == 204);
    }
    assert_eq!((done, stopped(&stand_in)), (1, 1));
}
