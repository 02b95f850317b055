//! A migration task: its data, the calls that its state allows, and its log.

use std::time::SystemTime;

use huaweicloud_dcs_api::{TaskStatus, types::MigrationTaskDetail};
use serde::{Deserialize, Serialize};

use super::ends::Ends;
use super::history::{Change, EXCHANGED, Event, History};
use crate::time::Moment;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    /// The job that creates the task. `None` for imports and for tasks that a test has added.
    pub(crate) job: Option<String>,
    pub(crate) kind: Kind,
    /// The members of `show` that do not follow from the history.
    pub(crate) details: MigrationTaskDetail,
    pub(crate) created: SystemTime,
    pub(crate) history: History,
    /// The servers, if the engine copies data and the task is configured.
    pub(crate) ends: Option<Ends>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Import,
    /// An online task. Once it is configured, says whether it has an incremental phase.
    Online {
        is_incremental: Option<bool>,
    },
}

/// What an engine must do for a task.
#[cfg(feature = "redis")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Start the full copy, and say when it is done.
    Copying {
        is_incremental: bool,
    },
    /// End a full migration, whose copy is done.
    Ending,
    /// Check that the target follows the source.
    Following,
    Stopping,
    Exchanging,
    RollingBack,
    /// Copy nothing.
    Resting,
}

/// Why a call of a task was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    NoSuchTask,
    WrongState,
    #[cfg(feature = "redis")]
    MissingParameter(&'static str),
    #[cfg(feature = "redis")]
    WrongParameter(&'static str),
    /// The target cannot take the data. Says why.
    #[cfg(feature = "redis")]
    UnfitTarget(String),
    /// A server or a port of this machine gave no result.
    #[cfg(feature = "redis")]
    Unavailable,
}

/// An entry of the log: a change of the task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LogEntry {
    pub(crate) at: Moment,
    pub(crate) is_failure: bool,
    pub(crate) message: String,
    pub(crate) keyword: String,
}

impl Task {
    pub(crate) fn status(&self, now: Moment) -> TaskStatus {
        self.history.status(now)
    }

    pub(crate) fn is_online(&self) -> bool {
        matches!(self.kind, Kind::Online { .. })
    }

    pub(crate) fn may_be_configured(&self, now: Moment) -> Result<(), Refused> {
        allow(self.is_online() && self.status(now) == TaskStatus::Running)
    }

    /// Configures the task, which starts the copy.
    pub(crate) fn configure(&mut self, now: Moment, is_incremental: bool) -> Result<(), Refused> {
        self.may_be_configured(now)?;
        self.kind = Kind::Online {
            is_incremental: Some(is_incremental),
        };
        self.history.add(now, Event::Started { is_incremental });
        Ok(())
    }

    /// Starts to stop the task. Returns the time when it will have stopped.
    pub(crate) fn stop(&mut self, now: Moment) -> Result<Moment, Refused> {
        allow(self.status(now).is_running())?;
        self.history.add(now, Event::Stopped);
        Ok(now.after(self.history.durations().stop))
    }

    pub(crate) fn restart(&mut self, now: Moment) -> Result<(), Refused> {
        let status = self.status(now);
        let has_ended = status == TaskStatus::Terminated || status.is_failure();
        match self.kind {
            Kind::Online {
                is_incremental: Some(is_incremental),
            } if has_ended => {
                self.history.add(now, Event::Started { is_incremental });
                Ok(())
            }
            _ => Err(Refused::WrongState),
        }
    }

    pub(crate) fn exchange_ip(&mut self, now: Moment) -> Result<(), Refused> {
        allow(self.status(now) == TaskStatus::IncrementalMigrating)?;
        self.history.add(now, Event::ExchangedIp);
        Ok(())
    }

    pub(crate) fn roll_back_ip(&mut self, now: Moment) -> Result<(), Refused> {
        allow(self.is_exchanged(now) && !self.is_rolled_back(now))?;
        self.history.add(now, Event::RolledBackIp);
        Ok(())
    }

    /// Whether the addresses are exchanged. During a rollback, they still are.
    pub(crate) fn is_exchanged(&self, now: Moment) -> bool {
        self.history.exchange_status(now).as_deref() == Some(EXCHANGED)
    }

    /// Whether a rollback has begun since the last exchange.
    fn is_rolled_back(&self, now: Moment) -> bool {
        self.history
            .latest(now)
            .find_map(|event| match event {
                Event::RolledBackIp => Some(true),
                Event::ExchangedIp | Event::SetExchangeStatus(_) => Some(false),
                _ => None,
            })
            .unwrap_or(false)
    }

