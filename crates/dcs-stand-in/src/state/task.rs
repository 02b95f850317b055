//! A migration task: its data, the calls that its state allows, and its log.

use std::time::SystemTime;

use huaweicloud_dcs_api::{TaskStatus, types::MigrationTaskDetail};

use super::history::{Change, EXCHANGED, Event, History};
use crate::time::Moment;

#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) id: String,
    /// The job that creates the task. `None` for imports and for tasks that a test has added.
    pub(crate) job: Option<String>,
    pub(crate) kind: Kind,
    /// The members of `show` that do not follow from the history.
    pub(crate) details: MigrationTaskDetail,
    pub(crate) created: SystemTime,
    pub(crate) history: History,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Import,
    /// An online task. Once it is configured, says whether it has an incremental phase.
    Online {
        is_incremental: Option<bool>,
    },
}

/// Why a call of a task was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    NoSuchTask,
    WrongState,
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

    /// Configures the task, which starts the copy.
    pub(crate) fn configure(&mut self, now: Moment, is_incremental: bool) -> Result<(), Refused> {
        allow(self.is_online() && self.status(now) == TaskStatus::Running)?;
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
        let is_exchanged = self.history.exchange_status(now).as_deref() == Some(EXCHANGED);
        // During a rollback, the status is still EXCHANGE_SUCCESS.
        let is_rolled_back = self
            .history
            .latest(now)
            .find_map(|event| match event {
                Event::RolledBackIp => Some(true),
                Event::ExchangedIp | Event::SetExchangeStatus(_) => Some(false),
                _ => None,
            })
            .unwrap_or(false);
        allow(is_exchanged && !is_rolled_back)?;
        self.history.add(now, Event::RolledBackIp);
        Ok(())
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
        entries.sort_by_key(|entry| entry.at.even);
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
