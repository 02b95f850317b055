//! Polls a task until it has ended, and reports the polls of the library.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use huaweicloud_dcs::types::{MigrationTaskDetail, TaskStatus};
use huaweicloud_dcs::{Condition, MigrationClient, Progress, WaitConfig};
use tokio::time::sleep;

use super::last_responses::LastResponses;
use crate::outcome::{Exit, Failure};
use crate::output;

/// Calls `read`, which reads and writes, every `interval` until the task has ended, and once after that. The exit code is
/// 0 however the task ended.
///
/// Also ends if the reader of standard output has gone. After the first reading, a failure that may pass is only reported.
pub(crate) async fn until_the_end(
    client: &MigrationClient,
    task_id: &str,
    interval: Duration,
    mut read: impl AsyncFnMut() -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    let mut has_read = false;
    loop {
        let poll = async {
            let task = client.show(task_id).await;
            let task = task.map_err(|error| Failure::of(&error))?.into_body();
            read().await?;
            output::written().await?;
            Ok::<_, Failure>(task.status.filter(TaskStatus::is_final))
        };
        match poll.await {
            Ok(Some(status)) => {
                output::talk(&format!("the task has ended: {status}"));
                return Ok(Exit::Done);
            }
            Ok(None) if output::reader_has_gone() => return Ok(Exit::Done),
            Ok(None) => has_read = true,
            Err(failure) if has_read && failure.may_pass() => {
                let delay = humantime::format_duration(interval);
                output::talk(&format!("{failure}; next reading in {delay}"));
            }
            Err(failure) => return Err(failure),
        }
        sleep(interval).await;
    }
}

/// Parses an interval. Polling faster would make the service throttle the whole account. Two polls per second are enough
/// for the end of a cut-over.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if interval < Duration::from_millis(500) {
        return Err("must be at least 500ms".to_owned());
    }
    Ok(interval)
}

/// The goal of a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    Stopped,
    Exchanged,
    RolledBack,
}

impl Goal {
    fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Exchanged => "exchanged",
            Self::RolledBack => "rolled back",
        }
    }

    fn condition(self) -> Condition {
        match self {
            Self::Stopped => Condition::Stopped,
            Self::Exchanged => Condition::IpsExchanged,
            Self::RolledBack => Condition::IpsRolledBack,
        }
    }

    /// What a poll shows, until the goal is reached: the report says that.
    pub(crate) fn words(self, task: &MigrationTaskDetail) -> Option<String> {
        (!self.condition().is_met(task)).then(|| words(task))
    }
}

/// What a poll shows of the task.
pub(crate) fn words(task: &MigrationTaskDetail) -> String {
    format!("the task shows {}", output::task::status(task))
}

/// Keeps the response to the request, and writes what a poll shows if that is new: a long wait must not look stuck.
pub(crate) fn with_progress_lines(
    wait: WaitConfig,
    id: &str,
    goal: Goal,
    responses: LastResponses,
) -> WaitConfig {
    let id = id.to_owned();
    let last = Mutex::new(None);
    wait.with_progress(move |progress| match progress {
        Progress::Accepted(response) => responses.accepted(&id, response),
        Progress::NotAccepted(error) => responses.not_accepted(&id, error),
        Progress::TaskPolled(task, _) => {
            let words = goal.words(task);
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(words) = words.filter(|words| last.as_ref() != Some(words)) {
                output::talk_of(Some(&id), &format!("not {} yet: {words}", goal.as_str()));
                *last = Some(words);
            }
        }
        // The library warns of polls that fail, and says when the next one is due.
        _ => {}
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_is_at_least_half_a_second() {
        assert_eq!(interval("500ms"), Ok(Duration::from_millis(500)));
        for text in ["499ms", "0s"] {
            assert_eq!(interval(text), Err("must be at least 500ms".to_owned()));
        }
    }
}
