//! Corrects for a clock of this machine that is off: the service refuses signatures of another quarter of an hour.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::{AGE, DATE};

use super::outcome::Answer;
use crate::config::DATE_REFUSED;

/// How far off the clock must be before it can be what the service objects to. Its window is 15 minutes; the rest is
/// for the second that a date leaves out and for the way there and back.
const THRESHOLD_SECONDS: i64 = 14 * 60;
/// How far off a clock can be: one that was never set stands at 1970. Further off is the date that came, and a signature
/// could not say it.
const MAX_SECONDS: i64 = 100 * 365 * 24 * 60 * 60;
/// An answer that took longer says too little about the time.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(15 * 60);

/// The times of a signed request that was refused.
pub(crate) struct Times {
    /// When the request went out, by this machine's clock.
    pub(crate) sent: SystemTime,
    /// When the head of the answer came in, by this machine's clock.
    pub(crate) answered: SystemTime,
    /// The corrected time that the signature carries.
    pub(crate) by: SystemTime,
}

/// Seconds to add to this machine's clock; shared by all calls of a client.
#[derive(Debug, Default)]
pub(crate) struct Skew(AtomicI64);

impl Skew {
    pub(crate) fn correct(&self, now: SystemTime) -> SystemTime {
        let seconds = self.0.load(Ordering::Relaxed);
        let size = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            now.checked_sub(size)
        } else {
            now.checked_add(size)
        }
        .unwrap_or(now)
    }

    /// Learns from a refused signature. True if its date was off, so that another signature may be accepted: also where
    /// a call beside this one has learnt the same meanwhile.
    pub(crate) fn learn(&self, answer: &Answer, signed: &Times) -> bool {
        let Some(measured) = measure(answer, signed.sent, signed.answered) else {
            return false;
        };
        let used = seconds_between(signed.sent, signed.by);
        if (measured - used).abs() <= THRESHOLD_SECONDS || measured.abs() > MAX_SECONDS {
            return false;
        }
        self.0.store(measured, Ordering::Relaxed);
        true
    }
}

/// How far this machine's clock is behind the service's, by an answer that refuses a signature.
fn measure(answer: &Answer, sent: SystemTime, answered: SystemTime) -> Option<i64> {
    if answer.status != StatusCode::UNAUTHORIZED || answer.headers.contains_key(AGE) {
        return None;
    }
    let code = answer.code()?;
    let round_trip = answered
        .duration_since(sent)
        .ok()
        .filter(|time| *time <= MAX_ROUND_TRIP)?;
    let date = httpdate::parse_http_date(answer.headers.get(DATE)?.to_str().ok()?).ok()?;
    DATE_REFUSED
        .contains(&code.as_str())
        .then(|| seconds_between(sent + round_trip / 2, date))
}

fn seconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}
