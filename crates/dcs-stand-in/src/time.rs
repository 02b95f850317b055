//! The two times of a stand-in: the time of day, and one that passes evenly and can be moved forward.

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use tokio::{sync::Notify, time::Instant};

use crate::{
    clock::{self, Clock},
    locked::locked,
};

/// A point of both times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// How long the stand-in has run, and how far it was moved forward.
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

/// The last second of 9999, for what lies beyond.
fn end_of_days() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799)
}

/// Both times as they pass.
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
            started: clock::instant(),
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
        let passed = clock::instant().saturating_duration_since(self.started);
        passed.saturating_add(*locked(&self.moved))
    }

    /// Moves the even time forward; the time of day stays, because clients have one of their own.
    pub(crate) fn advance(&self, by: Duration) {
        {
            let mut moved = locked(&self.moved);
            *moved = moved.saturating_add(by);
        }
        self.was_moved.notify_waiters();
    }

    /// Waits for a point of the even time, however it comes.
    pub(crate) async fn wait_until(&self, then: Duration) {
        loop {
            // Listens before it looks, so that no move gets lost in between.
            let was_moved = self.was_moved.notified();
            let left = then.saturating_sub(self.even());
            // The timer rounds up: with nothing left it would still cost a millisecond.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_is_woken_by_a_move() {
        let time = std::sync::Arc::new(Time::start(Clock::of_the_machine()));
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
    async fn a_move_leaves_the_time_of_day_alone() {
        let time = Time::start(Clock::new(|| SystemTime::UNIX_EPOCH));
        time.advance(Duration::from_secs(60));
        let now = time.now();
        assert!(now.even >= Duration::from_secs(60));
        assert_eq!(now.day, SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn nothing_lies_beyond_all_measure() {
        let moment = Moment {
            even: Duration::ZERO,
            day: SystemTime::UNIX_EPOCH,
        };
        assert_eq!(moment.after(Duration::MAX).even, Duration::MAX);
        assert_eq!(moment.after(Duration::MAX).day, end_of_days());
    }
}
