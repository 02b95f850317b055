//! The run of a cut-over, step by step.

use huaweicloud_dcs_api::migration::operations::{SHOW_MIGRATION_TASK, SHOW_MIGRATION_TASK_STATS};
use huaweicloud_dcs_api::migration::types::MigrationTaskDetail;
use tokio::time::Instant;

use crate::clock;
use crate::cut_over::attempts::Attempts;
use crate::cut_over::lag::{Level, TOO_LARGE};
use crate::cut_over::options::Way;
use crate::cut_over::record::Record;
use crate::cut_over::standing::Standing;
use crate::cut_over::{CutOver, CutOverReport};
use crate::error::{Error, ErrorKind, Result};
use crate::response::Response;
use crate::wait::confirm::confirm;
use crate::wait::failure;
use crate::wait::sent::Sent;
use crate::wait::watch::{LAST_LOOK, Watch, ended, seen};

const HAS_FAILED: &str = "nothing was applied: read its log, then restart it or make a new one";
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
        let mut attempts = Attempts::begin(self);
        let mut refused: Option<Error> = None;
        while standing == Standing::Ready {
            let answer = attempts.make(&mut record).await;
            match answer.map_err(|error| error.with_previous(refused.take())) {
                Err(refusal) if refusal.repeat_after().is_some() => {
                    attempts.pause(&refusal).await;
                    (standing, task) = match self.look_again(&mut lag, &mut record).await {
                        Ok(looked) => looked,
                        Err(error) => return Err(not_repeated(refusal, error)),
                    };
                    refused = Some(refusal);
                }
                answer => {
                    let (sent, task) = self.confirm(answer).await?;
                    return Ok(record.confirmed(!sent.is_refused(), task));
                }
            }
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
                    Some(refusal) => error.caused_by(refusal),
                    None => error,
                }
            })?;
        }
        Ok(record.confirmed(false, task))
    }

    /// Waits for the lag, unless that is to be ignored, and looks at the task a last time.
    async fn see_level(
        &self,
        lag: &mut Watch<'_>,
        record: &mut Record<'_>,
    ) -> Result<(Standing, MigrationTaskDetail)> {
        if self.ignores_lag {
            record.lag_ignored(self.lag_for_the_record().await);
            return self.look().await;
        }
        lag.go_on();
        let level = self.level(lag).await?;
        lag.rest();
        match level {
            Level::Reached {
                lag,
                readings,
                since,
            } => {
                record.lag_reached(lag, readings);
                self.last_look(since).await
            }
            Level::Left(standing, task) => Ok((standing, *task)),
        }
    }

    /// Looks before another attempt: where the task stands, and then whether it is still level, for which it waits anew
    /// if it is not.
    async fn look_again(
        &self,
        lag: &mut Watch<'_>,
        record: &mut Record<'_>,
    ) -> Result<(Standing, MigrationTaskDetail)> {
        let looked = self.look().await?;
        if looked.0 != Standing::Ready || self.is_still_level().await {
            return Ok(looked);
        }
        self.see_level(lag, record).await
    }

    /// Reads the task, which must be somewhere on the way.
    pub(crate) async fn look(&self) -> Result<(Standing, MigrationTaskDetail)> {
        self.stand(Box::pin(self.client.show(&self.task_id)).await?)
            .await
    }

    /// Reads the task right before something is sent. What was read of the lag holds for a moment only: where it is older
    /// by now, whatever took long, it is read once more.
    async fn last_look(&self, read: Instant) -> Result<(Standing, MigrationTaskDetail)> {
        let looked = self.look().await?;
        let age = clock::since(read);
        if looked.0 == Standing::Ready && age > LAST_LOOK && !self.is_still_level().await {
            let message = format!(
                "the lag was read {age:.0?} ago, and then it was no longer seen to be {} or less",
                self.max_lag
            );
            let operation = &SHOW_MIGRATION_TASK_STATS;
            return Err(ended::<()>(operation, &message, None, TOO_LARGE, None));
        }
        Ok(looked)
    }

    /// Where a task stands that was read; an error where it is nowhere on the way.
    pub(crate) async fn stand(
        &self,
        answer: Response<MigrationTaskDetail>,
    ) -> Result<(Standing, MigrationTaskDetail)> {
        let operation = &SHOW_MIGRATION_TASK;
        match Standing::of(&self.way, answer.body()) {
            Standing::Astray(advice) => {
                let seen = seen(Some(answer.body()));
                let message = format!("the task cannot be cut over: {seen}");
                Err(ended(operation, &message, Some(&answer), advice, None))
            }
            Standing::Failed => {
                let message = failure::sentence(&self.client, &self.task_id, answer.body()).await;
                Err(ended(operation, &message, Some(&answer), HAS_FAILED, None))
            }
            standing => Ok((standing, answer.into_body())),
        }
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
        error.with_advice(advice)
    }
}

/// The error of a run that was kept from another attempt: what kept it from that, and the refusal as its cause. Where
/// the task cannot be looked at for now, the refusal is what there is to tell.
fn not_repeated(refusal: Error, error: Error) -> Error {
    if error.is_retryable() {
        refusal.caused_by(error)
    } else {
        error.caused_by(refusal)
    }
}
