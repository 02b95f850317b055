//! The checks before a request is sent: the task and its lag.

use std::time::Duration;

use huaweicloud_core::{Response, Result, clock};
use huaweicloud_dcs_api::operations::{SHOW_MIGRATION_TASK, SHOW_MIGRATION_TASK_STATS};
use huaweicloud_dcs_api::types::{MigrationTaskDetail, ShowMigrationTaskStatsResponse};
use tokio::time::{Instant, timeout};

use super::options::CutOver;
use super::report::Record;
use super::step::{LagReading, StepState};
use super::way::{self, Found, Standing};
use crate::wait::poll::{LAST_POLL, Polls, wait_error};

/// Returns the lag of a task: how far its target is behind its source, by `offset` in the statistics.
///
/// 0 means that the target is level with the source. The vendor documentation gives no unit. The lag has a meaning only
/// in the incremental phase. `None` if it is missing or not a whole number: an unknown lag is never 0.
///
/// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTaskStats.html>
///
/// ```no_run
/// # async fn read(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
/// let stats = client.stats("6f0c4a1e").await?;
/// println!("lag: {:?}", huaweicloud_dcs::lag(stats.body()));
/// # Ok(()) }
/// ```
#[must_use]
pub fn lag(stats: &ShowMigrationTaskStatsResponse) -> Option<u64> {
    stats.offset.as_ref()?.as_u64()
}

/// The lag of a task that migrates. The lag of a task that stands still has no meaning.
fn moving_lag(stats: &ShowMigrationTaskStatsResponse) -> Option<u64> {
    lag(stats).filter(|_| stats.is_migrating != Some(false))
}

const TOO_LARGE: &str =
    "nothing was applied: stop the writes to the source, then run the cut-over again";

impl CutOver {
    /// Reads the task: neither failed nor astray.
    pub(crate) async fn read(&self) -> Result<Found> {
        self.find(Box::pin(self.client.show(&self.task_id)).await?)
            .await
    }

    pub(crate) async fn find(&self, task: Response<MigrationTaskDetail>) -> Result<Found> {
        let standing = self.way.standing(task.body());
        let (client, task_id) = (&self.client, &self.task_id);
        way::find(
            client,
            task_id,
            task,
            standing,
            "the task cannot be cut over",
        )
        .await
    }

    /// Waits until the lag is small enough, unless it is to be ignored, and reads the task once more. `waited` is the time
    /// that the run has waited for the lag.
    pub(crate) async fn wait_for_lag(
        &self,
        waited: &mut Duration,
        record: &mut Record,
    ) -> Result<Found> {
        if self.ignores_lag {
            let lag = self.lag_at_once().await;
            record.add(self.lag_step(), StepState::Done, |step| {
                (step.lag, step.readings) = (lag, 1);
            });
            return self.read().await;
        }
        let mut polls = Polls::begin(&self.lag_wait, *waited);
        polls.task_id = Some(self.task_id.clone());
        let (mut in_a_row, mut readings) = (0, 0);
        let mut last: Option<Response<_>> = None;
        loop {
            let began = clock::instant();
            let stats = Box::pin(self.client.stats(&self.task_id));
            let result = polls.poll(&SHOW_MIGRATION_TASK_STATS, stats).await;
            readings += 1;
            let (response, refusal) = match result {
                Ok(response) => (response, None),
                Err(error) => (None, Some(error)),
            };
            let body = response.as_ref().map(Response::body);
            let moving = body.and_then(moving_lag);
            let within = moving.filter(|lag| *lag <= self.max_lag);
            in_a_row = if within.is_some() { in_a_row + 1 } else { 0 };
            if let Some(report) = &self.on_reading {
                report(&LagReading {
                    lag: body.and_then(lag),
                    in_a_row,
                    elapsed: polls.elapsed(),
                });
            }
            last = response.or(last);
            if let Some(lag) = within.filter(|_| in_a_row >= self.readings.get()) {
                *waited = polls.elapsed();
                record.add(self.lag_step(), StepState::Done, |step| {
                    (step.lag, step.readings) = (Some(lag), readings);
                });
                return self.read_before_sending(began).await;
            }
            // Without a lag that means something, the task may have left the incremental phase.
            if moving.is_none() {
                let show = Box::pin(self.client.show(&self.task_id));
                if let Some(task) = polls.poll(&SHOW_MIGRATION_TASK, show).await? {
                    let found = self.find(task).await?;
                    if found.0 != Standing::Ready {
                        return Ok(found);
                    }
                }
            }
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            if !polls.wait().await {
                let lag = last.as_ref().and_then(|last| lag(last.body()));
                let lag = lag.map_or("unknown".to_owned(), |lag| lag.to_string());
                let message = format!(
                    "timed out after {:?} waiting for a lag of {} or less in {} readings in a row: it was {lag}",
                    self.lag_wait.timeout, self.max_lag, self.readings
                );
                let (operation, failed) = (&SHOW_MIGRATION_TASK_STATS, polls.failed);
                let last = last.as_ref();
                return Err(wait_error(operation, &message, last, TOO_LARGE, failed));
            }
        }
    }

    /// Reads the task right before a request is sent. If the lag was read more than 5 s ago, reads it again.
    async fn read_before_sending(&self, lag_read: Instant) -> Result<Found> {
        let found = self.read().await?;
        let age = clock::since(lag_read);
        if found.0 == Standing::Ready && age > LAST_POLL && !self.is_still_level().await {
            let message = format!(
                "the lag was read {age:.0?} ago, and a new reading is not {} or less",
                self.max_lag
            );
            let operation = &SHOW_MIGRATION_TASK_STATS;
            return Err(wait_error::<()>(operation, &message, None, TOO_LARGE, None));
        }
        Ok(found)
    }

    /// Whether one more reading is within the maximum lag. True if the lag is ignored.
    pub(crate) async fn is_still_level(&self) -> bool {
        self.ignores_lag
            || matches!(self.stats_at_once().await,
                Some(stats) if moving_lag(&stats).is_some_and(|lag| lag <= self.max_lag))
    }

    /// The lag, if it can be read within 5 s: for reports that can do without it.
    pub(crate) async fn lag_at_once(&self) -> Option<u64> {
        lag(&self.stats_at_once().await?)
    }

    async fn stats_at_once(&self) -> Option<ShowMigrationTaskStatsResponse> {
        let stats = timeout(LAST_POLL, Box::pin(self.client.stats(&self.task_id))).await;
        Some(stats.ok()?.ok()?.into_body())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lag_is_a_number_or_text_and_else_unknown() {
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
