//! Polls of a task: until it has ended, or told as the library makes them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use huaweicloud_dcs::types::TaskStatus;
use huaweicloud_dcs::{Condition, MigrationClient, Poll, Progress, WaitConfig};
use tokio::time::sleep;

use super::last_responses::LastResponses;
use crate::outcome::{Exit, Failure};
use crate::output;

/// Calls `read`, which reads and writes, every `interval` until the task has ended, the last time after its end. How it
/// ended is said and is not the exit code: to have read it is all that was asked for.
///
/// Where nobody reads what is written any more, it ends too: it would go on for as long as the task.
///
/// Once something was read, failures that may pass are said and outlasted.
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
                let pause = humantime::format_duration(interval);
                output::talk(&format!("{failure}; it is read again in {pause}"));
            }
            Err(failure) => return Err(failure),
        }
        sleep(interval).await;
    }
}

/// Reads an interval. Calls without a pause would be refused by the service, for others too; the last moments of a
/// cut-over are worth two polls a second.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if interval < Duration::from_millis(500) {
        return Err("500ms at least".to_owned());
    }
    Ok(interval)
}

/// What is waited for.
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

    /// What a poll shows, until the goal is reached: of that a line of its own tells.
    pub(crate) fn words(self, poll: &Poll<'_>) -> Option<String> {
        (!self.condition().is_met(poll.task())).then(|| words(poll))
    }
}

/// What a poll shows of the task.
pub(crate) fn words(poll: &Poll<'_>) -> String {
    format!("the task shows {}", output::task::status(poll.task()))
}

/// Keeps what was answered, and tells what each poll shows if that is new: half an hour without a word looks as if nothing
/// were done. The library warns of polls that fail.
pub(crate) fn with_progress_lines(
    wait: WaitConfig,
    id: &str,
    goal: Goal,
    responses: LastResponses,
) -> WaitConfig {
    let id = id.to_owned();
    let told = Mutex::new(None);
    wait.with_progress(move |progress| match progress {
        Progress::Accepted(response) => responses.accepted(&id, response),
        Progress::NotAccepted(error) => responses.not_accepted(&id, error),
        Progress::Polled(poll) => {
            let words = goal.words(poll);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(words) = words.filter(|words| told.as_ref() != Some(words)) {
                output::talk_of(Some(&id), &format!("not {} yet: {words}", goal.as_str()));
                *told = Some(words);
            }
        }
        _ => {}
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_half_a_second_at_least() {
        assert_eq!(interval("500ms"), Ok(Duration::from_millis(500)));
        for text in ["499ms", "0s"] {
            assert_eq!(interval(text), Err("500ms at least".to_owned()));
        }
    }
}
