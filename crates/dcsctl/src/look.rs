//! What a poll of a task shows while something is waited for, in words.

use std::sync::{Mutex, PoisonError};

use huaweicloud_dcs::types::{MigrationTaskDetail, TaskStatus};
use huaweicloud_dcs::{Poll, Progress, WaitConfig};

use crate::known::Known;
use crate::output::{self, one_line};

/// What is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    Stopped,
    Exchanged,
    RolledBack,
}

impl Aim {
    fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Exchanged => "exchanged",
            Self::RolledBack => "rolled back",
        }
    }

    /// Whether there is nothing left to wait for, of which a line of its own tells.
    fn is_reached(self, task: &MigrationTaskDetail) -> bool {
        match self {
            Self::Stopped => task.status == Some(TaskStatus::Terminated),
            Self::Exchanged => task.task_status.as_deref() == Some("EXCHANGE_SUCCESS"),
            Self::RolledBack => task.task_status.as_deref() == Some("ROLLBACK_SUCCESS"),
        }
    }

    /// What the task shows, until the aim is reached.
    pub(crate) fn words(self, poll: &Poll<'_>) -> Option<String> {
        (!self.is_reached(poll.task())).then(|| words(poll))
    }
}

/// What the task shows: its status and, if there is an exchange, that of the exchange.
pub(crate) fn words(poll: &Poll<'_>) -> String {
    let task = poll.task();
    let status = one_line(task.status.as_ref().map_or("unknown", TaskStatus::as_str));
    let exchange = task.task_status.as_deref().filter(|text| !text.is_empty());
    let exchange = exchange.map(|text| format!(", ip exchange {}", one_line(text)));
    format!("the task shows {status}{}", exchange.unwrap_or_default())
}

/// Keeps what was answered, and tells what each poll shows if that is new: half an hour without a word looks as if nothing
/// were done. The library warns of polls that fail.
pub(crate) fn telling(wait: WaitConfig, id: &str, aim: Aim, known: Known) -> WaitConfig {
    let id = id.to_owned();
    let told = Mutex::new(None);
    wait.with_progress(move |progress| match progress {
        Progress::Accepted(response) => known.accepted(&id, response),
        Progress::NotAccepted(error) => known.not_accepted(&id, error),
        Progress::Polled(poll) => {
            let words = aim.words(poll);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(words) = words.filter(|words| told.as_ref() != Some(words)) {
                output::talk_of(Some(&id), &format!("not {} yet: {words}", aim.as_str()));
                *told = Some(words);
            }
        }
        _ => {}
    })
}
