//! The run of a cut-over, step by step.

use huaweicloud_core::{Error, ErrorKind, Response, Result};
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::options::{CutOver, Way};
use super::record::Record;
use super::report::CutOverReport;
use super::send::Ending;
use super::standing::Standing;
use crate::wait::confirm::confirm;
use crate::wait::sent::Sent;
use crate::wait::watch::Watch;

const RUN_AGAIN: &str = "run the cut-over again: it goes on from what the task shows";
const STOP_RUN_AGAIN: &str =
    "it may have been applied: run the cut-over again: it goes on from what the task shows";
const EXCHANGE_RUN_AGAIN: &str = "it may have been applied: make sure that no exchange is under way, then run the cut-over again: it goes on from what the task shows";

impl CutOver {
    /// Cuts the task over, and returns when that is confirmed. See [`MigrationClient::cut_over`] for what it does.
    ///
    /// Dropping the future ends the run where it is; nothing goes on behind, except that the service may act on a stop or
    /// an exchange that was just sent. Run it again to go on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Wait`] if the task stands where it cannot be cut over from, if it failed, if the lag stays too large,
    /// or if what was sent is not confirmed. [`ErrorKind::Config`] if the run would have to send something although it may
    /// [only confirm](Self::only_confirming). If a call was refused, its error; for now, only when its attempts are used
    /// up or the task cannot be looked at for now. If something else keeps the run from another attempt, that is the error
    /// and the refusal its cause; so is an attempt that found no connection, but behind a cause that the error has already,
    /// and not where that is a library's.
    /// **May it have been applied?** [`Error::may_have_been_applied`] is true exactly if this run sent the stop or the exchange
    /// and no answer ruled it out. Whatever the error, run it again when its reason is gone: it goes on from what the
    /// task shows. After an exchange that nobody saw confirmed, make sure first that none is under way.
    ///
    /// [`MigrationClient::cut_over`]: crate::MigrationClient::cut_over
    pub async fn run(&self) -> Result<CutOverReport> {
        let mut record = Record::begin(self);
        let (mut standing, mut task) = self.look().await?;
        self.keep_to_plan(standing, &task)?;
        record.checked(&task);
        let mut lag = Watch::begin(&self.level);
        if standing == Standing::Ready {
            (standing, task) = self.see_level(&mut lag, &mut record).await?;
        }
        let mut refused = None;
        if standing == Standing::Ready {
            let ending;
            (ending, record) = self.send(record, lag).await;
            (standing, task) = match ending {
                Ending::Sent(answer) => {
                    let (sent, task) = self.confirm(answer).await?;
                    return Ok(record.confirmed(!sent.is_refused(), task));
                }
                Ending::Kept(looked, refusal) => match *looked {
                    Ok(looked) => {
                        refused = Some(refusal);
                        looked
                    }
                    Err(error) => return Err(not_repeated(refusal, error)),
                },
            };
        }
        record.skip_sending();
        if standing == Standing::UnderWay {
            let (id, condition) = (&self.task_id, self.way.condition());
            let wait = self
                .client
                .wait_until(id, condition, self.confirmation.clone());
            task = wait.await.map_err(|error| {
                let error = self.go_on(error);
                match refused {
                    Some(refusal) => error.into_builder().caused_by(refusal).build(),
                    None => error,
                }
            })?;
        }
        Ok(record.confirmed(false, task))
    }

    /// Polls until the task shows what was sent.
    async fn confirm(&self, answer: Result<Response<()>>) -> Result<(Sent, MigrationTaskDetail)> {
        let sent = Sent::sort(self.way.operation(), answer)?;
        let (id, config) = (&self.task_id, &self.confirmation);
        let confirmed = confirm(&self.client, id, config, sent, &self.way).await;
        confirmed.map_err(|error| self.go_on(error))
    }

    /// Says of an error of the confirmation what to do next.
    fn go_on(&self, error: Error) -> Error {
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

/// The error of a run that was kept from another attempt: what kept it from that, and the refusal as its cause. Where
/// the task cannot be looked at for now, the refusal is what there is to tell.
fn not_repeated(refusal: Error, error: Error) -> Error {
    if error.is_retryable() {
        refusal.into_builder().caused_by(error).build()
    } else {
        error.into_builder().caused_by(refusal).build()
    }
}
