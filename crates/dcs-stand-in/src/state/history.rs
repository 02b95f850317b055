//! The events of a task, and the changes that follow as time passes.
//!
//! It is pure: the state of a task is a function of its events and the current time. No background work moves a task.

use std::time::Duration;

use huaweicloud_dcs_api::TaskStatus;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// The duration of each phase of a task. The default is zero.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Durations {
    /// From the creation of an online task until it can be configured.
    pub(crate) creation: Duration,
    /// The import of backup files.
    pub(crate) import: Duration,
    /// The full copy of an online task.
    pub(crate) full_copy: Duration,
    /// From the end of the full copy until the lag is 0.
    pub(crate) catch_up: Duration,
    pub(crate) stop: Duration,
    /// An exchange of IP addresses, or its rollback.
    pub(crate) exchange: Duration,
}

/// An event of a task, from a request, a test or an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    CreatedOnline,
    CreatedImport,
    /// The copy starts or restarts, with or without an incremental phase after it.
    Started {
        is_incremental: bool,
    },
    /// An engine has seen the end of the full copy. It sets the next status itself.
    Copied,
    Stopped,
    ExchangedIp,
    RolledBackIp,
    Deleted,
    SetStatus(TaskStatus),
    SetExchangeStatus(Option<String>),
    SetLag(u64),
    Failed(String),
}

/// A new value and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change<T> {
    pub(crate) at: Moment,
    pub(crate) to: T,
}

const EXCHANGING: &str = "EXCHANGING";
pub(crate) const EXCHANGED: &str = "EXCHANGE_SUCCESS";
pub(crate) const ROLLED_BACK: &str = "ROLLBACK_SUCCESS";

/// The changes that follow an event, each after its delay. `None`: the pending changes of earlier events go on.
type Following<T> = Option<Vec<(Duration, T)>>;

impl Event {
    /// The changes of `status`.
    fn statuses(&self, durations: &Durations) -> Following<TaskStatus> {
        use TaskStatus::{
            Creating, Deleted, Failed, FullMigrating, IncrementalMigrating, Migrating, Running,
            Success, Terminated, Terminating,
        };
        let now = Duration::ZERO;
        Some(match self {
            Self::CreatedOnline => vec![(now, Creating), (durations.creation, Running)],
            Self::CreatedImport => vec![(now, Migrating), (durations.import, Success)],
            Self::Started { is_incremental } => {
                let end = if *is_incremental {
                    IncrementalMigrating
                } else {
                    Success
                };
                vec![(now, FullMigrating), (durations.full_copy, end)]
            }
            Self::Stopped => vec![(now, Terminating), (durations.stop, Terminated)],
            // An exchange also stops the synchronization.
            Self::ExchangedIp => vec![(now, Terminating), (durations.exchange, Terminated)],
            Self::Deleted => vec![(now, Deleted)],
            Self::SetStatus(status) => vec![(now, status.clone())],
            Self::Failed(_) => vec![(now, Failed)],
            Self::Copied | Self::RolledBackIp | Self::SetExchangeStatus(_) | Self::SetLag(_) => {
                return None;
            }
        })
    }

    /// The changes of `task_status`, the state of an exchange of IP addresses.
    fn exchange_statuses(&self, durations: &Durations) -> Following<Option<String>> {
        let now = Duration::ZERO;
        let text = |text: &str| Some(text.to_owned());
        Some(match self {
            Self::ExchangedIp => vec![
                (now, text(EXCHANGING)),
                (durations.exchange, text(EXCHANGED)),
            ],
            // The status during a rollback is not documented, so the previous one stays.
            Self::RolledBackIp => vec![(durations.exchange, text(ROLLED_BACK))],
            Self::SetExchangeStatus(status) => vec![(now, status.clone())],
            Self::Started { .. } => vec![(now, None)],
            // An exchange in progress goes no further.
            Self::SetStatus(_) | Self::Failed(_) | Self::Deleted => Vec::new(),
            Self::CreatedOnline
            | Self::CreatedImport
            | Self::Copied
            | Self::Stopped
            | Self::SetLag(_) => return None,
        })
    }
}

/// All events of a task, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct History {
    /// Set again by [`History::restored`].
    #[serde(skip)]
    durations: Durations,
    events: Vec<(Moment, Event)>,
}

impl History {
    pub(crate) fn new(durations: Durations, at: Moment, first: Event) -> Self {
        Self {
            durations,
            events: vec![(at, first)],
        }
    }

    /// Sets the durations of a history that was read from a file.
    #[cfg(feature = "redis")]
    pub(super) fn restored(&mut self, durations: Durations) {
        self.durations = durations;
    }

    pub(crate) fn add(&mut self, at: Moment, event: Event) {
        self.events.push((at, event));
    }

    pub(crate) fn durations(&self) -> &Durations {
        &self.durations
    }

    /// The events until now, latest first.
    pub(crate) fn latest(&self, now: Moment) -> impl Iterator<Item = &Event> {
        let until_now = self.events.iter().rev();
        let until_now = until_now.filter(move |(at, _)| at.even <= now.even);
        until_now.map(|(_, event)| event)
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.events
            .iter()
            .any(|(_, event)| *event == Event::Deleted)
    }

