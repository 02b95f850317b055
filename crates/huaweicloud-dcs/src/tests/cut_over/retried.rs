//! A stop or an exchange that is refused for now or not sent: the cut-over checks the task before each retry.

use super::*;
use crate::tests::tokens::{granted, user};
use crate::{ErrorKind, RetryConfig};

/// The last path segment of each request.
fn calls(script: &Script) -> Vec<String> {
    let last =
        |seen: &huaweicloud_core::testing::Seen| seen.path.rsplit('/').next().unwrap().to_owned();
    script.seen().iter().map(last).collect()
}

fn is_refusal(error: &Error, attempts: u32) {
    assert_eq!(
        (error.kind(), error.status(), error.code()),
        (ErrorKind::Service, Some(429), Some("APIGW.0308"))
    );
    assert_eq!(
        (error.operation(), error.request_id(), error.attempts()),
        (Some("StopMigrationTaskSync"), Some("r-1"), attempts)
    );
    assert!(error.is_retryable() && !error.may_have_been_applied());
}

#[tokio::test(start_paused = true)]
async fn grown_lag_after_refusal_is_awaited_before_retry() {
    for status in [408, 429, 503] {
        let steps = then([refused_for_now(status), running(), lag("7")]);
        let again = [lag("7"), lag("0"), running(), stopped(), task("TERMINATED")];
        let (report, script) = run_over(quick, steps.chain(again)).await;
        let report = report.unwrap();
        assert_eq!(report.outcome(), CutOverOutcome::Stopped);
        let calls = calls(&script);
        assert_eq!([&calls[3], &calls[9]], ["sync-stop"; 2], "{calls:?}");
        assert_eq!(script.stops(), 2);
        assert_eq!(
            kinds(&report)[1..],
            [
                (StepKind::LagReached, StepState::Done),
                (StepKind::Stopped, StepState::RefusedForNow),
                (StepKind::LagReached, StepState::Done),
                (StepKind::Stopped, StepState::Done),
                (StepKind::Confirmed, StepState::Done),
            ]
        );
        let attempts: Vec<_> = report.steps().iter().map(|step| step.attempts).collect();
        assert_eq!((attempts, report.attempts()), (vec![0, 0, 1, 0, 1, 0], 2));
        assert_eq!(report.steps()[2].request_id.as_deref(), Some("r-1"));
    }
}

#[tokio::test(start_paused = true)]
async fn stop_not_sent_is_retried_after_task_and_lag_check() {
    let steps = then([Step::not_sent()]).chain(still_level());
    let (report, script) = run_over(quick, steps.chain([stopped(), task("TERMINATED")])).await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::Stopped);
    assert_eq!(kinds(&report)[2], (StepKind::Stopped, StepState::NotSent));
    assert_eq!(kinds(&report)[3], (StepKind::Stopped, StepState::Done));
    assert_eq!(
        calls(&script)[3..7],
        ["sync-stop", TASK, "stats", "sync-stop"]
    );
    let told: Vec<_> = report.steps()[2..4]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told, ["stop not sent", "stop accepted [request r-1]"]);
}

