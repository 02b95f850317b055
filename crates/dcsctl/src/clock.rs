//! The current time.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The current time as RFC 3339, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "one of the two places that read the clock"
)]
pub(crate) fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

/// The instant after a delay from now.
pub(crate) fn after(delay: Duration) -> Instant {
    instant() + delay
}

/// Whether an instant is in the future.
pub(crate) fn is_to_come(time: Instant) -> bool {
    instant() < time
}

#[expect(
    clippy::disallowed_methods,
    reason = "one of the two places that read the clock"
)]
fn instant() -> Instant {
    Instant::now()
}
