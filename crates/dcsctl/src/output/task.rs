//! How far a task is while it is waited for: percent of the full copy, then the lag.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use huaweicloud_dcs::types::ShowMigrationTaskStatsResponse;
use huaweicloud_dcs::{MigrationClient, lag};
use tokio::time::sleep;

use crate::output::one_line;
use crate::spinner::Spinner;

/// How soon it is noticed that the task has begun to copy.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The part of a spinner's line that says how far a task is.
#[derive(Clone, Debug)]
pub(crate) struct Advance {
    spinner: Spinner,
    is_running: Arc<AtomicBool>,
}

impl Advance {
    pub(crate) fn new(spinner: Spinner) -> Self {
        Self {
            spinner,
            is_running: Arc::default(),
        }
    }

    /// Only of a task that copies there is something to read.
    pub(crate) fn set_is_running(&self, is_running: bool) {
        self.is_running.store(is_running, Relaxed);
        if !is_running {
            self.spinner.set_detail(String::new());
        }
    }

    /// Reads and shows it for as long as it is polled. A reading that fails is passed over; one that is refused is the last:
    /// the wait itself says why, if it concerns the wait.
    pub(crate) async fn show(
        self,
        client: &MigrationClient,
        task_id: &str,
        interval: Duration,
    ) -> Infallible {
        loop {
            if self.is_running.load(Relaxed) {
                match client.stats(task_id).await {
                    Ok(stats) => self.spinner.set_detail(words(stats.body())),
                    Err(error) if error.is_retryable() => {}
                    Err(_) => return pending().await,
                }
                sleep(interval).await;
            } else {
                sleep(interval.min(LOOK_AGAIN)).await;
            }
        }
    }
}

/// Percent until all is copied, then the lag; nothing if neither is known.
pub(crate) fn words(stats: &ShowMigrationTaskStatsResponse) -> String {
    let percent = stats.full_migration_progress.as_ref();
    match (percent, lag(stats)) {
        (Some(percent), _) if percent.as_u64().is_none_or(|percent| percent < 100) => {
            format!(", {} % copied", one_line(&percent.to_string()))
        }
        (_, Some(lag)) => format!(", lag {lag}"),
        (Some(_), None) => ", all copied".to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_told_until_all_is_copied_then_the_lag_and_nothing_is_made_up() {
        for (stats, expected) in [
            (
                r#"{"full_migration_progress": 40, "offset": null}"#,
                ", 40 % copied",
            ),
            (
                r#"{"full_migration_progress": "99.5", "offset": 7}"#,
                ", 99.5 % copied",
            ),
            (
                r#"{"full_migration_progress": "100", "offset": "7"}"#,
                ", lag 7",
            ),
            (
                r#"{"full_migration_progress": 100, "offset": null}"#,
                ", all copied",
            ),
            (r#"{"offset": 0}"#, ", lag 0"),
            ("{}", ""),
        ] {
            let stats = serde_json::from_str(stats).unwrap();
            assert_eq!(words(&stats), expected, "{stats:?}");
        }
    }
}
