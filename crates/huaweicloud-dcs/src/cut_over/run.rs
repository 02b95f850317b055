//! The run of a cut-over, step by step.

use huaweicloud_dcs_api::migration::operations::{SHOW_MIGRATION_TASK, SHOW_MIGRATION_TASK_STATS};
use huaweicloud_dcs_api::migration::types::MigrationTaskDetail;
use tokio::time::Instant;

use crate::clock;
use crate::cut_over::confirming::{CarefulStop, Exchange};
use crate::cut_over::lag::{Level, TOO_LARGE};
use crate::cut_over::options::Way;
use crate::cut_over::standing::Standing;
use crate::cut_over::step::Detail;
use crate::cut_over::{CutOver, CutOverOutcome, CutOverReport, Step, StepKind, StepState};
use crate::error::{Error, ErrorKind, Result};
use crate::response::Response;
use crate::wait::confirm::confirm;
use crate::wait::failure;
use crate::wait::sent::Sent;
use crate::wait::watch::{LAST_LOOK, ended, seen};

const HAS_FAILED: &str = "nothing was sent: read its log, then restart it or make a new one";
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
    /// or if what was sent is not confirmed. If a call was refused, its error. **May it have been applied?**
    /// [`Error::may_have_been_applied`] is true exactly if this run sent the stop or the exchange and no answer ruled it
    /// out. Whatever the error, run it again when its reason is gone: it goes on from what the task shows. After an
    /// exchange that nobody saw confirmed, make sure first that none is under way.
    ///
    /// [`MigrationClient::cut_over`]: crate::MigrationClient::cut_over
    pub async fn run(&self) -> Result<CutOverReport> {
        let mut run = Run::begin(self);
        let (mut standing, mut task) = self.look().await?;
        run.checked(&task);
        if standing == Standing::Ready {
            (standing, task) = if self.ignores_lag {
                run.lag_ignored(self.lag_for_the_record().await);
                self.look().await?
            } else {
                match self.level().await? {
                    Level::Reached { lag, readings } => {
                        run.lag_reached(lag, readings);
                        self.last_look().await?
                    }
                    Level::Left(standing, task) => (standing, *task),
                }
            };
        }
        let is_ours = match standing {
            Standing::Ready => {
                let sent;
                (sent, task) = self.send(&mut run).await?;
                !sent.is_refused()
            }
            Standing::UnderWay => {
                run.skip_sending();
                let condition = self.way.condition();
                let wait =
                    self.client
                        .wait_until(&self.task_id, condition, self.confirmation.clone());
                task = wait.await.map_err(|error| self.go_on(error))?;
                false
            }
            _ => {
                run.skip_sending();
                false
            }
        };
        Ok(run.confirmed(is_ours, task))
    }

    /// Reads the task, which must be somewhere on the way.
    pub(crate) async fn look(&self) -> Result<(Standing, MigrationTaskDetail)> {
        self.stand(Box::pin(self.client.show(&self.task_id)).await?)
            .await
    }

    /// Reads the task right before something is sent. What was read of the lag holds for a moment only: where this took
    /// longer, it is read once more.
    async fn last_look(&self) -> Result<(Standing, MigrationTaskDetail)> {
        let began = clock::instant();
        let looked = self.look().await?;
        let took = clock::instant().saturating_duration_since(began);
        if looked.0 == Standing::Ready && took > LAST_LOOK && !self.is_still_level().await {
            let message = format!(
                "the task was read for {took:.0?}, and then the lag was no longer seen to be {} or less",
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

    /// Sends the stop or the exchange, and looks until the task shows it.
    async fn send(&self, run: &mut Run<'_>) -> Result<(Sent, MigrationTaskDetail)> {
        let Self {
            client, task_id, ..
        } = self;
        let answer = match &self.way {
            Way::StopSync => Box::pin(client.stop_sync(task_id)).await,
            Way::Exchange(exchange) => Box::pin(client.exchange_ip(task_id, exchange)).await,
        };
        let sent = Sent::sort(self.way.operation(), answer)?;
        run.sent(&sent);
        let config = &self.confirmation;
        match &self.way {
            Way::StopSync => confirm(client, task_id, config, sent, &CarefulStop(self)).await,
            Way::Exchange(_) => confirm(client, task_id, config, sent, &Exchange(self)).await,
        }
        .map_err(|error| self.go_on(error))
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

/// A run and what it has done.
struct Run<'a> {
    cut_over: &'a CutOver,
    began: Instant,
    /// When the step before was over.
    since: Instant,
    steps: Vec<Step>,
}

impl<'a> Run<'a> {
    fn begin(cut_over: &'a CutOver) -> Self {
        let now = clock::instant();
        Self {
            cut_over,
            began: now,
            since: now,
            steps: Vec::new(),
        }
    }

    fn step(&mut self, kind: StepKind, state: StepState, detail: Detail) {
        let now = clock::instant();
        let step = Step {
            kind,
            state,
            elapsed: now.saturating_duration_since(self.began),
            took: now.saturating_duration_since(self.since),
            detail,
        };
        self.since = now;
        tracing::info!(
            task_id = self.cut_over.task_id,
            step = kind.as_str(),
            state = state.as_str(),
            lag = step.lag(),
            request_id = step.request_id(),
            "cut-over: {step}"
        );
        if let Some(report) = &self.cut_over.on_step {
            report(&step);
        }
        self.steps.push(step);
    }

    fn checked(&mut self, task: &MigrationTaskDetail) {
        let status = task.status.clone();
        let detail = Detail {
            status,
            ..Detail::default()
        };
        self.step(StepKind::Checked, StepState::Done, detail);
    }

    fn lag_reached(&mut self, lag: u64, readings: u32) {
        let detail = Detail {
            lag: Some(lag),
            readings,
            ..Detail::default()
        };
        self.step(StepKind::LagReached, StepState::Done, detail);
    }

    fn lag_ignored(&mut self, lag: Option<u64>) {
        let detail = Detail {
            lag,
            readings: 1,
            ..Detail::default()
        };
        self.step(StepKind::LagIgnored, StepState::Done, detail);
    }

    fn sent(&mut self, sent: &Sent) {
        let request_id = sent
            .answer()
            .map_or_else(Error::request_id, Response::request_id);
        let detail = Detail {
            request_id: request_id.map(str::to_owned),
            ..Detail::default()
        };
        self.step(self.cut_over.way.step(), StepState::of(sent), detail);
    }

    /// The steps that somebody had done before.
    fn skip_sending(&mut self) {
        if self.steps.len() == 1 {
            let kind = self.cut_over.level_step();
            self.step(kind, StepState::Skipped, Detail::default());
        }
        self.step(
            self.cut_over.way.step(),
            StepState::Skipped,
            Detail::default(),
        );
    }

    fn confirmed(mut self, is_ours: bool, task: MigrationTaskDetail) -> CutOverReport {
        let status = task.status.clone();
        let detail = Detail {
            status,
            ..Detail::default()
        };
        self.step(StepKind::Confirmed, StepState::Done, detail);
        CutOverReport {
            outcome: match (&self.cut_over.way, is_ours) {
                (Way::StopSync, true) => CutOverOutcome::Stopped,
                (Way::StopSync, false) => CutOverOutcome::AlreadyStopped,
                (Way::Exchange(_), true) => CutOverOutcome::Exchanged,
                (Way::Exchange(_), false) => CutOverOutcome::AlreadyExchanged,
            },
            elapsed: clock::instant().saturating_duration_since(self.began),
            steps: self.steps,
            task,
        }
    }
}
