//! The only place that reads a clock of the machine.

use std::{fmt, sync::Arc, time::SystemTime};

use tokio::time::Instant;

/// The time of day: what signatures are judged by and `Date` shows.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the module that the others take the time from"
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

/// A point of the time that passes evenly, of tokio, so that a test that pauses its time pauses this one too.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that the others take the time from"
)]
pub(crate) fn instant() -> Instant {
    Instant::now()
}
