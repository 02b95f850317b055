//! The cut-over, rule by rule: what it reads, what it sends, and what it never sends.

mod after;
mod before;
mod retried;
mod slow;
mod traced;

use std::error::Error as _;
use std::num::NonZeroU32;

use super::*;
use crate::types::IpExchangeRequest;
use crate::{
    CutOver, CutOverOutcome, CutOverReport, Error, PlannedStep, Result, StepKind, StepState,
};

async fn run_over(
    options: impl FnOnce(CutOver) -> CutOver,
    steps: impl IntoIterator<Item = Step>,
) -> (Result<CutOverReport>, Script) {
    let script = Script::new(steps);
    let result = options(client(&script).cut_over(TASK)).run().await;
    assert_eq!(script.left(), 0, "unused script steps: {result:?}");
    (result, script)
}

/// A cut-over that needs one lag reading only: for tests of the steps before and after.
fn quick(cut_over: CutOver) -> CutOver {
    cut_over.with_readings(NonZeroU32::MIN)
}

fn by_exchange(cut_over: CutOver) -> CutOver {
    quick(cut_over).by_exchange(IpExchangeRequest::default())
}

fn running() -> Step {
    task("INCRMIGEATING")
}

/// The responses up to the stop, if one lag reading is enough.
fn level() -> [Step; 3] {
    [running(), lag("0"), running()]
}

fn then(steps: impl IntoIterator<Item = Step>) -> impl Iterator<Item = Step> {
    level().into_iter().chain(steps)
}

fn asks_for(seconds: &str) -> Step {
    let mut refusal = answer(429, "");
    let headers = refusal.headers_mut();
    headers.insert("retry-after", seconds.parse().unwrap());
    Step::response(refusal)
}

/// The check before a retry, where nothing has changed.
fn still_level() -> [Step; 2] {
    [running(), lag("0")]
}

/// The source of an error, which is an error of this crate.
fn cause(error: &Error) -> &Error {
    error.source().unwrap().downcast_ref().unwrap()
}

fn kinds(report: &CutOverReport) -> Vec<(StepKind, StepState)> {
    let steps = report.steps().iter();
    steps.map(|step| (step.kind, step.state)).collect()
}

#[tokio::test(start_paused = true)]
async fn cut_over_checks_waits_rechecks_stops_once_and_confirms() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = told.clone();
    let lags = Arc::new(Mutex::new(Vec::new()));
    let kept_lags = lags.clone();
    let (report, script) = run_over(
        move |cut_over| {
            cut_over
                .on_step(move |step| kept.lock().unwrap().push(step.to_string()))
                .on_reading(move |reading| {
                    let reading = (reading.lag, reading.in_a_row);
                    kept_lags.lock().unwrap().push(reading);
                })
        },
        [
            running(),
            lag("7"),
            lag("0"),
            lag(r#""0""#),
            lag("0"),
            running(),
            stopped(),
            task("TERMINATING"),
            task("TERMINATED"),
        ],
    )
    .await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::Stopped);
    let ends = ["stats", TASK, "sync-stop"];
    let calls: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| {
            ends.iter()
                .position(|end| seen.path.ends_with(end))
                .unwrap()
        })
        .collect();
    assert_eq!(calls, [1, 0, 0, 0, 0, 1, 2, 1, 1]);
    assert_eq!(
        kinds(&report),
        [
            (StepKind::Checked, StepState::Done),
            (StepKind::LagReached, StepState::Done),
            (StepKind::Stopped, StepState::Done),
            (StepKind::Confirmed, StepState::Done),
        ]
    );
    let [checked, level, stop, confirmed] = report.steps() else {
        panic!("{report:?}");
    };
    assert_eq!((level.lag, level.readings), (Some(0), 4));
    assert_eq!(
        (stop.http_status, stop.request_id.as_deref()),
        (Some(204), Some("r-1"))
    );
    assert_eq!(confirmed.status.as_ref(), report.task().status.as_ref());
    assert!((26.9..=33.1).contains(&level.duration.as_secs_f64()));
    assert!((8.9..=11.1).contains(&confirmed.duration.as_secs_f64()));
    let took: Duration = [checked, level, stop, confirmed]
        .map(|step| step.duration)
        .iter()
        .sum();
    assert_eq!((took, confirmed.elapsed), (report.elapsed(), took));
    assert_eq!(
        *told.lock().unwrap(),
        [
            "task checked: INCRMIGEATING",
            "lag reached: 0",
            "sending the stop",
            "stop accepted [request r-1]",
            "confirmed: TERMINATED"
        ]
    );
    assert_eq!(
        *lags.lock().unwrap(),
        [(Some(7), 0), (Some(0), 1), (Some(0), 2), (Some(0), 3)]
    );
}

#[tokio::test(start_paused = true)]
async fn dry_run_only_reads_and_plans_the_steps() {
    for (steps, would_send, done, words) in [
        (
            vec![running(), lag("42")],
            true,
            vec![true, false, false, false],
            "wait up to 1800s until the lag (now 42) is at most 0 in 3 readings in a row; stop",
        ),
        (
            vec![running(), lag("null")],
            true,
            vec![true, false, false, false],
            "(now unknown)",
        ),
        (
            vec![task("TERMINATING")],
            false,
            vec![true, true, true, false],
            "send nothing; read the task until it is TERMINATED",
        ),
        (
            vec![task("TERMINATED")],
            false,
            vec![true; 4],
            "nothing left to do",
        ),
    ] {
        let script = Script::new(steps);
        let plan = client(&script).cut_over(TASK).dry_run().await.unwrap();
        assert_eq!(plan.would_send(), would_send);
        let is_done: Vec<_> = plan.steps().iter().map(PlannedStep::is_done).collect();
        assert_eq!(is_done, done);
        assert!(plan.to_string().contains(words), "{plan}");
        assert_eq!(
            (script.stops(), plan.lag().is_some()),
            (0, words.contains("42"))
        );
    }
    let script = Script::new([task("RUNNING")]);
    let error = client(&script).cut_over(TASK).dry_run().await.unwrap_err();
    assert!(error.to_string().contains("RUNNING"), "{error}");
}
