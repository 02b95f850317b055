//! Where time comes from: the one module that reads a clock.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Tells the time of day, which dates a signature. Durations are tokio's business, whose clock tests can pause.
pub trait Clock: Debug + Send + Sync {
    /// The time of day now.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the module that time comes from"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A moment on a clock that only goes forward, for limits.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that time comes from"
)]
#[must_use]
pub fn instant() -> Instant {
    Instant::now()
}

/// The moment a duration from now. One too far off to be told is so far off that it is never reached, and can still be
/// put off.
#[must_use]
pub fn after(duration: Duration) -> Instant {
    const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    instant() + duration.min(NEVER)
}

/// How long ago a moment was; nothing if it is to come.
#[must_use]
pub fn since(moment: Instant) -> Duration {
    instant().saturating_duration_since(moment)
}
