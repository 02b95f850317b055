//! How often a call is retried, and the backoff before a retry.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// How many attempts a call makes, and the backoff between them.
///
/// A call is retried only if it cannot act twice: nothing was sent, the service refused for now, or a second call does
/// no harm. A refusal for now is a 429, or a 408 or 503 with an error code of its own. No setting changes that.
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_core::RetryConfig;
///
/// let patient = RetryConfig::default().with_max_attempts(5).with_max_backoff(Duration::from_secs(60));
/// let once = RetryConfig::disabled();
/// # let _ = (patient, once);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryConfig {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
}

/// 3 attempts, with a backoff of up to 500 ms that doubles up to 20 s.
impl Default for RetryConfig {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
        }
    }
}

impl RetryConfig {
    /// One attempt, no retries.
    #[must_use]
    pub fn disabled() -> Self {
        Self::default().with_max_attempts(1)
    }

    /// Sets the number of attempts, the first included. `build()` refuses 0. Default 3.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets the longest backoff before the second attempt. It doubles with each further attempt. Default 500 ms.
    #[must_use]
    pub fn with_initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// Sets the maximum backoff. A longer `Retry-After` is obeyed. Default 20 s.
    #[must_use]
    pub fn with_max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// The number of attempts, the first included.
    #[must_use]
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The longest backoff before the second attempt.
    #[must_use]
    pub fn initial_backoff(&self) -> Duration {
        self.initial_backoff
    }

    /// The maximum backoff.
    #[must_use]
    pub fn max_backoff(&self) -> Duration {
        self.max_backoff
    }

    /// The backoff after this attempt (1 is the first): a `fraction` in 0..=1 of the longest one. Full jitter keeps
    /// clients that failed together from coming back together.
    pub(crate) fn backoff(&self, attempt: u32, fraction: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let longest = self
            .initial_backoff
            .saturating_mul(1 << doublings)
            .min(self.max_backoff);
        // A huge duration may be rounded up.
        Duration::try_from_secs_f64(longest.as_secs_f64() * fraction)
            .map_or(longest, |backoff| backoff.min(longest))
    }
}

/// The delay that a `Retry-After` asks for: seconds or a date. Zero if it is invalid or past; the maximum if the number
/// is too large.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Duration {
    let Some(value) = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
    else {
        return Duration::ZERO;
    };
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().map_or(Duration::MAX, Duration::from_secs);
    }
    httpdate::parse_http_date(value)
        .ok()
        .and_then(|date| date.duration_since(now).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn backoff_doubles_up_to_the_maximum_without_overflow() {
        let retry = RetryConfig::default();
        let longest = |attempt| retry.backoff(attempt, 1.0);
        assert_eq!(
            [1, 2, 3].map(longest),
            [500, 1000, 2000].map(Duration::from_millis)
        );
        for attempt in [0, 6, 7, 31, 32, 33, u32::MAX] {
            assert!(longest(attempt) <= Duration::from_secs(20));
        }
        assert_eq!(longest(u32::MAX), Duration::from_secs(20));
        assert_eq!(retry.backoff(3, 0.0), Duration::ZERO);
        let huge = RetryConfig::default()
            .with_initial_backoff(Duration::MAX)
            .with_max_backoff(Duration::MAX);
        assert_eq!(huge.backoff(9, 1.0), Duration::MAX);
    }

    #[test]
    fn getters_return_what_was_set() {
        let [initial, most] = [1, 2].map(Duration::from_secs);
        let retry = RetryConfig::default()
            .with_max_attempts(7)
            .with_initial_backoff(initial)
            .with_max_backoff(most);
        assert_eq!(
            (
                retry.max_attempts(),
                retry.initial_backoff(),
                retry.max_backoff()
            ),
            (7, initial, most)
        );
    }

    #[test]
    fn retry_after_in_both_forms_is_read() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, wait) in [
            ("7", Duration::from_secs(7)),
            (" 7 ", Duration::from_secs(7)),
            ("0", Duration::ZERO),
            ("1000000000", Duration::from_secs(1_000_000_000)),
            ("18446744073709551615", Duration::from_secs(u64::MAX)),
            ("18446744073709551616", Duration::MAX),
            ("99999999999999999999999", Duration::MAX),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Duration::from_secs(60)),
            ("Sun, 06 Nov 1994 08:48:37 GMT", Duration::ZERO),
            ("-1", Duration::ZERO),
            ("1e9", Duration::ZERO),
            ("soon", Duration::ZERO),
            ("", Duration::ZERO),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), wait, "{value:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), Duration::ZERO);
    }

    #[test]
    fn backoff_of_any_attempt_is_within_bounds() {
        let durations = || {
            prop_oneof![
                (0_u64..100_000).prop_map(Duration::from_millis),
                any::<Duration>(),
                Just(Duration::MAX)
            ]
        };
        let attempts = prop_oneof![1_u32..100, any::<u32>()];
        let test = |(initial, cap, attempt, fraction): (Duration, Duration, u32, f64)| {
            let retry = RetryConfig::default()
                .with_initial_backoff(initial)
                .with_max_backoff(cap);
            let backoff = retry.backoff(attempt, fraction);
            prop_assert!(backoff <= cap);
            prop_assert!(retry.backoff(attempt, 0.0).is_zero());
            prop_assert!(attempt > 1 || backoff <= initial);
            Ok(())
        };
        let all = (durations(), durations(), attempts, 0.0..=1.0);
        let config = ProptestConfig {
            cases: 10_000,
            source_file: Some(file!()),
            ..ProptestConfig::default()
        };
        TestRunner::new(config).run(&all, test).unwrap();
    }
}