    /// All changes of `status` until now, oldest first.
    pub(crate) fn statuses(&self, now: Moment) -> Vec<Change<TaskStatus>> {
        self.changes(now, Event::statuses)
    }

    pub(crate) fn status(&self, now: Moment) -> TaskStatus {
        let last = self.statuses(now).pop();
        last.map_or(TaskStatus::Creating, |change| change.to)
    }

    /// All changes of `task_status` until now, oldest first.
    pub(crate) fn exchange_statuses(&self, now: Moment) -> Vec<Change<Option<String>>> {
        self.changes(now, Event::exchange_statuses)
    }

    pub(crate) fn exchange_status(&self, now: Moment) -> Option<String> {
        self.exchange_statuses(now).pop()?.to
    }

    fn changes<T>(
        &self,
        now: Moment,
        follow: impl Fn(&Event, &Durations) -> Following<T>,
    ) -> Vec<Change<T>> {
        let mut changes: Vec<Change<T>> = Vec::new();
        for (at, event) in &self.events {
            if let Some(following) = follow(event, &self.durations) {
                // The event cancels pending changes.
                changes.retain(|change| change.at.even <= at.even);
                changes.extend(following.into_iter().map(|(delay, to)| Change {
                    at: at.after(delay),
                    to,
                }));
            }
        }
        changes.retain(|change| change.at.even <= now.even);
        changes
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment {
            even: Duration::ZERO,
            day: SystemTime::UNIX_EPOCH,
        }
        .after(Duration::from_secs(seconds))
    }

    fn durations() -> Durations {
        let s = Duration::from_secs;
        Durations {
            creation: s(10),
            import: s(20),
            full_copy: s(100),
            catch_up: s(50),
            stop: s(5),
            exchange: s(60),
        }
    }

    fn history(events: Vec<(u64, Event)>) -> History {
        History {
            durations: durations(),
            events: events.into_iter().map(|(s, it)| (at(s), it)).collect(),
        }
    }

    fn started(is_incremental: bool) -> Event {
        Event::Started { is_incremental }
    }

    #[track_caller]
    fn passes(history: &History, expected: &[(u64, &str)]) {
        for (seconds, status) in expected {
            assert_eq!(history.status(at(*seconds)).as_str(), *status, "{seconds}");
        }
    }

    #[test]
    fn online_task_passes_its_phases_in_order() {
        let history = history(vec![
            (0, Event::CreatedOnline),
            (30, started(true)),
            (500, Event::Stopped),
            (600, started(false)),
        ]);
        passes(
            &history,
            &[
                (0, "CREATING"),
                (9, "CREATING"),
                (10, "RUNNING"),
                (30, "FULLMIGRATING"),
                (129, "FULLMIGRATING"),
                (130, "INCRMIGEATING"),
                (499, "INCRMIGEATING"),
                (500, "TERMINATING"),
                (505, "TERMINATED"),
                (600, "FULLMIGRATING"),
                (700, "SUCCESS"),
                (99_999, "SUCCESS"),
            ],
        );
    }

    #[test]
    fn import_after_its_duration_is_success() {
        let history = history(vec![(1, Event::CreatedImport)]);
        passes(
            &history,
            &[(1, "MIGRATING"), (20, "MIGRATING"), (21, "SUCCESS")],
        );
    }

    #[test]
    fn new_event_cancels_pending_changes() {
        let history = history(vec![
            (0, started(true)),
            (50, Event::Stopped),
            (52, Event::Failed("no memory".into())),
        ]);
        passes(
            &history,
            &[(51, "TERMINATING"), (52, "FAILED"), (200, "FAILED")],
        );
        assert_eq!(history.statuses(at(200)).len(), 3);
    }

    #[test]
    fn set_lag_leaves_pending_changes() {
        let history = history(vec![(0, started(true)), (50, Event::SetLag(7))]);
        passes(&history, &[(60, "FULLMIGRATING"), (100, "INCRMIGEATING")]);
    }

    #[test]
    fn exchange_stops_the_copy_and_rolls_back() {
        let history = history(vec![
            (0, Event::SetStatus(TaskStatus::IncrementalMigrating)),
            (10, Event::ExchangedIp),
            (100, Event::RolledBackIp),
            (200, started(true)),
        ]);
        passes(&history, &[(10, "TERMINATING"), (70, "TERMINATED")]);
        for (seconds, status) in [
            (9, None),
            (10, Some("EXCHANGING")),
            (70, Some("EXCHANGE_SUCCESS")),
            (159, Some("EXCHANGE_SUCCESS")),
            (160, Some("ROLLBACK_SUCCESS")),
            (200, None),
        ] {
            let now = history.exchange_status(at(seconds));
            assert_eq!(now.as_deref(), status, "{seconds}");
        }
    }

    #[test]
    fn exchange_of_failed_task_stays_exchanging() {
        let history = history(vec![
            (0, Event::ExchangedIp),
            (10, Event::Failed("no route".into())),
        ]);
        let exchange = history.exchange_status(at(500));
        assert_eq!(exchange.as_deref(), Some("EXCHANGING"));
    }

    #[test]
    fn changes_have_their_time_of_day() {
        let history = history(vec![(3, Event::CreatedOnline)]);
        let changes = history.statuses(at(99));
        assert_eq!(changes[1].at, at(13));
    }
}
