//! A stop that is sent a second time because nothing shows of the first: it is looked after like that.

use super::*;
use crate::WaitConfig;

/// A stop whose answer is lost and of which nothing shows, and the second one.
fn lost_and_then(second: Step) -> impl Iterator<Item = Step> {
    then([says(502, ""), running(), running(), lag("0"), second])
}

#[tokio::test(start_paused = true)]
async fn a_second_stop_is_looked_after_like_the_first_and_is_a_step_of_its_own() {
    let lost = lost_and_then(refused_for_now(503));
    let grown = [running(), lag("7"), running(), lag("0"), stopped()];
    let steps = lost.chain(grown).chain([task("TERMINATED")]);
    let (report, script) = run_over(quick, steps).await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::Stopped);
    assert_eq!(
        kinds(&report)[2..],
        [
            (StepKind::Stopped, StepState::Unanswered),
            (StepKind::Stopped, StepState::RefusedForNow),
            (StepKind::Stopped, StepState::Done),
            (StepKind::Confirmed, StepState::Done),
        ]
    );
    assert_eq!((script.stops(), report.attempts()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_second_stop_waits_as_long_as_it_was_asked_to_and_is_tried_as_often_as_any_call() {
    let lost = lost_and_then(asks_for("35"));
    // Looks at 10, 20 and 30 s come too early.
    let early = (0..3).map(|_| running());
    let again = still_level().into_iter().chain([refused_for_now(503)]);
    let unsent = still_level()
        .into_iter()
        .chain([Step::Fail(SendCause::Connect)]);
    let over = [running(), running(), task("TERMINATED")];
    let steps = lost.chain(early).chain(again).chain(unsent).chain(over);
    let (report, script) = run_over(quick, steps).await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::Stopped);
    assert_eq!((script.stops(), report.attempts()), (4, 4));
    let sent = script
        .seen()
        .into_iter()
        .filter(|seen| seen.method == "POST");
    let sent: Vec<_> = sent.map(|seen| seen.at).collect();
    assert!(sent[2] - sent[1] >= Duration::from_secs(35), "{sent:?}");
    assert_eq!(kinds(&report)[5], (StepKind::Stopped, StepState::NotSent));
}

#[tokio::test(start_paused = true)]
async fn the_attempts_at_a_second_stop_are_told_where_the_first_is_never_seen() {
    let soon = |cut_over: CutOver| {
        let wait = WaitConfig::default().with_timeout(Duration::from_secs(15));
        quick(cut_over).with_confirmation(wait)
    };
    let steps = lost_and_then(asks_for("35"));
    let error = run_over(soon, steps.chain([running()]))
        .await
        .0
        .unwrap_err();
    assert_eq!(
        (
            error.status(),
            error.attempts(),
            error.may_have_been_applied()
        ),
        (Some(502), 2, true)
    );
}
