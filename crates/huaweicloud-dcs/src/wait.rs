//! Stops a task and looks until it has stopped: the way to know what an answer, or its loss, meant.

use std::ops::ControlFlow;
use std::time::Duration;

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::migration::{
    operations::STOP_MIGRATION_TASK_SYNC, types::MigrationTaskDetail,
};
use tokio::time::{sleep_until, timeout_at};

use crate::client::MigrationClient;
use crate::clock;
use crate::error::{Error, ErrorKind, Facts, Result};
use crate::error_body::{MAX_MESSAGE, one_line};
use crate::response::Response;

/// How long to wait and how often to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitConfig {
    interval: Duration,
    timeout: Duration,
}

/// Looks every 10 s, for 30 min at most.
impl Default for WaitConfig {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(30 * 60),
        }
    }
}

impl WaitConfig {
    /// Sets the time between two looks. Default 10 s.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets how long to look, counted from the answer to the stop. Default 30 min.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

/// How a stop that was waited for ended.
#[derive(Debug)]
pub struct StopOutcome {
    end: StopEnd,
    stop: Result<Response<()>>,
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

impl StopOutcome {
    /// In which way the synchronization is over.
    #[must_use]
    pub fn end(&self) -> &StopEnd {
        &self.end
    }

    /// What became of the stop itself, the last one if it was sent twice: its answer, or the error that the look
    /// resolved.
    ///
    /// # Errors
    ///
    /// The error that reading the task resolved: an answer that was lost, or a refusal of a task that had stopped.
    pub fn stop(&self) -> std::result::Result<&Response<()>, &Error> {
        self.stop.as_ref()
    }

    /// The task as it was last read.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }
}

impl MigrationClient {
    /// Stops the synchronization of a task and waits until reading the task shows that it stopped.
    ///
    /// If the answer to the stop was lost, the task is read, and the stop is sent a second time, and no third, only if
    /// two looks in a row show the task still running. See [`StopOutcome`] for how it can end.
    ///
    /// # Errors
    ///
    /// The error of the stop if it was refused; [`ErrorKind::Wait`] if the task failed, cannot be read, or has not
    /// stopped in time. **May it have been applied?** See [`Error::may_have_been_applied`].
    pub async fn stop_sync_and_wait(&self, task_id: &str, wait: WaitConfig) -> Result<StopOutcome> {
        stop_sync_and_wait(self, task_id, wait).await
    }
}

/// What a stop that was sent came to, as far as its answer says.
enum Sent {
    Accepted(Response<()>),
    /// Refused because of the task's status, which may be that it has stopped.
    Refused(Error),
    /// No answer that says whether it was applied.
    Lost(Error),
}

impl Sent {
    /// Sorts the result of a stop; the error comes back if looking at the task would add nothing to it.
    fn sort(result: Result<Response<()>>) -> Result<Self> {
        match result {
            Ok(response) => Ok(Self::Accepted(response)),
            Err(error) if error.may_have_been_applied() => Ok(Self::Lost(error)),
            Err(error) if error.code() == Some("DCS.4957") => Ok(Self::Refused(error)),
            Err(error) => Err(error),
        }
    }

    fn into_outcome(self, end: StopEnd, task: MigrationTaskDetail) -> StopOutcome {
        let stop = match self {
            Self::Accepted(response) => Ok(response),
            Self::Refused(error) | Self::Lost(error) => Err(error),
        };
        StopOutcome { end, stop, task }
    }

