//! The two times of a stand-in, and the time formats of the service.
//!
//! The time of day judges signatures and fills `Date`. The even time moves tasks, stops and tokens; tests can advance it. Only
//! this file reads a clock of the machine.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, time::Instant};

use crate::lock::locked;

/// The time of day, which judges signatures and fills `Date`.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the other modules take the time from this one"
    )]
    pub(crate) fn of_the_machine() -> Self {
        Self::new(SystemTime::now)
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The current instant of tokio, so that a paused clock of tokio pauses this time, too.
#[expect(
    clippy::disallowed_methods,
    reason = "the other modules take the time from this one"
)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// A point in both times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moment {
    /// The time since the start, plus the time that tests have advanced. A point of an earlier run is at the start.
    #[serde(skip)]
    pub(crate) even: Duration,
    pub(crate) day: SystemTime,
}

impl Moment {
    pub(crate) fn after(self, delay: Duration) -> Self {
        Self {
            even: self.even.saturating_add(delay),
            day: self.day.checked_add(delay).unwrap_or_else(end_of_days),
        }
    }
}

/// The last second of 9999, in place of later times.
pub(crate) fn end_of_days() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799)
}

/// The running clock of both times.
#[derive(Debug)]
pub(crate) struct Time {
    clock: Clock,
    started: Instant,
    moved: Mutex<Duration>,
    was_moved: Notify,
}

impl Time {
    pub(crate) fn start(clock: Clock) -> Self {
        Self {
            clock,
            started: instant(),
            moved: Mutex::default(),
            was_moved: Notify::new(),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        Moment {
            even: self.even(),
            day: self.clock.now(),
        }
    }

    fn even(&self) -> Duration {
        let passed = instant().saturating_duration_since(self.started);
        passed.saturating_add(*locked(&self.moved))
    }

    /// Moves the even time forward. The time of day stays, because clients have their own.
    pub(crate) fn advance(&self, by: Duration) {
        {
            let mut moved = locked(&self.moved);
            *moved = moved.saturating_add(by);
        }
        self.was_moved.notify_waiters();
    }

    /// Waits for a point in the even time, whether it passes or a test advances it.
    pub(crate) async fn wait_until(&self, then: Duration) {
        loop {
            // Registers before it checks, so that no notification is lost in between.
            let was_moved = self.was_moved.notified();
            let left = then.saturating_sub(self.even());
            // The timer rounds up: even a zero wait would cost a millisecond.
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                () = was_moved => {}
            }
        }
    }
}

/// The format of `show`: `2026/02/11 08:30:12`.
pub(crate) fn in_detail(day: SystemTime) -> String {
    write(day, "%Y/%m/%d %H:%M:%S")
}

/// The format of the lists of tasks and log entries: `2026-02-11T08:30:12.004Z`.
pub(crate) fn in_list(day: SystemTime) -> String {
    write(day, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// The format of IAM: `2026-02-12T08:30:12.004000Z`.
pub(crate) fn of_iam(day: SystemTime) -> String {
    write(day, "%Y-%m-%dT%H:%M:%S%.6fZ")
}

/// Writes 1970 for a time out of range, because the clock of a test can return anything.
fn write(day: SystemTime, format: &str) -> String {
    Timestamp::try_from(day)
        .unwrap_or_default()
        .strftime(format)
        .to_string()
}

/// The format of jobs: milliseconds since 1970, as text.
pub(crate) fn in_job(day: SystemTime) -> String {
    let since = day.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_millis().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn wait_ends_when_time_is_advanced() {
        let time = Arc::new(Time::start(Clock::of_the_machine()));
        let hour = Duration::from_secs(3600);
        let waiting = tokio::spawn({
            let time = time.clone();
            async move { time.wait_until(hour * 2).await }
        });
        tokio::task::yield_now().await;
        time.advance(hour);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        time.advance(hour);
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, waiting).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn advance_keeps_the_time_of_day() {
        let time = Time::start(Clock::new(|| SystemTime::UNIX_EPOCH));
        time.advance(Duration::from_secs(60));
        let now = time.now();
        assert!(now.even >= Duration::from_secs(60));
        assert_eq!(now.day, SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn moment_after_huge_delay_is_capped() {
        let moment = Moment {
            even: Duration::ZERO,
            day: SystemTime::UNIX_EPOCH,
        };
        assert_eq!(moment.after(Duration::MAX).even, Duration::MAX);
        assert_eq!(moment.after(Duration::MAX).day, end_of_days());
    }

    #[test]
    fn times_are_written_in_each_format() {
        let day = SystemTime::UNIX_EPOCH + Duration::from_millis(1_770_798_612_004);
        assert_eq!(in_detail(day), "2026/02/11 08:30:12");
        assert_eq!(in_list(day), "2026-02-11T08:30:12.004Z");
        assert_eq!(of_iam(day), "2026-02-11T08:30:12.004000Z");
    }

    #[test]
    fn time_beyond_range_is_written_as_1970() {
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(in_detail(far), "1970/01/01 00:00:00");
    }
}
