//! The migration tasks and their life cycle.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use huaweicloud_dcs_api::TaskStatus;
use tokio::time::Instant;

use crate::{answer::ServiceError, clock, locked::locked};

/// All tasks, in memory.
#[derive(Debug)]
pub(crate) struct Tasks {
    states: Mutex<HashMap<String, State>>,
    stop_delay: Duration,
}

#[derive(Debug)]
enum State {
    Resting(TaskStatus),
    /// A stop is under way. That it ends is a matter of time alone, so it ends whether or not somebody waits for it.
    Stopping {
        ends: Instant,
    },
}

impl Tasks {
    pub(crate) fn new(stop_delay: Duration) -> Self {
        Self {
            states: Mutex::default(),
            stop_delay,
        }
    }

    pub(crate) fn set(&self, id: &str, status: TaskStatus) {
        locked(&self.states).insert(id.into(), State::Resting(status));
    }

    pub(crate) fn status(&self, id: &str) -> Option<TaskStatus> {
        locked(&self.states).get(id).map(State::status)
    }

    /// Starts to stop a task that copies data, and tells when it will have stopped.
    pub(crate) fn begin_stop(&self, id: &str) -> Result<Instant, ServiceError> {
        let now = clock::instant();
        let ends = now
            .checked_add(self.stop_delay)
            .unwrap_or_else(|| now + A_LIFETIME);
        let mut states = locked(&self.states);
        let state = states.get_mut(id).ok_or(ServiceError::NO_SUCH_TASK)?;
        if !state.status().is_running() {
            return Err(ServiceError::WRONG_STATE);
        }
        *state = State::Stopping { ends };
        Ok(ends)
    }
}

/// Stands for delays that the clock cannot count.
const A_LIFETIME: Duration = Duration::from_secs(50 * 365 * 86_400);

impl State {
    fn status(&self) -> TaskStatus {
        match self {
            Self::Resting(status) => status.clone(),
            Self::Stopping { ends } if *ends <= clock::instant() => TaskStatus::Terminated,
            Self::Stopping { .. } => TaskStatus::Terminating,
        }
    }
}
