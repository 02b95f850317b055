//! Waits for a state of a task and for a job.

use std::time::Duration;

use huaweicloud_core::{Response, Result};
use huaweicloud_dcs_api::operations::{SHOW_JOB_INFO, SHOW_MIGRATION_TASK};
use huaweicloud_dcs_api::types::{MigrationTaskDetail, ShowJobInfoResponse};

use super::condition::{Condition, Verdict};
use super::config::{Progress, WaitConfig};
use super::confirm::poll_task;
use super::poll::{Polled, Polls, wait_error};
use super::task::{failure_words, status_words};
use crate::client::MigrationClient;

impl MigrationClient {
    /// Polls a task until it meets a condition, and returns the task.
    ///
    /// It only reads. Undocumented statuses do not end the wait. A failed poll with a
    /// [retryable](crate::Error::is_retryable) error does not end it either. A status such as `TERMINATED` ends it:
    /// after a restart, wait only once the task shows the restart.
    ///
    /// ```no_run
    /// # async fn wait(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// # use huaweicloud_dcs::{Condition, WaitConfig};
    /// let wait = WaitConfig::default().with_timeout(std::time::Duration::from_secs(6 * 3600));
    /// let task = client.wait_until("6f0c4a1e", Condition::IncrementalPhase, wait).await?;
    /// println!("{:?} follows its source", task.task_name);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Nothing can have been applied. [`ErrorKind::Wait`](crate::ErrorKind::Wait) if:
    ///
    /// - the task failed: the message has the reason that the list of tasks gives;
    /// - the task can no longer meet the condition;
    /// - the task has ended, and no exchange of IPs shows for [60 s](WaitConfig::with_unchanged_timeout);
    /// - the time is up: the message names the last status.
    ///
    /// Any other error is one of [`show`](Self::show) that is not retryable.
    pub async fn wait_until(
        &self,
        task_id: &str,
        condition: Condition,
        wait: WaitConfig,
    ) -> Result<MigrationTaskDetail> {
        let aim = condition.aim();
        let judge = |task: &MigrationTaskDetail| condition.judge(task);
        let (message, last, advice, source) = match poll_task(self, task_id, &wait, None, &judge)
            .await?
        {
            Polled::Ended(Verdict::Done, response) => return Ok(response.into_body()),
            Polled::Ended(verdict, last) => {
                let status = status_words(Some(last.body()));
                let (message, advice) = match verdict {
                    Verdict::Failed => (
                        failure_words(self, task_id, last.body()).await,
                        "read its log, then restart it or create another one",
                    ),
                    Verdict::Unchanged => (
                        format!("the task has ended and shows no exchange of its IPs: {status}"),
                        "check the task id: only a task in its incremental phase can exchange IPs",
                    ),
                    _ => (
                        format!("the task will never {aim}: {status}"),
                        "wait for a state that the task can still reach",
                    ),
                };
                (message, Some(last), advice, None)
            }
            Polled::TimedOut(last, failed) => {
                let task = last.as_ref().map(Response::body);
                let (timeout, status) = (wait.timeout, status_words(task));
                let message =
                    format!("timed out after {timeout:?} waiting for the task to {aim}: {status}");
                let advice = condition.late_advice(task);
                (message, last, advice, failed)
            }
        };
        let operation = &SHOW_MIGRATION_TASK;
        Err(wait_error(
            operation,
            &message,
            last.as_ref(),
            advice,
            source,
        ))
    }

    /// Polls a job, such as the creation of an online task, until it is done, and returns the job.
    ///
    /// It only reads. Undocumented statuses do not end the wait. A failed poll with a
    /// [retryable](crate::Error::is_retryable) error does not end it either.
    ///
    /// ```no_run
    /// # async fn wait(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let job = client.wait_for_job("8abfa7a1", Default::default()).await?;
    /// println!("done: {:?}", job.status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Nothing can have been applied. [`ErrorKind::Wait`](crate::ErrorKind::Wait) if the job failed, with the reason
    /// that the service gives, or if the time is up. Any other error is one of [`show_job`](Self::show_job) that is not
    /// retryable.
    pub async fn wait_for_job(
        &self,
        job_id: &str,
        wait: WaitConfig,
    ) -> Result<ShowJobInfoResponse> {
        let mut polls = Polls::begin(&wait, Duration::ZERO);
        polls.job_id = Some(job_id.to_owned());
        let ended = polls
            .run(
                &SHOW_JOB_INFO,
                || self.show_job(job_id),
                |job, poll| Progress::JobPolled(job, poll),
                |job, _| match job.status.as_deref() {
                    Some("SUCCESS") => Some(true),
                    Some("FAIL") => Some(false),
                    _ => None,
                },
            )
            .await?;
        let (message, last, advice, source) = match ended {
            Polled::Ended(true, response) => return Ok(response.into_body()),
            Polled::Ended(false, last) => {
                let reason = last.body().fail_reason.as_deref().unwrap_or_default();
                let message = match reason.trim() {
                    "" => "the job failed: the service gives no reason".to_owned(),
                    reason => format!("the job failed: {reason}"),
                };
                let advice = "fix the reason, then start again";
                (message, Some(last), advice, None)
            }
            Polled::TimedOut(last, failed) => {
                let status = last.as_ref().and_then(|last| last.body().status.as_deref());
                let (timeout, status) = (wait.timeout, status.unwrap_or("unknown"));
                let message = format!(
                    "timed out after {timeout:?} waiting for the job: its status is {status}"
                );
                (
                    message,
                    last,
                    "wait longer if the job makes progress",
                    failed,
                )
            }
        };
        Err(wait_error(
            &SHOW_JOB_INFO,
            &message,
            last.as_ref(),
            advice,
            source,
        ))
    }
}
