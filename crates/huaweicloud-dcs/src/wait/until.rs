//! Waits until a task is in a state.

use huaweicloud_core::{Response, Result, clock};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::condition::{Condition, Judgement};
use super::config::WaitConfig;
use super::confirm::Unchanged;
use super::failure;
use super::watch::{Watch, ended, seen};
use crate::client::MigrationClient;

impl MigrationClient {
    /// Reads a task again and again until it is as it is waited for to be, and returns it as it was read then. It only
    /// reads; dropping its future leaves nothing behind.
    ///
    /// States and values of `task_status` that nobody has documented are waited through. So is a read that fails but
    /// may succeed later ([`Error::is_retryable`](crate::Error::is_retryable)). A state that a restart would leave again, such as `TERMINATED`, is
    /// taken for an end: begin to wait when the restart shows.
    ///
    /// ```
    /// # async fn until_incremental(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// use std::time::Duration;
    /// use huaweicloud_dcs::{Condition, WaitConfig};
    ///
    /// let wait = WaitConfig::default().with_timeout(Duration::from_secs(6 * 3600));
    /// let task = client.wait_until("6f0c4a1e", Condition::IncrementalPhase, wait).await?;
    /// # let _ = task;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Wait`](crate::ErrorKind::Wait) if the task failed, with the reason that the list of tasks gives, if it does; if it came to a
    /// state from which the condition is never met; if it has ended and shows no exchange of IPs for
    /// [60 s](WaitConfig::with_unchanged_timeout); or if the time is up: the message names the state. Any other
    /// error of [`show`](Self::show) that no repeat would cure, as it is. Nothing can have been applied.
    pub async fn wait_until(
        &self,
        task_id: &str,
        condition: Condition,
        wait: WaitConfig,
    ) -> Result<MigrationTaskDetail> {
        let mut watch = Watch::begin(&wait);
        let aim = condition.aim();
        let mut last = None;
        let mut only_late = Unchanged::default();
        loop {
            if let Some(answer) = watch.look(Box::pin(self.show(task_id))).await? {
                watch.report(answer.body());
                let judgement = condition.judge(answer.body());
                if judgement == Judgement::OnlyLate {
                    only_late.add(clock::instant());
                } else {
                    only_late = Unchanged::default();
                }
                let seen = seen(Some(answer.body()));
                let end = match judgement {
                    Judgement::Met => return Ok(answer.into_body()),
                    Judgement::OnlyLate if only_late.total >= wait.unchanged_timeout => Some((
                        format!("the task has ended and shows no exchange of its IPs: {seen}"),
                        NO_EXCHANGE,
                    )),
                    Judgement::NotYet | Judgement::OnlyLate => None,
                    Judgement::Never => Some((format!("the task will never {aim}: {seen}"), NEVER)),
                    Judgement::Failed => {
                        let sentence = failure::sentence(self, task_id, answer.body()).await;
                        Some((sentence, FAILED))
                    }
                };
                if let Some((message, advice)) = end {
                    let operation = &SHOW_MIGRATION_TASK;
                    return Err(ended(operation, &message, Some(&answer), advice, None));
                }
                last = Some(answer);
            } else {
                only_late.poll_failed();
            }
            if !watch.pause().await {
                let task = last.as_ref().map(Response::body);
                let seen = seen(task);
                let message = format!(
                    "the task is not seen to {aim} within {:?}: {seen}",
                    wait.timeout
                );
                return Err(ended(
                    &SHOW_MIGRATION_TASK,
                    &message,
                    last.as_ref(),
                    condition.late_advice(task),
                    watch.take_missed(),
                ));
            }
        }
    }
}

const NEVER: &str = "wait for a state that it can still reach";
const FAILED: &str = "read its log, then restart it or make a new one";
const NO_EXCHANGE: &str = "check the task id: IPs can be exchanged in the incremental phase alone";
