//! A run that is held up: by whom it reports to, or by an answer that takes long.

use futures_util::FutureExt as _;

use super::*;

/// What a report that does not return at once does to the clock.
fn hold_up(pause: Duration) {
    let _ = tokio::time::advance(pause).now_or_never();
}

fn held_up_by(kind: StepKind, state: StepState, pause: Duration) -> impl Fn(CutOver) -> CutOver {
    move |cut_over| {
        quick(cut_over).on_step(move |step| {
            if (step.kind(), step.state()) == (kind, state) {
                hold_up(pause);
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_of_a_refusal_that_takes_long_takes_no_time_from_the_next_attempt() {
    let slow = held_up_by(
        StepKind::Stopped,
        StepState::RefusedForNow,
        Duration::from_secs(300),
    );
    let stop = Step::Late(Duration::from_secs(100), answer(204, ""));
    let steps = then([refused_for_now(503)]).chain(still_level());
    let (report, script) = run_over(slow, steps.chain([stop, task("TERMINATED")])).await;
    let report = report.unwrap();
    assert_eq!(kinds(&report)[3], (StepKind::Stopped, StepState::Done));
    assert_eq!(script.stops(), 2);
}
