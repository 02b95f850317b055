//! `advance` and the paused clock of tokio.

use std::time::Duration;

use dcs_stand_in::{Effect, TaskStatus};

use crate::{
    client::{Answer, Call, TASK, builder, until, with_task},
    generated::caller,
};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn advance_ends_a_delayed_stop() {
    let stand_in = with_task(builder().stop_delay(HOUR)).await;
    let stop = Call::stop(TASK).signed(&stand_in);
    let mut waiting = stop.begin(stand_in.address()).await;
    until(|| stand_in.effect_count(TASK, Effect::Stopped) == 1).await;
    stand_in.advance(HOUR / 2);
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminating));
    stand_in.advance(HOUR / 2);
    assert_eq!(Answer::read(&mut waiting).await.status, 204);
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
}

#[tokio::test]
async fn advance_keeps_signatures_and_dates() {
    let stand_in = with_task(builder()).await;
    stand_in.advance(HOUR);
    let answer = Call::show(TASK).call(&stand_in).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
}

#[tokio::test]
async fn advance_leaves_fault_delays() {
    let stand_in = with_task(builder()).await;
    stand_in.fault("show:delay=1h".parse().unwrap());
    let show = Call::show(TASK).signed(&stand_in);
    let mut waiting = show.begin(stand_in.address()).await;
    until(|| stand_in.requests().len() == 1).await;
    stand_in.advance(HOUR);
    let silence = tokio::time::timeout(Duration::from_millis(50), Answer::read(&mut waiting)).await;
    assert!(silence.is_err());
}

#[tokio::test]
async fn paused_tokio_clock_is_followed() {
    let stand_in = with_task(builder().stop_delay(HOUR)).await;
    caller(&stand_in).stop(TASK).await.unwrap();
    tokio::time::pause();
    tokio::time::advance(HOUR / 2).await;
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminating));
    stand_in.advance(HOUR / 4);
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminating));
    tokio::time::advance(HOUR / 4).await;
    assert_eq!(stand_in.task_status(TASK), Some(TaskStatus::Terminated));
}