    /// The error of a stop that was sent and that no look confirmed.
    fn unconfirmed(self, message: &str, source: Option<Error>) -> Error {
        let (stop, may_have_been_applied, advice) = match &self {
            Self::Accepted(response) => (
                Ok(response),
                true,
                "the stop was accepted: read the task before you repeat it",
            ),
            Self::Lost(error) => (
                Err(error),
                true,
                "it may have been applied: read the task before you repeat it",
            ),
            Self::Refused(error) => (
                Err(error),
                false,
                "this stop was refused while another one was under way: read the task",
            ),
        };
        Facts {
            operation: Some(STOP_MIGRATION_TASK_SYNC.id()),
            status: stop.map_or_else(Error::status, |response| Some(response.status())),
            code: stop.err().and_then(Error::code).map(str::to_owned),
            request_id: stop
                .map_or_else(Error::request_id, Response::request_id)
                .map(str::to_owned),
            attempts: stop.map_or_else(Error::attempts, Response::attempts),
            may_have_been_applied,
            advice,
            source: source.map(Into::into),
            ..Facts::new(ErrorKind::Wait, one_line(message, MAX_MESSAGE))
        }
        .into()
    }
}

/// What the look at the very end of a wait may take.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// How many looks in a row must show a task running before a stop whose answer was lost is sent again: one could fall
/// between the stop and its effect.
const LOOKS_BEFORE_REPEAT: u32 = 2;

/// See [`MigrationClient::stop_sync_and_wait`].
async fn stop_sync_and_wait(
    client: &MigrationClient,
    task_id: &str,
    config: WaitConfig,
) -> Result<StopOutcome> {
    let mut sent = Sent::sort(client.stop_sync(task_id).await)?;
    let mut may_repeat = matches!(sent, Sent::Lost(_));
    let mut seen_running = 0;
    let mut last_status = None;
    let limit = clock::after(config.timeout);
    loop {
        let Ok(look) = timeout_at(limit.max(clock::after(LAST_LOOK)), client.show(task_id)).await
        else {
            return Err(sent.unconfirmed(&not_in_time(last_status.as_ref(), &config), None));
        };
        match look {
            Ok(task) => {
                let task = task.into_body();
                last_status.clone_from(&task.status);
                sent = match judge(sent, task)? {
                    ControlFlow::Break(outcome) => return Ok(outcome),
                    ControlFlow::Continue(sent) => sent,
                };
                let is_running = last_status.as_ref().is_some_and(TaskStatus::is_running);
                seen_running = if is_running { seen_running + 1 } else { 0 };
            }
            Err(error) => match sent {
                Sent::Refused(refusal) => return Err(refusal),
                still if error.is_retryable() => sent = still,
                stop => {
                    return Err(stop.unconfirmed("the task cannot be read", Some(error)));
                }
            },
        }
        if may_repeat && seen_running == LOOKS_BEFORE_REPEAT {
            may_repeat = false;
            match Sent::sort(client.stop_sync(task_id).await) {
                // The lost stop stays what there is to tell of: it may be what the service refers to.
                Ok(Sent::Refused(_)) => {}
                Ok(again) => sent = again,
                Err(error) => {
                    return Err(sent.unconfirmed("a second stop was refused", Some(error)));
                }
            }
            continue;
        }
        if clock::instant() >= limit {
            return Err(sent.unconfirmed(&not_in_time(last_status.as_ref(), &config), None));
        }
        sleep_until(clock::after(config.interval).min(limit)).await;
    }
}

/// What a look at the task makes of a stop: how it ended, or that there is more to wait for.
fn judge(sent: Sent, task: MigrationTaskDetail) -> Result<ControlFlow<StopOutcome, Sent>> {
    let ended = |sent: Sent, end, task| Ok(ControlFlow::Break(sent.into_outcome(end, task)));
    match (sent, task.status.clone()) {
        (sent, Some(TaskStatus::Terminating)) => Ok(ControlFlow::Continue(sent)),
        (sent @ Sent::Refused(_), Some(TaskStatus::Terminated)) => {
            ended(sent, StopEnd::AlreadyStopped, task)
        }
        (sent, Some(TaskStatus::Terminated)) => ended(sent, StopEnd::Stopped, task),
        // The status forbade the stop, and it is not that the task had been stopped.
        (Sent::Refused(error), _) => Err(error),
        (sent, Some(status)) if status.is_failure() => {
            Err(sent.unconfirmed(&format!("the task ended as {status}"), None))
        }
        (sent, Some(status)) if status.is_final() => ended(sent, StopEnd::Ended(status), task),
        (sent, _) => Ok(ControlFlow::Continue(sent)),
    }
}

fn not_in_time(last_status: Option<&TaskStatus>, config: &WaitConfig) -> String {
    let status = last_status.map_or("unknown", TaskStatus::as_str);
    format!(
        "the task is not seen to have stopped within {:?}: its status is {status}",
        config.timeout
    )
}
