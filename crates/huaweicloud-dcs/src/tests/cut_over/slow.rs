//! A run that is delayed by its own callbacks or by a slow response.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use futures_util::FutureExt as _;

use super::*;
use crate::{Progress, WaitConfig};

/// Advances the clock, as a callback that blocks would.
fn hold_up(pause: Duration) {
    let _ = tokio::time::advance(pause).now_or_never();
}

fn held_up_by(kind: StepKind, state: StepState, pause: Duration) -> impl Fn(CutOver) -> CutOver {
    move |cut_over| {
        quick(cut_over).on_step(move |step| {
            if (step.kind, step.state) == (kind, state) {
                hold_up(pause);
            }
        })
    }
}

#[tokio::test(start_paused = true)]
async fn slow_on_step_callback_takes_no_time_from_retry() {
    let slow = held_up_by(
        StepKind::Stopped,
        StepState::RefusedForNow,
        Duration::from_secs(300),
    );
    let stop = Step::response(answer(204, "")).after(Duration::from_secs(100));
    let steps = then([refused_for_now(503)]).chain(still_level());
    let (report, script) = run_over(slow, steps.chain([stop, task("TERMINATED")])).await;
    let report = report.unwrap();
    assert_eq!(kinds(&report)[3], (StepKind::Stopped, StepState::Done));
    assert_eq!(script.stops(), 2);
}

#[tokio::test(start_paused = true)]
async fn old_lag_reading_is_repeated_before_the_stop() {
    let hour = Duration::from_secs(3600);
    let slow = held_up_by(StepKind::LagReached, StepState::Done, hour);
    let (grown, script) = run_over(slow, level().into_iter().chain([lag("7")])).await;
    let error = grown.unwrap_err();
    assert_eq!((error.may_have_been_applied(), script.stops()), (false, 0));
    let line = error.to_string();
    assert!(
        line.contains("3600s") && line.contains("nothing was applied"),
        "{line}"
    );

    let slow = |cut_over| quick(cut_over).on_reading(move |_| hold_up(hour));
    let again = [lag("0"), stopped(), task("TERMINATED")];
    let (report, _) = run_over(slow, level().into_iter().chain(again)).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::Stopped);

    // The lag may be as old as the request for it.
    let late = answer(200, r#"{"offset":0,"is_migrating":true}"#);
    let late = Step::response(late).after(Duration::from_secs(20));
    let (grown, script) = run_over(quick, [running(), late, running(), lag("7")]).await;
    assert_eq!((grown.is_err(), script.stops()), (true, 0));
}

#[tokio::test(start_paused = true)]
async fn lost_stop_with_slow_progress_callback_is_not_resent() {
    let slow = |cut_over: CutOver| {
        let polls = AtomicU32::new(0);
        let wait = WaitConfig::default().with_progress(move |progress| {
            let is_poll = matches!(progress, Progress::TaskPolled(..));
            if is_poll && polls.fetch_add(1, Relaxed) == 1 {
                hold_up(Duration::from_secs(60));
            }
        });
        quick(cut_over).with_confirmation(wait)
    };
    let lost = [says(502, ""), running(), running()];
    let exchanged = exchanging("INCRMIGEATING", "EXCHANGING");
    let steps = then(lost).chain([exchanged, task("TERMINATED")]);
    let (report, script) = run_over(slow, steps).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::Stopped);
    let after = script.seen().split_off(4);
    let only_looks = after.iter().all(|seen| seen.path.ends_with(TASK));
    assert!(only_looks, "no second stop is prepared: {after:?}");
}

#[tokio::test(start_paused = true)]
async fn huge_timeouts_do_not_panic() {
    let fits = (0..64).rev().fold(0, |seconds: u64, bit| {
        let more = seconds | 1 << bit;
        let moment = clock::instant().checked_add(Duration::from_secs(more));
        moment.map_or(seconds, |_| more)
    });
    for limit in [fits - 1, fits, u64::MAX].map(Duration::from_secs) {
        let steps = then([asks_for("7"), running(), lag("7"), lag("0"), running()]);
        let script = Script::new(steps.chain([stopped(), task("TERMINATED")]));
        let client = client_with(settings().timeout(limit), &script);
        let cut_over = quick(client.cut_over(TASK)).with_timeout(limit);
        assert_eq!(
            cut_over.run().await.unwrap().outcome(),
            CutOverOutcome::Stopped
        );
    }
}
