//! What a cut-over requires before it sends anything.

use super::*;
use crate::ErrorKind;

#[tokio::test(start_paused = true)]
async fn high_or_unknown_lag_restarts_the_reading_count() {
    let still = || says(200, r#"{"offset":0,"is_migrating":false}"#);
    let missed = || (0..3).map(|_| says(503, ""));
    for spoilt in [
        vec![lag("11")],
        vec![lag("null"), running()],
        vec![lag(r#""-""#), running()],
        vec![lag("-1"), running()],
        vec![says(200, "{}"), running()],
        vec![still(), running()],
        missed().chain([running()]).collect(),
        missed().chain(missed()).collect(),
    ] {
        let steps = [running(), lag("10"), lag("10")]
            .into_iter()
            .chain(spoilt)
            .chain([lag("10"), lag("9"), lag("10"), running(), stopped()])
            .chain([task("TERMINATED")]);
        let (report, script) = run_over(|cut_over| cut_over.with_max_lag(10), steps).await;
        assert_eq!(report.unwrap().outcome(), CutOverOutcome::Stopped);
        assert_eq!(script.stops(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn slow_check_before_stop_reads_lag_again() {
    let slow = || {
        let running = format!(r#"{{"task_id":"{TASK}","status":"INCRMIGEATING"}}"#);
        Step::response(answer(200, running)).after(Duration::from_secs(6))
    };
    let (grown, script) = run_over(quick, [running(), lag("0"), slow(), lag("7")]).await;
    let error = grown.unwrap_err();
    assert_eq!((error.may_have_been_applied(), script.stops()), (false, 0));
    assert!(error.to_string().contains("nothing was applied"), "{error}");
    let steps = [running(), lag("0"), slow(), lag("0"), stopped()];
    let (level, script) = run_over(quick, steps.into_iter().chain([task("TERMINATED")])).await;
    assert_eq!(level.unwrap().outcome(), CutOverOutcome::Stopped);
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn high_lag_times_out_and_sends_no_stop() {
    for (readings, said) in [(["0", "412"], "412"), (["9", "null"], "unknown")] {
        let polls = readings.map(lag).into_iter();
        let show = (said == "unknown").then(running);
        let script = Script::new([running()].into_iter().chain(polls).chain(show));
        let cut_over = client(&script)
            .cut_over(TASK)
            .with_interval(Duration::from_secs(60))
            .with_timeout(Duration::from_secs(30));
        let error = cut_over.run().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Wait, false)
        );
        let line = error.to_string();
        for part in ["30s", said, "nothing was applied", "run the cut-over again"] {
            assert!(line.contains(part), "{line}");
        }
        assert_eq!(script.stops(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn unready_status_is_error_with_advice_and_no_stop() {
    for (status, advice) in [
        ("CREATING", "wait until"),
        ("RUNNING", "wait until"),
        ("FULLMIGRATING", "wait until"),
        ("NEWS", "wait until"),
        ("SUCCESS", "not by this"),
        ("RELEASED", "not by this"),
        ("DELETED", "not by this"),
    ] {
        // In the first check, and in the last check before the stop.
        for steps in [
            vec![task(status)],
            vec![running(), lag("0"), task(status)],
            vec![running(), lag("null"), task(status)],
        ] {
            let (result, script) = run_over(quick, steps).await;
            let error = result.unwrap_err();
            assert_eq!(
                (error.kind(), error.may_have_been_applied()),
                (ErrorKind::Wait, false)
            );
            let line = error.to_string();
            assert!(line.contains(status) && line.contains(advice), "{line}");
            assert_eq!(script.stops(), 0);
        }
    }
    let steps = [task("FAILED"), failed_because("No room.")];
    let (result, script) = run_over(CutOver::ignoring_lag, steps).await;
    let line = result.unwrap_err().to_string();
    assert!(line.contains("FAILED: No room."), "{line}");
    assert_eq!(script.stops(), 0);
}

#[tokio::test(start_paused = true)]
async fn stop_by_someone_else_is_awaited_and_not_resent() {
    let begun = |steps: Vec<Step>| [running()].into_iter().chain(steps).collect::<Vec<_>>();
    for steps in [
        vec![task("TERMINATED")],
        vec![task("TERMINATING"), task("TERMINATING"), task("TERMINATED")],
        begun(vec![lag("0"), task("TERMINATED")]),
        begun(vec![lag("null"), task("TERMINATED")]),
        begun(vec![wrong_state(), task("TERMINATING"), task("TERMINATED")]),
    ] {
        let (report, script) = run_over(quick, steps).await;
        let report = report.unwrap();
        assert_eq!(report.outcome(), CutOverOutcome::AlreadyStopped);
        assert_eq!(script.stops(), 0);
        let [_, _, stop, confirmed] = kinds(&report)[..] else {
            panic!("{report:?}");
        };
        assert_eq!(stop, (StepKind::Stopped, StepState::Skipped));
        assert_eq!(confirmed, (StepKind::Confirmed, StepState::Done));
    }
    let seen_late = [running(), lag("7"), lag("null"), task("TERMINATED")];
    let report = run_over(quick, seen_late).await.0.unwrap();
    let line = report.steps()[1].to_string();
    assert_eq!(line, "lag check skipped: too late");
    let (report, _) = run_over(quick, then([wrong_state(), task("TERMINATED")])).await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::AlreadyStopped);
    assert_eq!(kinds(&report)[2], (StepKind::Stopped, StepState::Refused));
}

#[tokio::test(start_paused = true)]
async fn ignored_lag_still_requires_the_incremental_phase() {
    for (reading, known) in [
        (lag("999"), Some(999)),
        (lag("null"), None),
        (says(403, ""), None),
        (Step::silence(), None),
    ] {
        let steps = [running(), reading, running(), stopped(), task("TERMINATED")];
        let (report, _) = run_over(CutOver::ignoring_lag, steps).await;
        let report = report.unwrap();
        assert_eq!(report.steps()[1].kind, StepKind::LagIgnored);
        assert_eq!(report.steps()[1].lag, known);
        assert!(report.elapsed() < Duration::from_secs(6));
    }
    let steps = [running(), lag("0"), task("FULLMIGRATING")];
    let (result, script) = run_over(CutOver::ignoring_lag, steps).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Wait);
    assert_eq!(script.stops(), 0);
}

#[tokio::test(start_paused = true)]
async fn refused_read_is_the_error_and_sends_no_stop() {
    for steps in [
        vec![says(400, r#"{"error_code":"DCS.4133"}"#)],
        vec![running(), says(403, ""), running()],
        vec![running(), lag("0"), says(403, "")],
    ] {
        let (result, script) = run_over(quick, steps).await;
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Service, false)
        );
        assert_eq!(script.stops(), 0);
    }
    let script = Script::new([]);
    let error = client(&script).cut_over("../x").run().await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Config, 0));
}

#[tokio::test(start_paused = true)]
async fn only_confirming_sends_no_stop() {
    let (result, script) = run_over(CutOver::only_confirming, [running()]).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Config, false)
    );
    let line = error.to_string();
    assert!(
        line.contains("INCRMIGEATING") && line.contains("plan the cut-over again"),
        "{line}"
    );
    assert_eq!(script.stops(), 0);

    let steps = [task("TERMINATING"), task("TERMINATING"), task("TERMINATED")];
    let (report, script) = run_over(CutOver::only_confirming, steps).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::AlreadyStopped);
    assert_eq!(script.stops(), 0);
}

#[tokio::test(start_paused = true)]
async fn exchange_advice_never_suggests_a_restart() {
    for (status, says, never_says) in [
        ("TERMINATED", "point clients to the target", "restart"),
        ("RUNNING", "configure the task", "restart"),
    ] {
        let (result, script) = run_over(by_exchange, [task(status)]).await;
        let line = result.unwrap_err().to_string();
        assert!(line.contains(says) && !line.contains(never_says), "{line}");
        assert_eq!(script.stops(), 0);
    }
}