    #[cfg(feature = "redis")]
    pub(crate) fn stage(&self, now: Moment) -> Stage {
        let is_latest = |wanted: &Event| {
            let mut latest = self.history.latest(now);
            latest.find(|event| !matches!(event, Event::SetLag(_))) == Some(wanted)
        };
        match self.status(now) {
            TaskStatus::FullMigrating if is_latest(&Event::Copied) => Stage::Ending,
            TaskStatus::FullMigrating => Stage::Copying {
                is_incremental: matches!(
                    self.kind,
                    Kind::Online {
                        is_incremental: Some(true)
                    }
                ),
            },
            TaskStatus::IncrementalMigrating => Stage::Following,
            TaskStatus::Terminating if is_latest(&Event::ExchangedIp) => Stage::Exchanging,
            TaskStatus::Terminating => Stage::Stopping,
            _ if self.is_exchanged(now) && self.is_rolled_back(now) => Stage::RollingBack,
            _ => Stage::Resting,
        }
    }

    /// The error message, while the status is a failure.
    pub(crate) fn error_message(&self, now: Moment) -> Option<&str> {
        if !self.status(now).is_failure() {
            return None;
        }
        self.history.latest(now).find_map(|event| match event {
            Event::Failed(message) => Some(message.as_str()),
            _ => None,
        })
    }

    /// The first status after the creation, which ends the job. `None` during the creation.
    pub(crate) fn end_of_creation(&self, now: Moment) -> Option<Change<TaskStatus>> {
        let mut changes = self.history.statuses(now).into_iter();
        changes.find(|change| change.to != TaskStatus::Creating)
    }

    /// The entries of the log until now, oldest first.
    pub(crate) fn log(&self, now: Moment) -> Vec<LogEntry> {
        let statuses = self.history.statuses(now).into_iter().map(|change| {
            let is_failure = change.to.is_failure();
            let mut message = format!("the task is {}", change.to);
            if let Some(why) = self.error_message(change.at).filter(|_| is_failure) {
                message = format!("{message}: {why}");
            }
            LogEntry {
                at: change.at,
                is_failure,
                message,
                keyword: change.to.to_string(),
            }
        });
        let exchanges = self.history.exchange_statuses(now).into_iter();
        let exchanges = exchanges.filter_map(|change| {
            let status = change.to?;
            Some(LogEntry {
                at: change.at,
                is_failure: false,
                message: format!("the exchange of IP addresses is {status}"),
                keyword: status,
            })
        });
        let mut entries: Vec<_> = statuses.chain(exchanges).collect();
        // The entries of an earlier run have the same even time.
        entries.sort_by_key(|entry| (entry.at.even, entry.at.day));
        entries
    }
}

fn allow(is_allowed: bool) -> Result<(), Refused> {
    if is_allowed {
        Ok(())
    } else {
        Err(Refused::WrongState)
    }
}

#[cfg(all(test, feature = "redis"))]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{super::history::Durations, *};

    /// The stage after these events, in an engine that ends each phase itself.
    fn stage(events: &[Event]) -> Stage {
        let now = Moment {
            even: Duration::ZERO,
            day: SystemTime::UNIX_EPOCH,
        };
        let durations = Durations {
            full_copy: Duration::MAX,
            stop: Duration::MAX,
            exchange: Duration::MAX,
            ..Durations::default()
        };
        let is_incremental = Some(false);
        let mut task = Task {
            id: String::new(),
            job: None,
            kind: Kind::Online { is_incremental },
            details: MigrationTaskDetail::default(),
            created: now.day,
            history: History::new(durations, now, Event::CreatedOnline),
            ends: None,
        };
        for event in events {
            task.history.add(now, event.clone());
        }
        task.stage(now)
    }

    #[test]
    fn stage_follows_the_events_of_a_task() {
        let started = Event::Started {
            is_incremental: false,
        };
        let following = Event::SetStatus(TaskStatus::IncrementalMigrating);
        let exchanged = Event::SetExchangeStatus(Some(EXCHANGED.into()));
        let copying = Stage::Copying {
            is_incremental: false,
        };
        assert_eq!(stage(&[]), Stage::Resting);
        assert_eq!(stage(std::slice::from_ref(&started)), copying);
        let copied = [started.clone(), Event::Copied];
        assert_eq!(stage(&copied), Stage::Ending);
        let again = [&copied[..], &[started]].concat();
        assert_eq!(stage(&again), copying);
        assert_eq!(stage(std::slice::from_ref(&following)), Stage::Following);
        let stopped = [following.clone(), Event::SetLag(1), Event::Stopped];
        assert_eq!(stage(&stopped), Stage::Stopping);
        let exchanging = [following, Event::ExchangedIp, Event::SetLag(1)];
        assert_eq!(stage(&exchanging), Stage::Exchanging);
        let ended = [Event::SetStatus(TaskStatus::Terminated), exchanged];
        assert_eq!(stage(&ended), Stage::Resting);
        let rolling_back = [&ended[..], &[Event::RolledBackIp]].concat();
        assert_eq!(stage(&rolling_back), Stage::RollingBack);
    }
}
