//! Stops a task and looks until it has stopped: the way to know what an answer, or its loss, meant.

use huaweicloud_core::{Error, Response, Result};
use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::operations::STOP_MIGRATION_TASK_SYNC;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::config::WaitConfig;
use super::confirm::{Goal, Verdict, confirm};
use super::sent::Sent;
use crate::client::MigrationClient;

/// How a stop that was waited for ended.
#[derive(Debug)]
pub struct StopOutcome {
    end: StopEnd,
    stop: Sent,
    task: MigrationTaskDetail,
}

/// In which way a task's synchronization is over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopEnd {
    /// The task shows `TERMINATED` after our stop.
    Stopped,
    /// The service refused our stop with `DCS.4957`, and the task shows `TERMINATED`: it had been stopped before.
    AlreadyStopped,
    /// The task came to another end, which is no failure: `SUCCESS`, `MIGRATION_SUCCESS`, `RELEASED` or `DELETED`.
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
    /// In which way the synchronization is over.
    #[must_use]
    pub fn end(&self) -> &StopEnd {
        &self.end
    }

    /// The response to the stop, or the error that reading the task resolved.
    ///
    /// # Errors
    ///
    /// The error that reading the task resolved: an answer that was lost, or a refusal of a task that had stopped.
    pub fn stop(&self) -> std::result::Result<&Response<()>, &Error> {
        self.stop.answer()
    }

    /// How many attempts the stop took: one, unless an attempt was refused for now or not sent. Reading the task does not
    /// count.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.stop.attempts()
    }

    /// The task as it was last read.
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
    /// The stop is sent once. If its response was lost, the task is polled and nothing is sent again. If the task has not
    /// changed after 60 s of successful polls ([`WaitConfig::with_unchanged_timeout`]), the call ends with an error that
    /// may have been applied. Calling it again is then the way on: it goes by what the service shows.
    ///
    /// The timeout of `wait` begins with the response to the stop, which may itself take as long as a whole call, 120 s by
    /// default. [`Progress::Accepted`](crate::Progress::Accepted) reports that response before the first poll: keep its
    /// request id if you may drop the future. The service goes on with a stop that it has received.
    ///
    /// # Errors
    ///
    /// The error of the stop if it was refused; [`ErrorKind::Wait`](crate::ErrorKind::Wait) if the task failed, cannot
    /// be read, has not changed, or has not stopped in time. **May it have been applied?** See
    /// [`Error::may_have_been_applied`].
    pub async fn stop_sync_and_wait(&self, task_id: &str, wait: WaitConfig) -> Result<StopOutcome> {
        let sent = Sent::sort(
            &STOP_MIGRATION_TASK_SYNC,
            Box::pin(self.stop_sync(task_id)).await,
        )?;
        let (stop, task) = confirm(self, task_id, &wait, sent, &AnyStop).await?;
        let end = match &task.status {
            Some(TaskStatus::Terminated) if stop.is_refused() => StopEnd::AlreadyStopped,
            Some(TaskStatus::Terminated) | None => StopEnd::Stopped,
            Some(status) => StopEnd::Ended(status.clone()),
        };
        Ok(StopOutcome { end, stop, task })
    }
}

/// A stop of whatever the task is copying.
struct AnyStop;

impl Goal for AnyStop {
    fn aim(&self) -> &'static str {
        "have stopped"
    }

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        match &task.status {
            Some(TaskStatus::Terminated) => Verdict::Done,
            Some(TaskStatus::Terminating) => Verdict::UnderWay,
            Some(status) if status.is_failure() => Verdict::Failed,
            Some(status) if status.is_final() => Verdict::OtherEnd,
            Some(status) if status.is_running() => Verdict::AsBefore,
            _ => Verdict::Unclear,
        }
    }
}
