//! Waits until the lag is small enough for long enough.

use huaweicloud_core::{Response, Result, clock};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK_STATS;
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::{Instant, timeout};

use super::lag::{LagReading, lag, moving_lag};
use super::options::CutOver;
use super::standing::Standing;
use crate::wait::watch::{LAST_LOOK, Watch, ended};

/// How waiting for the lag ended.
pub(crate) enum Level {
    Reached {
        lag: u64,
        readings: u32,
        /// When the last of them began: the lag may be of then.
        since: Instant,
    },
    /// The task is no longer ready to be cut over: somebody else was faster.
    Left(Standing, Box<MigrationTaskDetail>),
}

pub(crate) const TOO_LARGE: &str =
    "nothing was applied: stop what writes to the source, then run the cut-over again";

impl CutOver {
    /// Reads the lag until enough readings in a row are within the limit. Where one says nothing of a task that
    /// migrates, the task is read: what stands still would be waited for in vain.
    pub(crate) async fn level(&self, watch: &mut Watch) -> Result<Level> {
        let (mut in_a_row, mut readings) = (0, 0);
        let mut last_answer: Option<Response<_>> = None;
        loop {
            let since = clock::instant();
            let answer = watch.look(Box::pin(self.client.stats(&self.task_id))).await;
            readings += 1;
            let (answer, refusal) = match answer {
                Ok(answer) => (answer, None),
                Err(error) => (None, Some(error)),
            };
            let read = answer.as_ref().and_then(|answer| moving_lag(answer.body()));
            let within = read.filter(|lag| *lag <= self.max_lag);
            in_a_row = if within.is_some() { in_a_row + 1 } else { 0 };
            if let Some(report) = &self.on_reading {
                report(&LagReading {
                    lag: answer.as_ref().and_then(|answer| lag(answer.body())),
                    in_a_row,
                    elapsed: watch.elapsed(),
                });
            }
            last_answer = answer.or(last_answer);
            if let Some(lag) = within.filter(|_| in_a_row >= self.readings.get()) {
                return Ok(Level::Reached {
                    lag,
                    readings,
                    since,
                });
            }
            if read.is_none()
                && let Some(task) = watch
                    .look(Box::pin(self.client.show(&self.task_id)))
                    .await?
            {
                match self.stand(task).await? {
                    (Standing::Ready, _) => {}
                    (standing, task) => return Ok(Level::Left(standing, Box::new(task))),
                }
            }
            if let Some(refusal) = refusal {
                return Err(refusal);
            }
            if !watch.pause().await {
                let last = last_answer.as_ref().and_then(|answer| lag(answer.body()));
                let last = last.map_or("unknown".to_owned(), |lag| lag.to_string());
                let message = format!(
                    "the lag is not seen to be {} or less in {} readings in a row within {:?}: it was {last}",
                    self.max_lag, self.readings, self.level.timeout
                );
                let source = watch.take_missed();
                let operation = &SHOW_MIGRATION_TASK_STATS;
                return Err(ended(
                    operation,
                    &message,
                    last_answer.as_ref(),
                    TOO_LARGE,
                    source,
                ));
            }
        }
    }

    /// Whether one more reading is within the limit, or need not be.
    pub(crate) async fn is_still_level(&self) -> bool {
        if self.ignores_lag {
            return true;
        }
        let answer = timeout(LAST_LOOK, Box::pin(self.client.stats(&self.task_id))).await;
        matches!(answer, Ok(Ok(answer))
            if moving_lag(answer.body()).is_some_and(|lag| lag <= self.max_lag))
    }

    /// The lag, if it can be had at once, for those who do not depend on it.
    pub(crate) async fn lag_for_the_record(&self) -> Option<u64> {
        let answer = timeout(LAST_LOOK, Box::pin(self.client.stats(&self.task_id))).await;
        lag(answer.ok()?.ok()?.body())
    }
}
