//! The outcome of a stop or an exchange that a cut-over sent.

use super::*;
use crate::{ErrorKind, WaitConfig};

#[tokio::test(start_paused = true)]
async fn refused_stop_returns_the_refusal() {
    for steps in [
        vec![says(403, r#"{"error_code":"DCS.2003"}"#)],
        vec![wrong_state(), running()],
    ] {
        let (result, script) = run_over(quick, then(steps)).await;
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Service, false)
        );
        assert_eq!(script.stops(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_stop_that_was_applied_is_confirmed_without_resend() {
    for lost in [Step::lost(), says(504, ""), Step::silence()] {
        let steps = then([lost, running(), task("TERMINATING"), task("TERMINATED")]);
        let (report, script) = run_over(quick, steps).await;
        let report = report.unwrap();
        assert_eq!(report.outcome(), CutOverOutcome::Stopped);
        assert_eq!(
            kinds(&report)[2],
            (StepKind::Stopped, StepState::MayHaveBeenApplied)
        );
        assert_eq!(script.stops(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_stop_or_exchange_unchanged_ends_without_resend() {
    let minute = |cut_over: CutOver| {
        let wait = WaitConfig::default().with_interval(Duration::from_secs(60));
        quick(cut_over).with_confirmation(wait.with_unchanged_timeout(Duration::from_secs(50)))
    };
    let exchange = |cut_over| minute(cut_over).by_exchange(IpExchangeRequest::default());
    for lost in [says(502, ""), says(503, ""), says(408, "{}")] {
        let (result, script) = run_over(minute, then([lost, running(), running()])).await;
        let error = result.unwrap_err();
        assert!(error.may_have_been_applied());
        let line = error.to_string();
        assert!(
            line.contains("has not changed") && line.contains("run the cut-over again"),
            "{line}"
        );
        assert_eq!(script.stops(), 1);
    }
    // Someone restarted the task in the meantime.
    let copying = || task("FULLMIGRATING");
    let (result, script) = run_over(minute, then([says(502, ""), copying(), copying()])).await;
    assert!(result.unwrap_err().may_have_been_applied());
    assert_eq!(script.stops(), 1);
    let lost = says(503, "<html>busy</html>");
    let (result, script) = run_over(exchange, then([lost, running(), running()])).await;
    assert!(result.unwrap_err().may_have_been_applied());
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn lost_stop_unknown_status_does_not_count_as_unchanged() {
    let unclear = (0..20).map(|_| task("NEWS"));
    let steps = then([says(502, ""), running()]).chain(unclear);
    let (report, script) = run_over(quick, steps.chain([task("TERMINATED")])).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::Stopped);
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn other_end_after_stop_may_have_been_applied() {
    for (end, list) in [
        ("SUCCESS", None),
        ("RELEASED", None),
        ("DELETED", None),
        ("FAILED", Some(failed_because("No room."))),
    ] {
        let steps = then([stopped(), task(end)]).chain(list);
        let error = run_over(quick, steps).await.0.unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Wait, true)
        );
        let line = error.to_string();
        assert!(
            line.contains(end) && line.contains("run the cut-over again"),
            "{line}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn unconfirmed_stop_may_have_been_applied_only_if_ours() {
    let soon = |cut_over| {
        let wait = WaitConfig::default().with_timeout(Duration::from_secs(5));
        quick(cut_over).with_confirmation(wait)
    };
    let ending = || [task("TERMINATING"), task("TERMINATING")];
    for (sent, may_have_been_applied) in [(stopped(), true), (wrong_state(), false)] {
        let steps = then([sent]).chain(ending());
        let error = run_over(soon, steps).await.0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Wait);
        assert_eq!(error.may_have_been_applied(), may_have_been_applied);
        assert!(error.to_string().contains("TERMINATING"), "{error}");
    }
    let polls = ending().into_iter().chain([task("TERMINATING")]);
    let error = run_over(soon, polls).await.0.unwrap_err();
    assert!(!error.may_have_been_applied());
    assert!(
        error.to_string().contains("run the cut-over again"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn exchange_is_sent_once_and_confirmed_after_terminated() {
    let steps = then([
        stopped(),
        running(),
        task("TERMINATED"),
        exchanging("TERMINATED", "EXCHANGING"),
        exchanging("TERMINATED", "EXCHANGE_SUCCESS"),
    ]);
    let (report, script) = run_over(by_exchange, steps).await;
    let report = report.unwrap();
    assert_eq!(report.outcome(), CutOverOutcome::Exchanged);
    assert_eq!(kinds(&report)[2], (StepKind::Exchanged, StepState::Done));
    assert!(script.seen()[3].path.ends_with("/exchange-ip"));
    assert_eq!(script.stops(), 1);

    for steps in [
        vec![exchanging("TERMINATED", "EXCHANGE_SUCCESS")],
        vec![
            exchanging("INCRMIGEATING", "EXCHANGING"),
            exchanging("TERMINATED", "EXCHANGING"),
            exchanging("TERMINATED", "EXCHANGE_SUCCESS"),
        ],
    ] {
        let (report, script) = run_over(by_exchange, steps).await;
        assert_eq!(report.unwrap().outcome(), CutOverOutcome::AlreadyExchanged);
        assert_eq!(script.stops(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn lost_exchange_is_polled_and_never_resent() {
    let polls = || (0..5).map(|_| running());
    let steps = then([says(502, "")]).chain(polls());
    let end = exchanging("TERMINATED", "EXCHANGE_SUCCESS");
    let (report, script) = run_over(by_exchange, steps.chain([end])).await;
    assert_eq!(report.unwrap().outcome(), CutOverOutcome::Exchanged);
    assert_eq!(script.stops(), 1);

    let script = Script::new(then([says(502, "")]).chain(polls()));
    let wait = WaitConfig::default().with_timeout(Duration::from_secs(25));
    let cut_over = by_exchange(client(&script).cut_over(TASK)).with_confirmation(wait);
    let error = cut_over.run().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Wait, Some("ExchangeInstanceIp"))
    );
    assert!(error.may_have_been_applied());
    assert!(
        error.to_string().contains("no exchange is under way"),
        "{error}"
    );
    assert_eq!(script.stops(), 1);

    for end in [
        exchanging("TERMINATED", "ROLLBACK_SUCCESS"),
        exchanging("DELETED", ""),
    ] {
        let (result, script) = run_over(by_exchange, then([stopped(), end])).await;
        assert!(result.unwrap_err().may_have_been_applied());
        assert_eq!(script.stops(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn refusal_is_source_if_other_stop_stays_unconfirmed() {
    let soon = |cut_over| {
        let wait = WaitConfig::default().with_timeout(Duration::from_secs(5));
        quick(cut_over).with_confirmation(wait)
    };
    for polls in [
        vec![task("TERMINATING"), task("TERMINATING")],
        vec![says(403, "")],
    ] {
        let steps = [refused_for_now(503), task("TERMINATING")];
        let (result, script) = run_over(soon, then(steps).chain(polls)).await;
        let error = result.unwrap_err();
        assert_eq!((error.may_have_been_applied(), script.stops()), (false, 1));
        let refusal = cause(&error);
        assert_eq!(
            (refusal.status(), refusal.request_id()),
            (Some(503), Some("r-1"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn refusal_is_kept_as_previous_after_later_tls_failure() {
    let first = refused_for_now(503);
    let steps = then([first]).chain(still_level());
    let steps = steps.chain([Step::fail(SendCause::Tls)]);
    let error = run_over(quick, steps).await.0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let previous = error.previous().unwrap();
    assert_eq!(
        (previous.status(), previous.request_id()),
        (Some(503), Some("r-1"))
    );
    assert!(!error.to_string().contains("nothing was sent"), "{error}");
}
