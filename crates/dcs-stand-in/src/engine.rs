//! The engine: what moves a task from one status to the next.

use huaweicloud_dcs_api::{TaskStatus, types::ConfigMigrationInstanceBody};

#[cfg(feature = "redis")]
use crate::redis;
use crate::{
    state::{Ends, Progress, Refused, Tasks},
    time::Moment,
};

/// What moves a task from one status to the next. Calls only add events to its history.
#[derive(Debug)]
pub(crate) enum Engine {
    /// Each phase takes its duration. No data moves.
    Timed,
    /// Redis copies the data. A phase ends when the servers show it.
    #[cfg(feature = "redis")]
    Redis(redis::Engine),
}

impl Engine {
    /// Checks the source and the target of a task that is about to be configured. Returns the servers that the engine needs.
    #[cfg_attr(
        not(feature = "redis"),
        expect(clippy::unused_async, reason = "only the engine redis waits")
    )]
    pub(crate) async fn prepare(
        &self,
        source: &ConfigMigrationInstanceBody,
        target: &ConfigMigrationInstanceBody,
    ) -> Result<Option<Ends>, Refused> {
        match self {
            Self::Timed => {
                let _ = (source, target);
                Ok(None)
            }
            #[cfg(feature = "redis")]
            Self::Redis(engine) => engine.prepare(source, target).await.map(Some),
        }
    }

    /// Waits with the response to a `sync-stop`, at most until the task has stopped. Returns whether it may be 204.
    pub(crate) async fn answers_stop(&self, tasks: &Tasks, id: &str, end: Moment) -> bool {
        match self {
            Self::Timed => tasks.wait_until(end).await,
            #[cfg(feature = "redis")]
            Self::Redis(engine) if engine.answers_at_once() => return true,
            #[cfg(feature = "redis")]
            Self::Redis(_) => loop {
                let changed = tasks.next_change();
                if tasks.status(id) != Some(TaskStatus::Terminating) {
                    break;
                }
                changed.await;
            },
        }
        // If a test has set another status meanwhile, this stop has failed.
        tasks.status(id) == Some(TaskStatus::Terminated)
    }

    #[cfg_attr(
        not(feature = "redis"),
        expect(clippy::unused_async, reason = "only the engine redis waits")
    )]
    pub(crate) async fn progress(&self, tasks: &Tasks, id: &str) -> Result<Progress, Refused> {
        let by_history = tasks.with(id, |task, now| {
            if task.is_online() {
                Ok(Progress::of(&task.history, now))
            } else {
                Err(Refused::WrongState)
            }
        })?;
        match self {
            Self::Timed => Ok(by_history),
            #[cfg(feature = "redis")]
            Self::Redis(engine) => engine.progress(id, by_history).await,
        }
    }
}
