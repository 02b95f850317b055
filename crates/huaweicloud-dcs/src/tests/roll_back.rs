//! The roll back of an exchange of IPs.

use super::*;
use crate::{ErrorKind, Result, RollBackEnd, RollBackOutcome, WaitConfig};

async fn roll_back(steps: impl IntoIterator<Item = Step>) -> (Result<RollBackOutcome>, Script) {
    let script = Script::new(steps);
    let outcome = client(&script).roll_back(TASK, WaitConfig::default()).await;
    assert_eq!(script.left(), 0, "{outcome:?}");
    (outcome, script)
}

fn exchanged() -> Step {
    exchanging("TERMINATED", "EXCHANGE_SUCCESS")
}

fn rolled_back() -> Step {
    exchanging("TERMINATED", "ROLLBACK_SUCCESS")
}

#[tokio::test(start_paused = true)]
async fn finished_exchange_is_rolled_back_once_and_confirmed() {
    let unknown = || exchanging("TERMINATED", "NEWS");
    let (outcome, script) = roll_back([
        exchanged(),
        stopped(),
        exchanged(),
        unknown(),
        rolled_back(),
    ])
    .await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.end(), RollBackEnd::RolledBack);
    assert_eq!(outcome.response().unwrap().unwrap().status(), 204);
    assert_eq!(
        outcome.task().task_status.as_deref(),
        Some("ROLLBACK_SUCCESS")
    );
    assert!(script.seen()[1].path.ends_with("/rollback-ip"));
}

#[tokio::test(start_paused = true)]
async fn unfinished_or_rolled_back_exchange_sends_nothing() {
    for (task_status, advice) in [
        ("EXCHANGING", "wait until"),
        ("", "no finished exchange"),
        ("NEWS", "no finished exchange"),
    ] {
        let (outcome, script) = roll_back([exchanging("INCRMIGEATING", task_status)]).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Wait, false)
        );
        let line = error.to_string();
        assert!(
            line.contains(advice) && line.contains(task_status),
            "{line}"
        );
        assert_eq!(script.stops(), 0);
    }
    let (outcome, script) = roll_back([rolled_back()]).await;
    assert_eq!(outcome.unwrap().end(), RollBackEnd::AlreadyRolledBack);
    assert_eq!(script.stops(), 0);
}

#[tokio::test(start_paused = true)]
async fn lost_roll_back_is_polled_and_never_resent() {
    let polls = || (0..5).map(|_| exchanged());
    let lost = [exchanged(), says(502, "")].into_iter().chain(polls());
    let (outcome, script) = roll_back(lost.chain([rolled_back()])).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.end(), RollBackEnd::RolledBack);
    assert_eq!(outcome.response().unwrap().unwrap_err().status(), Some(502));
    assert_eq!(script.stops(), 1);

    let script = Script::new([exchanged(), says(502, "")].into_iter().chain(polls()));
    let wait = WaitConfig::default().with_timeout(Duration::from_secs(25));
    let error = client(&script).roll_back(TASK, wait).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Wait, true)
    );
    assert!(error.to_string().contains("EXCHANGE_SUCCESS"), "{error}");
    assert_eq!(script.stops(), 1);
}

#[tokio::test(start_paused = true)]
async fn refused_roll_back_is_the_error_unless_already_done() {
    for (refusal, is_looked_at) in [(wrong_state(), true), (says(403, ""), false)] {
        let look = is_looked_at.then(exchanged);
        let steps = [exchanged(), refusal].into_iter().chain(look);
        let error = roll_back(steps).await.0.unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_applied()),
            (ErrorKind::Service, false)
        );
    }
    let (outcome, _) = roll_back([exchanged(), wrong_state(), rolled_back()]).await;
    assert_eq!(outcome.unwrap().end(), RollBackEnd::AlreadyRolledBack);
}

#[tokio::test(start_paused = true)]
async fn only_a_new_failure_ends_the_roll_back() {
    let failed = |task_status| exchanging("FAILED", task_status);
    let (outcome, _) = roll_back([
        exchanged(),
        stopped(),
        failed("EXCHANGE_SUCCESS"),
        failed_because("No route."),
    ])
    .await;
    let error = outcome.unwrap_err();
    assert!(error.may_have_been_applied());
    assert!(error.to_string().contains("FAILED: No route."), "{error}");

    let (outcome, _) = roll_back([
        failed("EXCHANGE_SUCCESS"),
        stopped(),
        failed("EXCHANGE_SUCCESS"),
        failed("ROLLBACK_SUCCESS"),
    ])
    .await;
    assert_eq!(outcome.unwrap().end(), RollBackEnd::RolledBack);
}

#[tokio::test(start_paused = true)]
async fn roll_back_dry_run_sends_nothing() {
    let script = Script::new([exchanged(), rolled_back(), exchanging("TERMINATED", "")]);
    let client = client(&script);
    assert!(client.roll_back_dry_run(TASK).await.unwrap().is_none());
    let over = client.roll_back_dry_run(TASK).await.unwrap().unwrap();
    assert_eq!(over.end(), RollBackEnd::AlreadyRolledBack);
    let error = client.roll_back_dry_run(TASK).await.unwrap_err();
    assert!(error.to_string().contains("nothing was sent"), "{error}");
    assert_eq!(script.stops(), 0);
}
