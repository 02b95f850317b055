//! Waits for a condition of a task, and for a job.

use super::waits::told_of;
use super::*;
use crate::types::{MigrationTaskDetail, TaskStatus};
use crate::{Condition, ErrorKind, Progress, Result, WaitConfig};

async fn wait_over(
    condition: Condition,
    steps: impl IntoIterator<Item = Step>,
) -> (Result<MigrationTaskDetail>, Script) {
    let script = Script::new(steps);
    let result = client(&script)
        .wait_until(TASK, condition, WaitConfig::default())
        .await;
    assert_eq!(script.left(), 0, "unused script steps: {result:?}");
    (result, script)
}

fn job(status: &str, reason: &str) -> Step {
    says(
        200,
        format!(r#"{{"job_id":"j-1","status":"{status}","fail_reason":{reason}}}"#),
    )
}

#[tokio::test(start_paused = true)]
async fn wait_passes_through_known_and_unknown_statuses() {
    let steps = [
        task("CREATING"),
        task("RUNNING"),
        says(200, "{}"),
        task("NEWS"),
        task("FULLMIGRATING"),
        task("INCRMIGRATING"),
    ];
    let (result, script) = wait_over(Condition::IncrementalPhase, steps).await;
    assert_eq!(
        result.unwrap().status,
        Some(TaskStatus::IncrementalMigrating)
    );
    assert!(script.seen().iter().all(|seen| seen.method == "GET"));

    let steps = [
        task("INCRMIGEATING"),
        exchanging("TERMINATED", "EXCHANGING"),
        exchanging("TERMINATED", "NEWS"),
        exchanging("TERMINATED", "EXCHANGE_SUCCESS"),
    ];
    assert!(wait_over(Condition::IpsExchanged, steps).await.0.is_ok());
}

#[tokio::test(start_paused = true)]
async fn failed_task_ends_the_wait_with_reason_from_list() {
    let named = format!(r#"{{"task_id":"{TASK}","task_name":"seed","status":"FAILED"}}"#);
    let steps = [says(200, named), failed_because("Bad\\npassword.")];
    let (result, script) = wait_over(Condition::Copied, steps).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.kind(), error.may_have_been_applied()),
        (ErrorKind::Wait, false)
    );
    let line = error.to_string();
    assert!(
        line.contains("FAILED: Bad password.") && !line.contains("Not ours"),
        "{line}"
    );
    assert_eq!(script.seen()[1].query, "limit=1000&name=seed");
}

#[tokio::test(start_paused = true)]
async fn failed_task_ends_the_wait_if_reason_look_up_fails() {
    for list in [
        says(403, ""),
        says(200, "{}"),
        says(200, r#"{"migration_tasks":[{}]}"#),
        says(200, "nonsense"),
        Step::silence(),
    ] {
        let began = clock::instant();
        let (result, _) = wait_over(Condition::Finished, [task("ERROR"), list]).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Wait);
        assert!(error.to_string().contains("ended as ERROR"), "{error}");
        assert!(clock::instant() - began < Duration::from_secs(6));
    }
}

