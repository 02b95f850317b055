//! What time it is.

use std::time::SystemTime;

/// The time as RFC 3339 has it, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the time"
)]
pub(crate) fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}