#[tokio::test(start_paused = true)]
async fn stop_by_someone_else_between_attempts_ends_retries() {
    for polls in [
        vec![task("TERMINATED")],
        vec![task("TERMINATING"), task("TERMINATING"), task("TERMINATED")],
        // Noticed only during the wait for the lag.
        vec![running(), lag("7"), lag("null"), task("TERMINATED")],
        vec![running(), lag("7"), lag("0"), task("TERMINATED")],
    ] {
        let (report, script) = run_over(quick, then([refused_for_now(503)]).chain(polls)).await;
        let report = report.unwrap();
        assert_eq!(report.outcome(), CutOverOutcome::AlreadyStopped);
        assert_eq!((script.stops(), report.attempts()), (1, 1));
        let steps = kinds(&report);
        assert_eq!(
            steps[2],
            (StepKind::Stopped, StepState::RefusedForNow),
            "{steps:?}"
        );
        assert_eq!(
            steps[steps.len() - 2..],
            [
                (StepKind::Stopped, StepState::Skipped),
                (StepKind::Confirmed, StepState::Done),
            ]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn last_attempt_refused_returns_the_refusal() {
    let steps = then([refused_for_now(503)])
        .chain(still_level())
        .chain([Step::not_sent()])
        .chain(still_level())
        .chain([refused_for_now(429)]);
    let (result, script) = run_over(quick, steps).await;
    is_refusal(&result.unwrap_err(), 3);
    assert_eq!(script.stops(), 3);

    let unreachable = || [Step::not_sent()];
    let steps = then(unreachable())
        .chain(still_level())
        .chain(unreachable())
        .chain(still_level())
        .chain(unreachable());
    let error = run_over(quick, steps).await.0.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
    assert!(!error.may_have_been_applied() && error.is_retryable());

    let script = Script::new(then([refused_for_now(429)]));
    let client = client_with(settings().retry(RetryConfig::disabled()), &script);
    let result = quick(client.cut_over(TASK)).run().await;
    is_refusal(&result.unwrap_err(), 1);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_awaited_unless_it_passes_the_deadline() {
    let steps = then([asks_for("60")]).chain(still_level());
    let (report, script) = run_over(quick, steps.chain([stopped(), task("TERMINATED")])).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::Stopped);
    let seen = script.seen();
    let seconds = |from: usize, to: usize| (seen[to].at - seen[from].at).as_secs_f64();
    assert!((60.0..60.1).contains(&seconds(3, 4)), "{}", seconds(3, 4));
    assert!(seconds(4, 6) < 0.1, "{}", seconds(4, 6));

    let (result, script) = run_over(quick, then([asks_for("120")])).await;
    let error = result.unwrap_err();
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn lag_wait_between_attempts_pauses_the_call_deadline() {
    for (second, stops) in [("45", 3), ("60", 2)] {
        // The lag needs about 200 s to fall, which is longer than the call timeout.
        let grown = (0..21).map(|_| lag("7")).chain([lag("0"), running()]);
        let steps = then([asks_for("60"), running()])
            .chain(grown)
            .chain([asks_for(second)]);
        let last = still_level().into_iter();
        let last = last.chain([stopped(), task("TERMINATED")]);
        let steps = steps.chain(last.filter(|_| stops == 3));
        let (result, script) = run_over(quick, steps).await;
        assert_eq!((result.is_ok(), script.stops()), (stops == 3, stops));
        if let Err(error) = result {
            assert_eq!((error.status(), error.attempts()), (Some(429), 2));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lag_timeout_spans_attempts_and_pauses_between_waits() {
    let soon = |cut_over: CutOver| quick(cut_over).with_timeout(Duration::from_secs(15));
    // 15 s in all: 10 s in the first wait and 5 s in the second.
    let first = [running(), lag("7"), lag("0"), running(), asks_for("30")];
    let grown = [running(), lag("7"), lag("7"), lag("7")];
    let (result, script) = run_over(soon, first.into_iter().chain(grown)).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Wait, false)
    );
    let line = error.to_string();
    for part in ["15s", "it was 7", "nothing was applied", "run the cut-over"] {
        assert!(line.contains(part), "{line}");
    }
    // The refusal is the source.
    let refusal = cause(&error);
    assert_eq!(
        (refusal.status(), refusal.request_id()),
        (Some(429), Some("r-1"))
    );
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn refusal_is_source_of_failed_lag_wait() {
    let soon = |cut_over: CutOver| quick(cut_over).with_timeout(Duration::from_secs(15));
    let fail = || Step::not_sent();
    let missed = (0..2).flat_map(|_| [fail(), fail(), fail(), running()]);
    let steps = then([refused_for_now(429), running(), lag("7"), lag("7")]).chain(missed);
    let error = run_over(soon, steps).await.0.unwrap_err();
    assert_eq!(error.operation(), Some("ShowMigrationTaskStats"));
    let refusal = cause(&error);
    is_refusal(refusal, 1);
    let reading = cause(refusal);
    assert_eq!(reading.kind(), ErrorKind::Connect);
}

#[tokio::test(start_paused = true)]
async fn stop_not_sent_is_source_of_refused_lag_reading() {
    let soon = |cut_over: CutOver| quick(cut_over).with_timeout(Duration::ZERO);
    let missed = (0..3).map(|_| refused_for_now(429)).chain([running()]);
    let steps = then([Step::not_sent(), running(), lag("7")]).chain(missed);
    let error = run_over(soon, steps).await.0.unwrap_err();
    let reading = cause(&error);
    assert_eq!(
        (reading.operation(), reading.status()),
        (Some("ShowMigrationTaskStats"), Some(429))
    );
    let unsent = cause(reading);
    assert_eq!(
        (unsent.operation(), unsent.kind()),
        (Some("StopMigrationTaskSync"), ErrorKind::Connect)
    );
}

#[tokio::test(start_paused = true)]
async fn ignored_lag_still_polls_task_before_retry() {
    let steps = || {
        [
            running(),
            lag("999"),
            running(),
            refused_for_now(503),
            running(),
        ]
    };
    let stop = [stopped(), task("TERMINATED")];
    let (report, script) = run_over(CutOver::ignoring_lag, steps().into_iter().chain(stop)).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::Stopped);
    assert_eq!(script.stops(), 2);
}

#[tokio::test(start_paused = true)]
async fn exchange_refused_is_rechecked_before_retry() {
    let exchanged = || exchanging("TERMINATED", "EXCHANGE_SUCCESS");
    let steps = then([
        refused_for_now(503),
        running(),
        lag("7"),
        lag("0"),
        running(),
    ]);
    let (report, script) = run_over(by_exchange, steps.chain([stopped(), exchanged()])).await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::Exchanged);
    assert_eq!(
        kinds(&report)[2],
        (StepKind::Exchanged, StepState::RefusedForNow)
    );
    assert_eq!((script.stops(), report.attempts()), (2, 2));
    // Each attempt sends the whole body.
    let seen = script.seen();
    assert_eq!(seen[3].path, seen[8].path);
    assert_eq!(
        (seen[3].body.is_empty(), &seen[3].body),
        (false, &seen[8].body)
    );

    let under_way = exchanging("INCRMIGEATING", "EXCHANGING");
    let steps = then([refused_for_now(503), under_way, exchanged()]);
    let (report, script) = run_over(by_exchange, steps).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::AlreadyExchanged);
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn unready_task_before_retry_is_error_with_refusal_as_source() {
    let (result, script) = run_over(quick, then([refused_for_now(429), task("RUNNING")])).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Wait, false)
    );
    let line = error.to_string();
    assert!(
        line.contains("RUNNING") && line.contains("nothing was applied"),
        "{line}"
    );
    is_refusal(cause(&error), 1);
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn failed_check_before_retry_is_the_error_only_if_final() {
    let missed = (0..3).map(|_| says(503, ""));
    let (result, _) = run_over(quick, then([refused_for_now(429)]).chain(missed)).await;
    let error = result.unwrap_err();
    is_refusal(&error, 1);
    let read = cause(&error);
    assert_eq!(read.operation(), Some("ShowMigrationTask"));

    let gone = says(400, r#"{"error_code":"DCS.4133"}"#);
    let (result, _) = run_over(quick, then([refused_for_now(429), gone])).await;
    let error = result.unwrap_err();
    assert!(
        error.is_not_found() && !error.may_have_been_applied(),
        "{error}"
    );
    is_refusal(cause(&error), 1);
}

#[tokio::test(start_paused = true)]
async fn clock_correction_needs_no_recheck() {
    let mut off = answer(401, r#"{"error_code":"APIGW.0301"}"#);
    let date = httpdate::fmt_http_date(beginning() + Duration::from_secs(1200));
    off.headers_mut().insert("date", date.parse().unwrap());
    let steps = then([Step::response(off), refused_for_now(503)]).chain(still_level());
    let (report, script) = run_over(quick, steps.chain([stopped(), task("TERMINATED")])).await;
    let report = report.unwrap();
    let attempts: Vec<_> = report.steps().iter().map(|step| step.attempts).collect();
    assert_eq!((attempts, report.attempts()), (vec![0, 0, 2, 1, 0], 3));
    assert_eq!(calls(&script)[3..5], ["sync-stop", "sync-stop"]);
    assert_eq!(
        report.steps()[2].to_string(),
        "stop refused for now [2 attempts] [request r-1]"
    );
}

#[tokio::test(start_paused = true)]
async fn token_renewal_needs_no_recheck() {
    let refused = says(401, r#"{"error_code":"APIGW.0307"}"#);
    let before = then([refused, granted("token-2"), stopped()]);
    let script = Script::new(
        [granted("token-1")]
            .into_iter()
            .chain(before)
            .chain([task("TERMINATED")]),
    );
    let cut_over = quick(client_with(user(), &script).cut_over(TASK));
    let report = cut_over.run().await.unwrap();
    assert_eq!(kinds(&report)[2], (StepKind::Stopped, StepState::Done));
    assert_eq!((report.steps()[2].attempts, report.attempts()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn not_sent_after_refusal_names_the_refusal_in_its_line() {
    let disconnected = || Step::not_sent();
    for (first, words) in [
        (disconnected(), "nothing was sent: check endpoint"),
        (
            refused_for_now(429),
            "[attempt 1: HTTP 429 APIGW.0308, request r-1]",
        ),
    ] {
        let refused = words.contains("429");
        let steps = then([first]).chain(still_level()).chain([disconnected()]);
        let steps = steps.chain(still_level()).chain([disconnected()]);
        let error = run_over(quick, steps).await.0.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3));
        let line = error.to_string();
        assert!(line.contains(words), "{line}");
        assert_eq!(line.contains("nothing was sent"), !refused, "{line}");
    }
}
