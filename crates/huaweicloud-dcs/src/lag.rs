//! How far the target of a migration lags behind its source.

use huaweicloud_dcs_api::migration::types::ShowMigrationTaskStatsResponse;

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
