//! The run of a cut-over, step by step.

use std::time::Duration;

use huaweicloud_core::{Error, ErrorKind, Response, Result};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::options::CutOver;
use super::report::{CutOverReport, Record};
use super::step::{StepKind, StepState};
use super::way::{Standing, Way};
use crate::wait::confirm::{Sent, confirm};
use crate::wait::task::status_words;

const RUN_AGAIN: &str = "run the cut-over again: it continues from the status of the task";
const STOP_RUN_AGAIN: &str =
    "it may have been applied: run the cut-over again: it continues from the status of the task";
const EXCHANGE_RUN_AGAIN: &str = "it may have been applied: make sure that no exchange is under way, then run the cut-over again: it continues from the status of the task";

impl CutOver {
    /// Cuts the task over and returns when that is confirmed. See [`MigrationClient::cut_over`] for the steps.
    ///
    /// If you drop the future, the run ends. The service may still act on a stop or an exchange that was just sent. Run
    /// it again to continue.
    ///
    /// ```no_run
    /// # async fn cut(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let report = client.cut_over("6f0c4a1e").run().await?;
    /// println!("{}, attempts: {}", report.outcome(), report.attempts());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::may_have_been_applied`] is true if this run sent the stop or the exchange, and no response proved that
    /// it was refused. After any error, fix its cause and run again. After an unconfirmed exchange, make sure first
    /// that none is under way.
    ///
    /// - [`ErrorKind::Wait`]: the task cannot be cut over or failed, the lag stays too large, or the stop or the exchange is
    ///   not confirmed.
    /// - [`ErrorKind::Config`]: the run may [only confirm](Self::only_confirming), and there is nothing to confirm.
    /// - The refusal of a call. A refusal for now is returned only if no attempt is left, or the task cannot be read.
    /// - If a retry is not possible for another reason, the error of that reason. Its sources include the error of the
    ///   attempt.
    ///
    /// [`MigrationClient::cut_over`]: crate::MigrationClient::cut_over
    pub async fn run(&self) -> Result<CutOverReport> {
        let mut record = Record::begin(self);
        let mut waited = Duration::ZERO;
        let mut found = self.read().await?;
        if self.only_confirms && found.0 == Standing::Ready {
            return Err(has_changed(&found.1));
        }
        record.add(StepKind::Checked, StepState::Done, |step| {
            step.status.clone_from(&found.1.status);
        });
        if found.0 == Standing::Ready {
            found = Box::pin(self.wait_for_lag(&mut waited, &mut record)).await?;
        }
        let mut refused = None;
        if found.0 == Standing::Ready {
            let (result, stopped_by);
            (result, stopped_by, record) = self.send(record, waited).await;
            found = match (result, stopped_by) {
                (Err(refusal), Some(Ok(found))) => {
                    refused = Some(refusal);
                    found
                }
                (Err(refusal), Some(Err(error))) => return Err(not_retried(refusal, error)),
                (result, _) => {
                    let (sent, task) = Box::pin(self.confirm(result)).await?;
                    return Ok(record.confirmed(!sent.is_refused(), task));
                }
            };
        }
        record.skip_sending();
        let (standing, mut task) = found;
        if standing == Standing::UnderWay {
            let (id, condition) = (&self.task_id, self.way.condition());
            let wait = self.confirmation.clone();
            let waited = Box::pin(self.client.wait_until(id, condition, wait)).await;
            task = waited.map_err(|error| {
                let error = self.advise(error);
                match refused {
                    Some(refusal) => error.into_builder().caused_by(refusal).build(),
                    None => error,
                }
            })?;
        }
        Ok(record.confirmed(false, task))
    }

    /// Polls until the task shows the request that was sent.
    async fn confirm(&self, result: Result<Response<()>>) -> Result<(Sent, MigrationTaskDetail)> {
        let sent = Sent::new(self.way.operation(), result)?;
        let (id, wait, condition) = (&self.task_id, &self.confirmation, self.way.condition());
        let judge = |task: &MigrationTaskDetail| self.way.judge(task);
        let confirmed = confirm(&self.client, id, wait, sent, condition, &judge).await;
        confirmed.map_err(|error| self.advise(error))
    }

    /// Adds to an error of the confirmation what to do next.
    fn advise(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Wait {
            return error;
        }
        let advice = match (&self.way, error.may_have_been_applied()) {
            (_, false) => RUN_AGAIN,
            (Way::StopSync, true) => STOP_RUN_AGAIN,
            (Way::Exchange(_), true) => EXCHANGE_RUN_AGAIN,
        };
        error.into_builder().advice(advice).build()
    }
}

/// The error of a run that may only confirm and would have to send.
fn has_changed(task: &MigrationTaskDetail) -> Error {
    let status = status_words(Some(task));
    Error::builder(ErrorKind::Config)
        .operation(SHOW_MIGRATION_TASK.id)
        .message(format!("the task has changed since the plan was made: {status}").as_str())
        .attempts(1)
        .advice("nothing was sent: plan the cut-over again")
        .build()
}

/// The error of a run that could not retry: the reason, with the refusal as its source. If the reason may pass, the refusal
/// with the reason as its source.
fn not_retried(refusal: Error, reason: Error) -> Error {
    if reason.is_retryable() {
        refusal.into_builder().caused_by(reason).build()
    } else {
        reason.into_builder().caused_by(refusal).build()
    }
}
