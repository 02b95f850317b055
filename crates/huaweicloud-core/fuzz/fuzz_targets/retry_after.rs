//! Reads a `Retry-After` of any bytes: digits are seconds, a date is not further off than dates go, all else is nothing.
#![no_main]

use std::time::{Duration, SystemTime};

use huaweicloud_core::fuzzing::retry_after;
use libfuzzer_sys::fuzz_target;

/// 1994-11-06T08:49:37Z.
const NOW: Duration = Duration::from_secs(784_111_777);

/// HTTP's dates end with the year 9999.
const LATEST: Duration = Duration::from_secs(253_402_300_800);

fuzz_target!(|value: &[u8]| {
    let Some(wait) = retry_after(value, SystemTime::UNIX_EPOCH + NOW) else {
        return;
    };
    let text = value.trim_ascii();
    if !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
        let seconds = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        assert_eq!(wait, seconds.map_or(Duration::MAX, Duration::from_secs));
    } else {
        assert!(wait <= LATEST - NOW);
        assert!(wait.is_zero() || text.len() > 20, "it is no date");
    }
});
