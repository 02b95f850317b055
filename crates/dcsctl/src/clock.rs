//! What time it is.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The time as RFC 3339 has it, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "one of the two places that read the time"
)]
pub(crate) fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

/// When so much time will have passed.
pub(crate) fn after(pause: Duration) -> Instant {
    instant() + pause
}

/// Whether a time has not come yet.
pub(crate) fn is_to_come(time: Instant) -> bool {
    instant() < time
}

#[expect(
    clippy::disallowed_methods,
    reason = "one of the two places that read the time"
)]
fn instant() -> Instant {
    Instant::now()
}
