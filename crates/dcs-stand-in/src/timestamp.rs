//! Points of time as the service writes them, each in its own way.

use std::time::SystemTime;

use jiff::Timestamp;

/// As `show` does: `2026/02/11 08:30:12`.
pub(crate) fn in_detail(day: SystemTime) -> String {
    write(day, "%Y/%m/%d %H:%M:%S")
}

/// As the lists of tasks and of log entries do: `2026-02-11T08:30:12.004Z`.
pub(crate) fn in_list(day: SystemTime) -> String {
    write(day, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// As IAM does: `2026-02-12T08:30:12.004000Z`.
pub(crate) fn of_iam(day: SystemTime) -> String {
    write(day, "%Y-%m-%dT%H:%M:%S%.6fZ")
}

/// What cannot be written is 1970: clocks of tests can show anything.
fn write(day: SystemTime, format: &str) -> String {
    Timestamp::try_from(day)
        .unwrap_or_default()
        .strftime(format)
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_has_its_own_way() {
        let day = SystemTime::UNIX_EPOCH + Duration::from_millis(1_770_798_612_004);
        assert_eq!(in_detail(day), "2026/02/11 08:30:12");
        assert_eq!(in_list(day), "2026-02-11T08:30:12.004Z");
        assert_eq!(of_iam(day), "2026-02-11T08:30:12.004000Z");
    }

    #[test]
    fn nothing_panics_far_away() {
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(in_detail(far), "1970/01/01 00:00:00");
    }
}
