//! Stops a task and waits until it has stopped.

use huaweicloud_core::{Error, Response, Result};
use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::operations::STOP_MIGRATION_TASK_SYNC;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::condition::{Condition, Verdict};
use super::config::WaitConfig;
use super::confirm::{Sent, confirm};
use crate::client::MigrationClient;

/// The result of [`stop_sync_and_wait`](MigrationClient::stop_sync_and_wait).
#[derive(Debug)]
pub struct StopOutcome {
    end: StopEnd,
    stop: Sent,
    task: MigrationTaskDetail,
}

/// How the synchronization of a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopEnd {
    /// The task shows `TERMINATED` after this stop.
    Stopped,
    /// The service refused the stop with `DCS.4957`, and the task shows `TERMINATED`: it had been stopped before.
    AlreadyStopped,
    /// The task ended in another way, without a failure: `SUCCESS`, `MIGRATION_SUCCESS`, `RELEASED` or `DELETED`.
    Ended(TaskStatus),
}

impl StopEnd {
    /// The name in lower case, for logs and reports. For [`Ended`](Self::Ended) it is `ended`, whatever the status.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::AlreadyStopped => "already_stopped",
            Self::Ended(_) => "ended",
        }
    }
}

impl StopOutcome {
    /// How the synchronization ended.
    #[must_use]
    pub fn end(&self) -> &StopEnd {
        &self.end
    }

    /// The response to the stop.
    ///
    /// # Errors
    ///
    /// The error that polling the task resolved: a lost response, or the refusal of a task that had stopped.
    pub fn response(&self) -> std::result::Result<&Response<()>, &Error> {
        self.stop.result()
    }

    /// How many attempts the stop took: more than one only if an attempt was refused for now or not sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.stop.attempts()
    }

    /// The task at the last poll.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }
}

impl MigrationClient {
    /// Stops the synchronization of a task and polls the task until it has stopped.
    ///
    /// Writes that have not reached the target are lost: [`cut_over`](Self::cut_over) waits for them first.
    ///
    /// The stop is sent once. If its response is lost, the task is polled and the stop is not sent again. If the task
    /// does not change in 60 s of successful polls ([`WaitConfig::with_unchanged_timeout`]), the call ends with an
    /// error that may have been applied. Then call it again: the current status of the task decides.
    ///
    /// The timeout of `wait` begins with the response to the stop. The response may take as long as a whole call, 120 s
    /// by default. [`Progress::Accepted`](crate::Progress::Accepted) gives the request ID of the stop before the first
    /// poll.
    ///
    /// ```no_run
    /// # async fn stop(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let outcome = client.stop_sync_and_wait("6f0c4a1e", Default::default()).await?;
    /// println!("{}, attempts: {}", outcome.end(), outcome.attempts());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The refusal if the service refused the stop. [`ErrorKind::Wait`](crate::ErrorKind::Wait) if the task failed, cannot
    /// be read, does not change, or does not stop in time. [`Error::may_have_been_applied`] says whether the stop may have
    /// been applied.
    pub async fn stop_sync_and_wait(&self, task_id: &str, wait: WaitConfig) -> Result<StopOutcome> {
        let result = Box::pin(self.stop_sync(task_id)).await;
        let sent = Sent::new(&STOP_MIGRATION_TASK_SYNC, result)?;
        let condition = Condition::Stopped;
        let (stop, task) = confirm(self, task_id, &wait, sent, condition, &judge).await?;
        let end = match &task.status {
            Some(TaskStatus::Terminated) if stop.is_refused() => StopEnd::AlreadyStopped,
            Some(TaskStatus::Terminated) | None => StopEnd::Stopped,
            Some(status) => StopEnd::Ended(status.clone()),
        };
        Ok(StopOutcome { end, stop, task })
    }
}

/// Whether a task has stopped, in any phase.
fn judge(task: &MigrationTaskDetail) -> Verdict {
    match &task.status {
        Some(TaskStatus::Terminated) => Verdict::Done,
        Some(TaskStatus::Terminating) => Verdict::Pending,
        Some(status) if status.is_failure() => Verdict::Failed,
        Some(status) if status.is_final() => Verdict::OtherEnd,
        Some(status) if status.is_running() => Verdict::Unchanged,
        _ => Verdict::Unclear,
    }
}
