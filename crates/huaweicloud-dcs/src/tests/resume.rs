//! A cut-over that is dropped at any await and run again: it changes nothing twice and ends the same.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::fake::Fake;
use super::*;
use crate::types::IpExchangeRequest;
use crate::{CutOver, CutOverOutcome, RollBackEnd, WaitConfig};

/// Polls a future this often, then drops it.
async fn crash_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Crashes a cut-over at each of its awaits in turn and runs it again. Returns the number of crashes.
async fn crash_everywhere(
    refusals: u32,
    prepare: impl Fn(&MigrationClient) -> CutOver,
    change: &str,
    end: (&str, &str),
    [ours, already]: [CutOverOutcome; 2],
) -> usize {
    for polls in 0.. {
        let fake = Fake::in_incremental_phase().refusing(refusals);
        let cut_over = prepare(&fake.client());
        if let Some(report) = crash_after(polls, cut_over.run()).await {
            assert_eq!(report.unwrap().outcome(), ours);
            assert_eq!(fake.changes(), [change]);
            return polls;
        }
        let was_sent = !fake.changes().is_empty();
        // A dropped future sends nothing more.
        sleep(Duration::from_secs(1)).await;
        assert_eq!(!fake.changes().is_empty(), was_sent);

        let report = prepare(&fake.client()).run().await.unwrap();
        assert_eq!(report.outcome(), if was_sent { already } else { ours });
        assert_eq!(fake.changes(), [change], "after a crash at poll {polls}");
        assert_eq!(fake.state(), end);
    }
    unreachable!()
}

#[tokio::test(start_paused = true)]
async fn crash_at_any_await_then_rerun_sends_one_stop() {
    // A stop that is refused for now is retried after a check.
    for refusals in [0, 2] {
        let crashes = crash_everywhere(
            refusals,
            |client| client.cut_over(TASK),
            "sync-stop",
            ("TERMINATED", ""),
            [CutOverOutcome::Stopped, CutOverOutcome::AlreadyStopped],
        )
        .await;
        // Check, eight lag readings, check, stop, and polls for 25 s: at least two awaits each, and the waits between.
        assert!(crashes > 30, "{crashes}");
    }
}

#[tokio::test(start_paused = true)]
async fn crash_at_any_await_then_rerun_sends_one_exchange() {
    let crashes = crash_everywhere(
        1,
        |client| {
            client
                .cut_over(TASK)
                .by_exchange(IpExchangeRequest::default())
        },
        "exchange-ip",
        ("TERMINATED", "EXCHANGE_SUCCESS"),
        [CutOverOutcome::Exchanged, CutOverOutcome::AlreadyExchanged],
    )
    .await;
    assert!(crashes > 30, "{crashes}");
}

#[tokio::test(start_paused = true)]
async fn run_after_roll_back_does_not_exchange_again() {
    let fake = Fake::in_incremental_phase();
    let client = fake.client();
    let cut_over = client
        .cut_over(TASK)
        .by_exchange(IpExchangeRequest::default());
    cut_over.run().await.unwrap();
    let outcome = client.roll_back(TASK, WaitConfig::default()).await.unwrap();
    assert_eq!(outcome.end(), RollBackEnd::RolledBack);
    let again = client.roll_back(TASK, WaitConfig::default()).await.unwrap();
    assert_eq!(again.end(), RollBackEnd::AlreadyRolledBack);
    assert!(again.response().is_none());

    let error = cut_over.run().await.unwrap_err();
    assert!(!error.may_have_been_applied());
    assert!(error.to_string().contains("ROLLBACK_SUCCESS"), "{error}");
    assert_eq!(fake.changes(), ["exchange-ip", "rollback-ip"]);
}

#[tokio::test(start_paused = true)]
async fn concurrent_runs_report_one_stop_and_one_already_stopped() {
    let fake = Fake::in_incremental_phase();
    let (one, other) = (fake.client().cut_over(TASK), fake.client().cut_over(TASK));
    let (one, other) = futures_util::future::join(one.run(), other.run()).await;
    let mut outcomes = [one.unwrap().outcome(), other.unwrap().outcome()];
    outcomes.sort_by_key(|outcome| *outcome == CutOverOutcome::AlreadyStopped);
    assert_eq!(
        outcomes,
        [CutOverOutcome::Stopped, CutOverOutcome::AlreadyStopped]
    );
}