#[tokio::test(start_paused = true)]
async fn other_end_fails_the_wait_at_once() {
    for (condition, end) in [
        (Condition::AwaitsConfiguration, "FULLMIGRATING"),
        (Condition::IncrementalPhase, "TERMINATED"),
        (Condition::Copied, "RELEASED"),
        (Condition::Stopped, "SUCCESS"),
        (Condition::IpsExchanged, "DELETED"),
    ] {
        let error = wait_over(condition, [task(end)]).await.0.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Wait);
        let line = error.to_string();
        assert!(
            line.contains(end) && line.contains("never") && line.contains("r-1"),
            "{line}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn only_transient_poll_failures_are_retried() {
    let steps = (0..3)
        .map(|_| says(503, ""))
        .chain((0..3).map(|_| Step::lost()))
        .chain([task("TERMINATED")]);
    assert!(wait_over(Condition::Stopped, steps).await.0.is_ok());

    for (refusal, is_not_found) in [
        (says(400, r#"{"error_code":"DCS.4133"}"#), true),
        (says(403, ""), false),
    ] {
        let steps = [task("INCRMIGEATING"), refusal];
        let error = wait_over(Condition::Stopped, steps).await.0.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_not_found()),
            (ErrorKind::Service, is_not_found)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_names_last_status_after_at_least_one_poll() {
    let wait = |seconds| WaitConfig::default().with_timeout(Duration::from_secs(seconds));
    let script = Script::new([task("TERMINATED")]);
    let task_seen = client(&script)
        .wait_until(TASK, Condition::Stopped, wait(0))
        .await;
    assert!(task_seen.is_ok());

    let script = Script::new([task("NEWS"), exchanging("NEWS", "OTHER")]);
    let error = client(&script)
        .wait_until(TASK, Condition::IpsExchanged, wait(4))
        .await
        .unwrap_err();
    let line = error.to_string();
    for part in ["4s", "NEWS", "OTHER", "IPs exchanged"] {
        assert!(line.contains(part), "{line}");
    }

    let script = Script::new((0..6).map(|_| says(503, "")));
    let error = client(&script)
        .wait_until(TASK, Condition::Stopped, wait(2))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("unknown"), "{error}");
    assert!(std::error::Error::source(&error).is_some());

    let script = Script::new([Step::silence(), Step::silence()]);
    let began = clock::instant();
    client(&script)
        .wait_until(TASK, Condition::Stopped, wait(1))
        .await
        .unwrap_err();
    assert!(clock::instant() - began < Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn job_is_polled_until_done_or_failed() {
    let script = Script::new([
        job("INIT", "null"),
        job("RUNNING", "null"),
        says(503, ""),
        says(503, ""),
        says(503, ""),
        job("NEWS", "null"),
        job("SUCCESS", "null"),
    ]);
    let done = client(&script)
        .wait_for_job("j-1", WaitConfig::default())
        .await
        .unwrap();
    assert_eq!(done.status.as_deref(), Some("SUCCESS"));

    for (reason, said) in [
        (r#""No\nquota.""#, "No quota."),
        ("null", "gives no reason"),
    ] {
        let script = Script::new([job("FAIL", reason)]);
        let error = client(&script)
            .wait_for_job("j-1", WaitConfig::default())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::Wait, Some("ShowJobInfo"))
        );
        assert!(error.to_string().contains(said), "{error}");
    }

    let script = Script::new([job("NEWS", "null"), job("NEWS", "null")]);
    let wait = WaitConfig::default().with_timeout(Duration::from_secs(1));
    let error = client(&script).wait_for_job("j-1", wait).await.unwrap_err();
    assert!(error.to_string().contains("NEWS"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn job_progress_tells_each_poll_and_the_next_one() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = told.clone();
    let wait = WaitConfig::default().with_progress(move |progress| {
        let line = match progress {
            Progress::JobPolled(job, poll) => {
                let status = job.status.as_deref().unwrap();
                format!("{status}, {}", told_of(poll))
            }
            Progress::PollFailed(error, poll) => {
                format!("{:?}, {}", error.status().unwrap(), told_of(poll))
            }
            other => panic!("{other:?}"),
        };
        kept.lock().unwrap().push(line);
    });
    let missed = (0..3).map(|_| says(503, ""));
    let steps = [job("INIT", "null")].into_iter().chain(missed);
    let script = Script::new(steps.chain([job("SUCCESS", "null")]));
    client(&script).wait_for_job("j-1", wait).await.unwrap();
    assert_eq!(
        *told.lock().unwrap(),
        [
            "INIT, poll 1 after 0s, next in 10s",
            "503, poll 2 after 10s, next in 10s",
            "SUCCESS, poll 3 after 20s, the last",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn poll_at_the_end_of_the_time_is_told_as_the_last() {
    for (last, expected) in [
        (task("NEWS"), "read, poll 2 after 10s, the last"),
        (
            Step::silence(),
            "failed timeout, poll 2 after 20s, the last",
        ),
    ] {
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = told.clone();
        let wait = WaitConfig::default()
            .with_interval(Duration::from_secs(60))
            .with_timeout(Duration::from_secs(10))
            .with_progress(move |progress| {
                kept.lock().unwrap().push(match progress {
                    Progress::PollFailed(error, poll) => {
                        format!("failed {}, {}", error.kind(), told_of(poll))
                    }
                    Progress::TaskPolled(_, poll) => format!("read, {}", told_of(poll)),
                    other => panic!("{other:?}"),
                });
            });
        let script = Script::new([task("NEWS"), last]);
        let client = client(&script);
        let stopped = client.wait_until(TASK, Condition::Stopped, wait);
        let wait_error = stopped.await.unwrap_err();
        let is_silent = expected.starts_with("failed");
        assert_eq!(std::error::Error::source(&wait_error).is_some(), is_silent);
        let told = told.lock().unwrap();
        assert_eq!(told[0], "read, poll 1 after 0s, next in 10s");
        assert_eq!(told[1], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn missing_exchange_or_roll_back_ends_after_60_s() {
    for condition in [Condition::IpsExchanged, Condition::IpsRolledBack] {
        let script = Script::new((0..20).map(|_| task("TERMINATED")));
        let began = clock::instant();
        let error = client(&script)
            .wait_until(TASK, condition, WaitConfig::default())
            .await
            .unwrap_err();
        let line = error.to_string();
        assert!(
            line.contains("TERMINATED") && line.contains("no exchange"),
            "{line}"
        );
        let took = clock::since(began).as_secs();
        assert!((60..90).contains(&took), "{took}");
    }
    // An exchange that appears late still ends the wait.
    let late = (0..5).map(|_| task("TERMINATED"));
    let steps = late.chain([exchanging("TERMINATED", "EXCHANGE_SUCCESS")]);
    assert!(wait_over(Condition::IpsExchanged, steps).await.0.is_ok());
}

#[tokio::test(start_paused = true)]
async fn timeout_advises_what_leads_to_the_condition() {
    for (condition, status, advice) in [
        (Condition::IncrementalPhase, "RUNNING", "configure the task"),
        (Condition::Copied, "CREATING", "configure the task"),
        (Condition::IpsExchanged, "INCRMIGEATING", "exchange its IPs"),
        (Condition::Stopped, "INCRMIGEATING", "wait longer"),
    ] {
        let script = Script::new((0..2).map(|_| task(status)));
        let wait = WaitConfig::default().with_timeout(Duration::from_secs(1));
        let error = client(&script)
            .wait_until(TASK, condition, wait)
            .await
            .unwrap_err();
        let line = error.to_string();
        assert!(line.contains(advice), "{line}");
    }
}
