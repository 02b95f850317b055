//! The only module that reads a clock.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Tells the time of day, which dates signatures. Durations use tokio's clock, which tests can pause.
pub trait Clock: Debug + Send + Sync {
    /// The present time of day.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the only module that reads a clock"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The present moment on a monotonic clock, for deadlines.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the only module that reads a clock"
)]
#[must_use]
pub fn instant() -> Instant {
    Instant::now()
}

/// The moment after a duration from now. Durations over 30 years are shortened, so that the moment can still be moved.
#[must_use]
pub fn after(duration: Duration) -> Instant {
    const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    instant() + duration.min(NEVER)
}

/// The time since a moment; zero if the moment is in the future.
#[must_use]
pub fn since(moment: Instant) -> Duration {
    instant().saturating_duration_since(moment)
}
