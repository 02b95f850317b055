//! A stop whose response was lost: the task is polled, and no second stop is sent.

use super::waits::wait_over;
use super::*;
use crate::{ErrorKind, Result, StopEnd, StopOutcome, WaitConfig};

/// A wait after a lost stop, over these polls, and how long it took. Asserts that no second stop is sent.
async fn lost_and_then(steps: impl IntoIterator<Item = Step>) -> (Result<StopOutcome>, Duration) {
    let began = clock::instant();
    let (outcome, script) = wait_over(std::iter::once(says(502, "")).chain(steps)).await;
    assert_eq!(script.stops(), 1);
    (outcome, clock::instant() - began)
}

fn running(polls: usize) -> impl Iterator<Item = Step> {
    std::iter::repeat_with(|| task("INCRMIGEATING")).take(polls)
}

/// A failed poll: three attempts.
fn missed() -> impl Iterator<Item = Step> {
    std::iter::repeat_with(|| says(503, "")).take(3)
}

#[tokio::test(start_paused = true)]
async fn lost_stop_unchanged_for_60_s_ends_without_resend() {
    // The polls are 10 s apart, plus or minus 10 %: the seventh or the eighth ends the wait.
    let steps = running(8);
    let script = Script::new(std::iter::once(says(502, "")).chain(steps));
    let began = clock::instant();
    let error = client(&script)
        .stop_sync_and_wait(TASK, WaitConfig::default())
        .await
        .unwrap_err();
    let took = clock::instant() - began;
    assert!(
        (Duration::from_secs(60)..Duration::from_secs(72)).contains(&took),
        "{took:?}"
    );
    assert_eq!(script.stops(), 1);
    assert_eq!(
        (error.kind(), error.status(), error.request_id()),
        (ErrorKind::Wait, Some(502), Some("r-1"))
    );
    assert!(error.may_have_been_applied());
    let line = error.to_string();
    assert!(
        line.contains("INCRMIGEATING") && line.ends_with("the task is unchanged: run it again"),
        "{line}"
    );
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.starts_with("StopMigrationTaskSync: HTTP 502"),
        "{source}"
    );
}

#[tokio::test(start_paused = true)]
async fn lost_stop_ends_at_the_unchanged_timeout_set() {
    let script = Script::new(std::iter::once(Step::lost()).chain(running(3)));
    let wait = WaitConfig::default()
        .with_interval(Duration::from_secs(1))
        .with_unchanged_timeout(Duration::from_millis(1_500));
    let error = client(&script)
        .stop_sync_and_wait(TASK, wait)
        .await
        .unwrap_err();
    assert!(error.may_have_been_applied(), "{error}");
    assert_eq!((script.stops(), script.count()), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn lost_stop_failed_polls_do_not_count_as_unchanged() {
    // No two polls in a row succeed, so no time counts as unchanged.
    let steps = (0..20).flat_map(|_| running(1).chain(missed()));
    let (outcome, took) = lost_and_then(steps.chain([task("TERMINATED")])).await;
    assert_eq!(outcome.unwrap().end(), &StopEnd::Stopped);
    assert!(took > Duration::from_secs(300), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn lost_stop_of_restarted_task_is_not_resent() {
    // The stop was applied. While polls fail, someone restarts the task. Later polls show that it runs.
    let steps = missed().chain(missed()).chain(running(3));
    let (outcome, _) = lost_and_then(steps.chain([task("TERMINATED")])).await;
    assert_eq!(outcome.unwrap().end(), &StopEnd::Stopped);
}

#[tokio::test(start_paused = true)]
async fn changed_status_restarts_the_unchanged_timeout() {
    let steps = running(5).chain([task("TERMINATING")]).chain(running(5));
    let (outcome, _) = lost_and_then(steps.chain([task("TERMINATED")])).await;
    assert_eq!(outcome.unwrap().end(), &StopEnd::Stopped);
}

#[tokio::test(start_paused = true)]
async fn accepted_stop_ignores_the_unchanged_timeout() {
    let steps = std::iter::once(stopped()).chain(running(30));
    let (outcome, script) = wait_over(steps.chain([task("TERMINATED")])).await;
    assert_eq!(outcome.unwrap().end(), &StopEnd::Stopped);
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn stop_503_without_code_is_lost_and_polled() {
    for lost in [
        says(503, ""),
        says(503, "<html>busy</html>"),
        says(408, "{}"),
    ] {
        let (outcome, script) = wait_over([lost, task("TERMINATED")]).await;
        let outcome = outcome.unwrap();
        assert_eq!(outcome.end(), &StopEnd::Stopped);
        assert!(outcome.response().unwrap_err().may_have_been_applied());
        assert_eq!(script.stops(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn progress_reports_a_refused_or_lost_stop() {
    for (sent, code, may_have_been_applied) in [
        (wrong_state(), Some("DCS.4957"), false),
        (says(503, ""), None, true),
    ] {
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = told.clone();
        let wait = WaitConfig::default().with_progress(move |progress| {
            if let crate::Progress::NotAccepted(error) = progress {
                let told = (
                    error.code().map(str::to_owned),
                    error.may_have_been_applied(),
                );
                kept.lock().unwrap().push(told);
            }
        });
        let script = Script::new([sent, task("TERMINATED")]);
        let stop = client(&script);
        stop.stop_sync_and_wait(TASK, wait).await.unwrap();
        let expected = (code.map(str::to_owned), may_have_been_applied);
        assert_eq!(*told.lock().unwrap(), [expected]);
    }
}
