//! The lag: how far the target of a migration is behind its source.

use std::time::Duration;

use huaweicloud_dcs_api::types::ShowMigrationTaskStatsResponse;

/// Reads the lag out of the progress of a task: `offset`, the difference between source and target in the incremental
/// phase, 0 when they are level. The page gives no unit. It means something only in the incremental phase.
///
/// Nothing if it is not there or is no whole number: an unknown lag is never 0.
///
/// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTaskStats.html>
///
/// ```
/// use huaweicloud_dcs::lag;
/// use huaweicloud_dcs::types::ShowMigrationTaskStatsResponse;
///
/// let mut stats = ShowMigrationTaskStatsResponse::default();
/// assert_eq!(lag(&stats), None);
/// stats.offset = Some("100".into());
/// assert_eq!(lag(&stats), Some(100));
/// ```
#[must_use]
pub fn lag(stats: &ShowMigrationTaskStatsResponse) -> Option<u64> {
    stats.offset.as_ref()?.as_u64()
}

/// The lag of a task that migrates: in one that stands still it says nothing.
pub(crate) fn moving_lag(stats: &ShowMigrationTaskStatsResponse) -> Option<u64> {
    lag(stats).filter(|_| stats.is_migrating != Some(false))
}

/// A reading of the lag while a cut-over waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagReading {
    pub(crate) lag: Option<u64>,
    pub(crate) in_a_row: u32,
    pub(crate) elapsed: Duration,
}

impl LagReading {
    /// The lag; nothing if the reading failed for now, or does not say.
    #[must_use]
    pub fn lag(&self) -> Option<u64> {
        self.lag
    }

    /// How many readings in a row, up to this one, were within the limit.
    #[must_use]
    pub fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// How long the lag has been waited for.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_is_read_as_number_and_as_text_and_is_unknown_otherwise() {
        for (stats, expected) in [
            (r#"{"offset":100}"#, Some(100)),
            (r#"{"offset":"100"}"#, Some(100)),
            (r#"{"offset":0}"#, Some(0)),
            (r#"{"offset":"0"}"#, Some(0)),
            (r#"{"offset":null}"#, None),
            (r#"{"offset":""}"#, None),
            (r#"{"offset":"-"}"#, None),
            (r#"{"offset":-1}"#, None),
            (r#"{"offset":"-0"}"#, None),
            (r#"{"offset":0.4}"#, None),
            ("{}", None),
        ] {
            let stats = serde_json::from_str(stats).unwrap();
            assert_eq!(lag(&stats), expected, "{stats:?}");
        }
    }
}
