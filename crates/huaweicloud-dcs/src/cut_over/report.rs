//! The report of a cut-over, and the record that it is made from.

use std::time::Duration;

use huaweicloud_core::{Error, Response, clock};
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::Instant;

use super::options::CutOver;
use super::step::{Step, StepKind, StepState};
use super::way::Way;

/// The report of a confirmed cut-over.
#[derive(Clone, Debug)]
pub struct CutOverReport {
    outcome: CutOverOutcome,
    steps: Vec<Step>,
    task: MigrationTaskDetail,
    elapsed: Duration,
}

/// How a cut-over ended, and whether this run did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CutOverOutcome {
    /// This run sent the stop, and the task shows `TERMINATED`.
    Stopped,
    /// The task was stopped by somebody else: this run sent no stop, or every attempt was refused.
    AlreadyStopped,
    /// This run sent the exchange, and the task shows `EXCHANGE_SUCCESS`.
    Exchanged,
    /// The addresses were exchanged by somebody else: this run sent no exchange, or every attempt was refused.
    AlreadyExchanged,
}

impl CutOverReport {
    /// How the cut-over ended.
    #[must_use]
    pub fn outcome(&self) -> CutOverOutcome {
        self.outcome
    }

    /// The steps in their order, including skipped ones and each attempt.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many attempts the run made to send the stop or the exchange.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.steps.iter().map(|step| step.attempts).sum()
    }

    /// The task at the last poll.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }

    /// How long the run took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

/// The steps of a run so far. Each one is logged and reported.
#[derive(Clone)]
pub(crate) struct Record {
    cut_over: CutOver,
    began: Instant,
    /// The end of the last step.
    since: Instant,
    steps: Vec<Step>,
}

impl Record {
    pub(crate) fn begin(cut_over: &CutOver) -> Self {
        let now = clock::instant();
        Self {
            cut_over: cut_over.clone(),
            began: now,
            since: now,
            steps: Vec::new(),
        }
    }

    /// Adds a step with the details that `fill` sets.
    pub(crate) fn add(&mut self, kind: StepKind, state: StepState, fill: impl FnOnce(&mut Step)) {
        let step = self.report(kind, state, fill);
        self.since = self.began + step.elapsed;
        self.steps.push(step);
    }

    fn report(&self, kind: StepKind, state: StepState, fill: impl FnOnce(&mut Step)) -> Step {
        let now = clock::instant();
        let mut step = Step {
            kind,
            state,
            elapsed: now.saturating_duration_since(self.began),
            duration: now.saturating_duration_since(self.since),
            status: None,
            lag: None,
            readings: 0,
            attempts: 0,
            http_status: None,
            request_id: None,
        };
        fill(&mut step);
        tracing::info!(
            target: "huaweicloud",
            task_id = self.cut_over.task_id,
            step = kind.as_str(),
            state = state.as_str(),
            lag = step.lag,
            attempts = step.attempts,
            request_id = step.request_id.as_deref(),
            "cut-over: {step}"
        );
        if let Some(report) = &self.cut_over.on_step {
            report(&step);
        }
        step
    }

    /// Reports that an attempt is about to be sent.
    pub(crate) fn sending(&self) {
        self.report(self.cut_over.way.step(), StepState::Sending, |_| {});
    }

    /// Adds attempts and their result, unless that ends the run.
    pub(crate) fn sent(&mut self, result: Result<&Response<()>, &Error>, attempts: u32) {
        if let Some(state) = StepState::of(result) {
            self.add(self.cut_over.way.step(), state, |step| {
                let request_id = result.map_or_else(Error::request_id, Response::request_id);
                step.request_id = request_id.map(str::to_owned);
                step.http_status = result.map_or_else(Error::status, |it| Some(it.status()));
                step.attempts = attempts;
            });
        }
    }

    /// Adds the steps that somebody else did.
    pub(crate) fn skip_sending(&mut self) {
        if self.steps.len() == 1 {
            self.add(self.cut_over.lag_step(), StepState::Skipped, |_| {});
        }
        self.add(self.cut_over.way.step(), StepState::Skipped, |_| {});
    }

    pub(crate) fn confirmed(mut self, is_ours: bool, task: MigrationTaskDetail) -> CutOverReport {
        self.add(StepKind::Confirmed, StepState::Done, |step| {
            step.status.clone_from(&task.status);
        });
        CutOverReport {
            outcome: match (&self.cut_over.way, is_ours) {
                (Way::StopSync, true) => CutOverOutcome::Stopped,
                (Way::StopSync, false) => CutOverOutcome::AlreadyStopped,
                (Way::Exchange(_), true) => CutOverOutcome::Exchanged,
                (Way::Exchange(_), false) => CutOverOutcome::AlreadyExchanged,
            },
            elapsed: clock::since(self.began),
            steps: self.steps,
            task,
        }
    }
}
