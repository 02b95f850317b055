//! Dates, up to the limits of their range.

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{DateError, format_date, parse_date};

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn dates_format_and_parse_back() {
    for (seconds, text) in [
        (0, "19700101T000000Z"),
        (951_782_399, "20000228T235959Z"),
        (951_782_400, "20000229T000000Z"),
        (1_709_251_199, "20240229T235959Z"),
        (4_107_542_400, "21000301T000000Z"),
        (253_402_207_200, "99991230T220000Z"),
    ] {
        assert_eq!(format_date(at(seconds)).as_deref(), Ok(text));
        assert_eq!(parse_date(text), Ok(at(seconds)));
    }
}

#[test]
fn fractions_of_a_second_are_dropped() {
    let late = at(1) + Duration::from_nanos(999_999_999);
    assert_eq!(format_date(late).as_deref(), Ok("19700101T000001Z"));
}

#[test]
fn times_out_of_range_are_refused() {
    for time in [
        SystemTime::UNIX_EPOCH - Duration::from_nanos(1),
        at(253_402_300_800),
        at(1 << 60),
    ] {
        assert_eq!(format_date(time), Err(DateError::OutOfRange), "{time:?}");
    }
    for text in ["19691231T235959Z", "00000101T000000Z", "99991230T220001Z"] {
        assert_eq!(parse_date(text), Err(DateError::OutOfRange), "{text}");
    }
}

#[test]
fn malformed_dates_are_refused() {
    for text in [
        "",
        "20260102T030405",
        "20260102T030405Z ",
        "20260102t030405Z",
        "20260102T030405z",
        "20260102 030405Z",
        "2026010 T030405Z",
        "+0260102T030405Z",
        "20261302T030405Z",
        "20260002T030405Z",
        "20260100T030405Z",
        "20260229T030405Z",
        "20260102T240000Z",
        "20260102T036005Z",
        "20260102T030460Z",
        "２０２６T",
    ] {
        assert_eq!(parse_date(text), Err(DateError::Malformed), "{text}");
    }
}
