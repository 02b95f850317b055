//! `stop_sync_and_wait`: the outcome for each response to the stop and to the polls.

use super::*;
use crate::types::TaskStatus;
use crate::{ErrorKind, Poll, Progress, Result, StopEnd, StopOutcome, WaitConfig};

pub(super) async fn wait_over(
    steps: impl IntoIterator<Item = Step>,
) -> (Result<StopOutcome>, Script) {
    let script = Script::new(steps);
    let outcome = client(&script)
        .stop_sync_and_wait(TASK, WaitConfig::default())
        .await;
    assert_eq!(script.left(), 0, "unused script steps: {outcome:?}");
    if let Ok(outcome) = &outcome {
        assert_eq!(outcome.attempts(), u32::try_from(script.stops()).unwrap());
    }
    (outcome, script)
}

#[tokio::test(start_paused = true)]
async fn accepted_stop_is_polled_every_10_s_until_terminated() {
    let steps = [
        stopped(),
        task("INCRMIGEATING"),
        task("TERMINATING"),
        task("NEWS"),
        task("TERMINATED"),
    ];
    let (outcome, script) = wait_over(steps).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.end(), &StopEnd::Stopped);
    assert_eq!(outcome.response().unwrap().status(), 204);
    assert_eq!(outcome.task().status, Some(TaskStatus::Terminated));
    let seen = script.seen();
    assert_eq!(seen[1].at, seen[0].at);
    for pair in seen[1..].windows(2) {
        let between = pair[1].at - pair[0].at;
        assert!(
            (Duration::from_secs(9)..Duration::from_millis(11_010)).contains(&between),
            "{between:?}"
        );
    }
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn other_end_is_the_outcome() {
    for status in ["SUCCESS", "MIGRATION_SUCCESS", "RELEASED", "DELETED"] {
        let (outcome, _) = wait_over([stopped(), task(status)]).await;
        assert_eq!(
            outcome.unwrap().end(),
            &StopEnd::Ended(TaskStatus::from(status))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn failed_task_is_error_with_status_and_reason() {
    for status in ["FAILED", "MIGRATION_FAILED", "ERROR"] {
        let (outcome, _) = wait_over([stopped(), task(status), failed_because("No room.")]).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.request_id()),
            (ErrorKind::Wait, Some("r-1"))
        );
        assert!(error.may_have_been_applied());
        let line = error.to_string();
        assert!(line.contains(status) && line.contains("No room."), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn refused_stop_of_terminated_task_is_already_stopped() {
    for steps in [
        vec![wrong_state(), task("TERMINATED")],
        vec![wrong_state(), task("TERMINATING"), task("TERMINATED")],
    ] {
        let (outcome, _) = wait_over(steps).await;
        let outcome = outcome.unwrap();
        assert_eq!(outcome.end(), &StopEnd::AlreadyStopped);
        assert_eq!(outcome.response().unwrap_err().code(), Some("DCS.4957"));
    }
}

#[tokio::test(start_paused = true)]
async fn refused_stop_of_other_task_is_the_refusal() {
    for poll in [
        task("RUNNING"),
        task("SUCCESS"),
        task("FAILED"),
        task("NEWS"),
        task("INCRMIGEATING"),
        says(403, ""),
    ] {
        let (outcome, script) = wait_over([wrong_state(), poll]).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Service, Some("DCS.4957"))
        );
        assert!(!error.may_have_been_applied());
        assert_eq!(script.stops(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn stop_refused_for_other_reason_is_not_polled() {
    for refusal in [
        says(401, ""),
        says(403, ""),
        says(400, r#"{"error_code":"DCS.4133"}"#),
    ] {
        let (outcome, script) = wait_over([refusal]).await;
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Service);
        assert_eq!(script.count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_stop_that_was_applied_is_confirmed_without_resend() {
    for lost in [Step::lost(), says(504, ""), Step::silence()] {
        let (outcome, script) = wait_over([lost, task("TERMINATING"), task("TERMINATED")]).await;
        let outcome = outcome.unwrap();
        assert_eq!(outcome.end(), &StopEnd::Stopped);
        assert!(outcome.response().unwrap_err().may_have_been_applied());
        assert_eq!(script.stops(), 1);
    }
}

/// A poll in words. Times vary at random: they are rounded to multiples of 10 s.
pub(super) fn told_of(poll: &Poll) -> String {
    let tens = |time: Duration| (time.as_secs_f64() / 10.0).round() * 10.0;
    let (polls, after) = (poll.polls, tens(poll.elapsed));
    let next = poll.next_in.map(|next| format!("next in {}s", tens(next)));
    let next = next.unwrap_or_else(|| "the last".to_owned());
    format!("poll {polls} after {after}s, {next}")
}

#[tokio::test(start_paused = true)]
async fn progress_reports_accepted_stop_and_each_poll() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = told.clone();
    let script = Script::new([
        stopped(),
        task("INCRMIGEATING"),
        says(503, ""),
        says(503, ""),
        says(503, ""),
        task("TERMINATED"),
    ]);
    let wait = WaitConfig::default().with_progress(move |progress| {
        kept.lock().unwrap().push(match progress {
            Progress::Accepted(response) => {
                format!("{} {:?}", response.status(), response.request_id())
            }
            Progress::TaskPolled(task, poll) => {
                let status = task.status.clone().unwrap();
                format!("{status}, {}", told_of(poll))
            }
            Progress::PollFailed(error, poll) => {
                let (kind, status) = (error.kind(), error.status());
                format!("{kind} {status:?}, {}", told_of(poll))
            }
            other => panic!("{other:?}"),
        });
    });
    assert!(format!("{wait:?}").contains("reports_progress: true"));
    client(&script)
        .stop_sync_and_wait(TASK, wait)
        .await
        .unwrap();
    let told = told.lock().unwrap();
    let [accepted, first, failed, second] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(accepted, r#"204 Some("r-1")"#);
    assert_eq!(first, "INCRMIGEATING, poll 1 after 0s, next in 10s");
    assert_eq!(failed, "service Some(503), poll 2 after 10s, next in 10s");
    assert_eq!(second, "TERMINATED, poll 3 after 20s, the last");
}

#[tokio::test(start_paused = true)]
async fn dropped_wait_has_reported_the_request_id() {
    let accepted = Arc::new(Mutex::new(None));
    let kept = accepted.clone();
    let script = Script::new([stopped(), Step::silence()]);
    let wait = WaitConfig::default().with_progress(move |progress| {
        if let Progress::Accepted(response) = progress {
            *kept.lock().unwrap() = response.request_id().map(str::to_owned);
        }
    });
    let client = client(&script);
    let waiting = client.stop_sync_and_wait(TASK, wait);
    let cut = tokio::time::timeout(Duration::from_secs(1), waiting).await;
    assert!(cut.is_err());
    assert_eq!(accepted.lock().unwrap().as_deref(), Some("r-1"));
}

#[tokio::test(start_paused = true)]
async fn only_transient_poll_failures_are_retried() {
    let steps = [
        stopped(),
        says(503, ""),
        says(503, ""),
        says(503, ""),
        task("TERMINATED"),
    ];
    assert_eq!(wait_over(steps).await.0.unwrap().end(), &StopEnd::Stopped);

    let (outcome, _) = wait_over([stopped(), says(403, r#"{"error_code":"DCS.2003"}"#)]).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Wait, Some("StopMigrationTaskSync"))
    );
    assert!(error.may_have_been_applied());
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.contains("ShowMigrationTask") && source.contains("DCS.2003"),
        "{source}"
    );
}

#[tokio::test(start_paused = true)]
async fn unconfirmed_stop_times_out_and_names_last_status() {
    let script =
        Script::new(std::iter::once(stopped()).chain((0..5).map(|_| task("INCRMIGEATING"))));
    let config = WaitConfig::default()
        .with_interval(Duration::from_secs(20))
        .with_timeout(Duration::from_secs(60));
    let error = client(&script)
        .stop_sync_and_wait(TASK, config)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Wait, true)
    );
    assert!(
        error.to_string().contains("INCRMIGEATING") && error.to_string().contains("60s"),
        "{error}"
    );

    let script = Script::new([stopped(), Step::silence(), Step::silence(), Step::silence()]);
    let config = WaitConfig::default().with_timeout(Duration::from_secs(70));
    let began = clock::instant();
    let error = client(&script)
        .stop_sync_and_wait(TASK, config)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Wait);
    assert!(clock::instant() - began < Duration::from_secs(71));
}

#[tokio::test(start_paused = true)]
async fn refused_stop_beside_unconfirmed_one_is_not_applied() {
    let script = Script::new([
        wrong_state(),
        task("TERMINATING"),
        task("TERMINATING"),
        task("TERMINATING"),
    ]);
    let config = WaitConfig::default().with_timeout(Duration::from_secs(15));
    let error = client(&script)
        .stop_sync_and_wait(TASK, config)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Wait, false)
    );
    assert!(
        error.to_string().contains("another one was under way"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn timeout_below_interval_polls_once_more_at_its_end() {
    let script = Script::new([stopped(), task("TERMINATING"), task("TERMINATED")]);
    let config = WaitConfig::default().with_timeout(Duration::from_secs(5));
    let outcome = client(&script)
        .stop_sync_and_wait(TASK, config)
        .await
        .unwrap();
    assert_eq!(outcome.end(), &StopEnd::Stopped);
}

#[tokio::test(start_paused = true)]
async fn wait_error_is_one_line_and_keeps_the_stop_response() {
    let steps = [
        says(504, r#"{"error_code":"DCS.5000"}"#),
        task(r"NEW\u001b[2J\nstopped t-9"),
        says(404, ""),
    ];
    let error = wait_over(steps).await.0.unwrap_err();
    assert_eq!(
        (error.status(), error.code()),
        (Some(504), Some("DCS.5000"))
    );
    let script = Script::new([stopped(), task(r"NEW\u001b[2J\nstopped t-9")]);
    let config = WaitConfig::default().with_timeout(Duration::ZERO);
    let error = client(&script)
        .stop_sync_and_wait(TASK, config)
        .await
        .unwrap_err();
    assert!(!error.to_string().contains(['\n', '\u{1b}']), "{error:?}");
    assert_eq!(error.status(), Some(204));
}
