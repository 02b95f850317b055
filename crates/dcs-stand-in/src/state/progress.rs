//! The progress of an online task.
//!
//! It is pure, like the history.

use std::time::Duration;

use huaweicloud_dcs_api::TaskStatus;

use super::history::{Event, History};
use crate::time::Moment;

/// The progress of an online task, as `stats` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The percentage of the full copy.
    pub(crate) percent: u64,
    /// The lag of the target. `None` before the incremental phase.
    pub(crate) lag: Option<u64>,
    pub(crate) is_migrating: bool,
    pub(crate) source_keys: u64,
    pub(crate) target_keys: u64,
    pub(crate) input_kbps: u64,
    pub(crate) ops: u64,
}

/// The number of keys in a source of the timed engine.
const KEYS: u64 = 48_211;

/// The lag at the start of the incremental phase, if catching up takes time.
const FIRST_LAG: u64 = 1_000;

impl Progress {
    pub(crate) fn of(history: &History, now: Moment) -> Self {
        let changes = history.statuses(now);
        let durations = history.durations();
        let mut progress = Self::default();
        for (index, change) in changes.iter().enumerate() {
            let end = changes.get(index + 1).map_or(now.even, |next| next.at.even);
            let passed = end.saturating_sub(change.at.even);
            match change.to {
                TaskStatus::Creating | TaskStatus::Running => progress.go_on(0, None),
                TaskStatus::FullMigrating => {
                    // Below 100 until the status changes.
                    let percent = share(100, passed, durations.full_copy).min(99);
                    progress.go_on(percent, None);
                }
                TaskStatus::IncrementalMigrating => {
                    let gone = share(FIRST_LAG, passed, durations.catch_up);
                    let lag = if passed < durations.catch_up {
                        FIRST_LAG - gone.min(FIRST_LAG - 1)
                    } else {
                        0
                    };
                    progress.go_on(100, Some(lag));
                }
                TaskStatus::Success | TaskStatus::MigrationSuccess => {
                    progress.go_on(100, progress.lag);
                }
                _ => {}
            }
        }
        progress.is_migrating = changes.last().is_some_and(|last| last.to.is_running());
        if progress.lag.is_some() {
            progress.lag = set_lag(history, now).or(progress.lag);
        }
        let copied = KEYS * progress.percent / 100;
        progress.source_keys = KEYS;
        progress.target_keys = copied.saturating_sub(progress.lag.unwrap_or(0));
        if progress.is_migrating {
            (progress.input_kbps, progress.ops) = (12, 310);
        }
        progress
    }

    fn go_on(&mut self, percent: u64, lag: Option<u64>) {
        self.percent = percent;
        self.lag = lag;
    }
}

/// The lag that a test has set since the last start of the task.
fn set_lag(history: &History, now: Moment) -> Option<u64> {
    history
        .latest(now)
        .take_while(|event| !matches!(event, Event::Started { .. }))
        .find_map(|event| match event {
            Event::SetLag(lag) => Some(*lag),
            _ => None,
        })
}

/// The share of the whole that corresponds to the passed time.
fn share(whole: u64, passed: Duration, time: Duration) -> u64 {
    let share = (u128::from(whole) * passed.as_nanos()).checked_div(time.as_nanos());
    u64::try_from(share.unwrap_or(0))
        .unwrap_or(u64::MAX)
        .min(whole)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::super::history::Durations;
    use super::*;

    fn at(seconds: u64) -> Moment {
        let even = Duration::from_secs(seconds);
        Moment {
            even,
            day: SystemTime::UNIX_EPOCH + even,
        }
    }

    fn started(seconds: u64) -> History {
        let durations = Durations {
            full_copy: Duration::from_secs(100),
            catch_up: Duration::from_secs(50),
            ..Durations::default()
        };
        let is_incremental = true;
        History::new(durations, at(seconds), Event::Started { is_incremental })
    }

    fn seen(history: &History, seconds: u64) -> (u64, Option<u64>, bool) {
        let progress = Progress::of(history, at(seconds));
        (progress.percent, progress.lag, progress.is_migrating)
    }

    #[test]
    fn progress_grows_then_lag_falls() {
        let history = started(10);
        for (seconds, expected) in [
            (10, (0, None, true)),
            (51, (41, None, true)),
            (109, (99, None, true)),
            (110, (100, Some(1000), true)),
            (135, (100, Some(500), true)),
            (159, (100, Some(20), true)),
            (160, (100, Some(0), true)),
            (9999, (100, Some(0), true)),
        ] {
            assert_eq!(seen(&history, seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn progress_before_end_of_copy_stays_below_100() {
        let mut history = started(0);
        history.add(at(10), Event::SetStatus(TaskStatus::FullMigrating));
        assert_eq!(seen(&history, 9999), (99, None, true));
    }

    #[test]
    fn stop_keeps_progress_and_lag() {
        let mut history = started(0);
        history.add(at(41), Event::Stopped);
        assert_eq!(seen(&history, 500), (41, None, false));
        let mut history = started(0);
        history.add(at(125), Event::Stopped);
        assert_eq!(seen(&history, 500), (100, Some(500), false));
    }

    #[test]
    fn set_lag_stays_until_restart() {
        let mut history = started(0);
        history.add(at(10), Event::SetLag(7));
        assert_eq!(seen(&history, 50), (50, None, true));
        assert_eq!(seen(&history, 500), (100, Some(7), true));
        history.add(at(600), Event::SetLag(0));
        assert_eq!(seen(&history, 600), (100, Some(0), true));
        history.add(at(700), Event::Stopped);
        let is_incremental = true;
        history.add(at(800), Event::Started { is_incremental });
        assert_eq!(seen(&history, 900), (100, Some(1000), true));
    }

    #[test]
    fn progress_with_zero_duration_is_0() {
        let set = Event::SetStatus(TaskStatus::FullMigrating);
        let history = History::new(Durations::default(), at(0), set);
        assert_eq!(seen(&history, 9), (0, None, true));
    }
}
