//! The format of `X-Sdk-Date`: `20260102T030405Z`, in UTC and whole seconds.

use std::time::SystemTime;

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use crate::DateError;

/// Formats a time as a value of `X-Sdk-Date`. Drops fractions of a second.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_323_045_999);
/// assert_eq!(huaweicloud_sign::format_date(time)?, "20260102T030405Z");
/// # Ok::<(), huaweicloud_sign::DateError>(())
/// ```
///
/// # Errors
///
/// Returns [`DateError::OutOfRange`] before 1970 and after 9999-12-30T22:00:00Z.
pub fn format_date(time: SystemTime) -> Result<String, DateError> {
    let timestamp = Timestamp::try_from(time).map_err(|_| DateError::OutOfRange)?;
    if timestamp < Timestamp::UNIX_EPOCH {
        return Err(DateError::OutOfRange);
    }
    let date = Offset::UTC.to_datetime(timestamp);
    // A formatter driven by a pattern takes longer than the hashing.
    let mut text = String::with_capacity(LENGTH);
    push_two_digits(&mut text, date.year() / 100);
    push_two_digits(&mut text, date.year() % 100);
    push_two_digits(&mut text, date.month().into());
    push_two_digits(&mut text, date.day().into());
    text.push('T');
    push_two_digits(&mut text, date.hour().into());
    push_two_digits(&mut text, date.minute().into());
    push_two_digits(&mut text, date.second().into());
    text.push('Z');
    Ok(text)
}

/// Parses a value of `X-Sdk-Date`. Accepts exactly the form that [`format_date`] writes.
///
/// ```
/// use huaweicloud_sign::{DateError, parse_date};
/// use std::time::{Duration, SystemTime};
///
/// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
/// assert_eq!(parse_date("20260102T030405Z"), Ok(time));
/// assert_eq!(parse_date("2026-01-02T03:04:05Z"), Err(DateError::Malformed));
/// ```
///
/// # Errors
///
/// - [`DateError::Malformed`]: the text has another form, or there is no such time.
/// - [`DateError::OutOfRange`]: the time is before 1970 or after 9999-12-30T22:00:00Z.
pub fn parse_date(text: &str) -> Result<SystemTime, DateError> {
    let date = read(text.as_bytes()).ok_or(DateError::Malformed)?;
    let timestamp = Offset::UTC
        .to_timestamp(date)
        .map_err(|_| DateError::OutOfRange)?;
    if timestamp < Timestamp::UNIX_EPOCH {
        return Err(DateError::OutOfRange);
    }
    SystemTime::try_from(timestamp).map_err(|_| DateError::OutOfRange)
}

/// The length of `YYYYMMDDTHHMMSSZ`.
const LENGTH: usize = 16;

fn push_two_digits(text: &mut String, number: i16) {
    for digit in [number / 10, number % 10] {
        text.push(char::from_digit(digit.unsigned_abs().into(), 10).unwrap_or('0'));
    }
}

fn read(text: &[u8]) -> Option<DateTime> {
    let text: &[u8; LENGTH] = text.try_into().ok()?;
    if text[8] != b'T' || text[15] != b'Z' {
        return None;
    }
    let digit = |at: usize| text[at].is_ascii_digit().then(|| text[at] - b'0');
    let two = |at: usize| i8::try_from(digit(at)? * 10 + digit(at + 1)?).ok();
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    DateTime::new(year, two(4)?, two(6)?, two(9)?, two(11)?, two(13)?, 0).ok()
}
