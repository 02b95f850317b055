//! Corrects for a wrong clock of this machine: the service refuses signatures that are 15 minutes off.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use http::header::{AGE, DATE};

use super::response::RawResponse;
use crate::config::DATE_REFUSED;

/// How far off the clock must be to explain a refusal. The window of the service is 15 minutes; a date leaves out
/// fractions of a second, and the way there and back takes time.
const THRESHOLD_SECONDS: i64 = 14 * 60;
/// How far off a clock can be: one that was never set shows 1970. Beyond that the response is wrong.
const MAX_SECONDS: i64 = 100 * 365 * 24 * 60 * 60;
/// A response that took longer says too little about the time.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(15 * 60);

/// Seconds to add to this machine's clock, shared by all calls of a client.
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

    /// Learns from a 401. True if its signature was dated wrong, so that another one may be accepted. A concurrent call
    /// may have learnt the same already.
    pub(crate) fn learn(
        &self,
        refusal: &RawResponse,
        sent: SystemTime,
        received: SystemTime,
        signed_at: SystemTime,
    ) -> bool {
        let Some(measured) = measure(refusal, sent, received) else {
            return false;
        };
        let used = seconds_between(sent, signed_at);
        if (measured - used).abs() <= THRESHOLD_SECONDS || measured.abs() > MAX_SECONDS {
            return false;
        }
        self.0.store(measured, Ordering::Relaxed);
        true
    }
}

/// How far this machine's clock is behind the service's.
fn measure(refusal: &RawResponse, sent: SystemTime, received: SystemTime) -> Option<i64> {
    let code = refusal.code()?;
    if !DATE_REFUSED.contains(&&*code) || refusal.headers.contains_key(AGE) {
        return None;
    }
    let round_trip = received.duration_since(sent).ok()?;
    let date = refusal.headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    (round_trip <= MAX_ROUND_TRIP).then(|| seconds_between(sent + round_trip / 2, date))
}

fn seconds_between(from: SystemTime, to: SystemTime) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match to.duration_since(from) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}
