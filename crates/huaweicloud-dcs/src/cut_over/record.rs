//! The record of a run: its steps, as they are kept and told.

use huaweicloud_core::{Error, Response, clock};
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::Instant;

use super::options::{CutOver, Way};
use super::report::{CutOverOutcome, CutOverReport};
use super::step::{Detail, Step, StepKind, StepState};

/// What a run has done.
pub(crate) struct Record {
    cut_over: CutOver,
    began: Instant,
    /// When the step before was over.
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

    fn step(&mut self, kind: StepKind, state: StepState, detail: Detail) {
        let step = self.tell(kind, state, detail);
        self.since = self.began + step.elapsed;
        self.steps.push(step);
    }

    /// Tells of a step without keeping it.
    fn tell(&self, kind: StepKind, state: StepState, detail: Detail) -> Step {
        let now = clock::instant();
        let step = Step {
            kind,
            state,
            elapsed: now.saturating_duration_since(self.began),
            took: now.saturating_duration_since(self.since),
            detail,
        };
        tracing::info!(
            task_id = self.cut_over.task_id,
            step = kind.as_str(),
            state = state.as_str(),
            lag = step.lag(),
            attempts = step.attempts(),
            request_id = step.request_id(),
            "cut-over: {step}"
        );
        if let Some(report) = &self.cut_over.on_step {
            report(&step);
        }
        step
    }

    /// Tells that an attempt is about to be sent.
    pub(crate) fn sending(&self) {
        let kind = self.cut_over.way.step();
        self.tell(kind, StepState::Sending, Detail::default());
    }

    pub(crate) fn checked(&mut self, task: &MigrationTaskDetail) {
        let status = task.status.clone();
        let detail = Detail {
            status,
            ..Detail::default()
        };
        self.step(StepKind::Checked, StepState::Done, detail);
    }

    pub(crate) fn lag_reached(&mut self, lag: u64, readings: u32) {
        let detail = Detail {
            lag: Some(lag),
            readings,
            ..Detail::default()
        };
        self.step(StepKind::LagReached, StepState::Done, detail);
    }

    pub(crate) fn lag_ignored(&mut self, lag: Option<u64>) {
        let detail = Detail {
            lag,
            readings: 1,
            ..Detail::default()
        };
        self.step(StepKind::LagIgnored, StepState::Done, detail);
    }

    /// Tells what became of so many attempts, unless that ends the run.
    pub(crate) fn sent(&mut self, result: Result<&Response<()>, &Error>, attempts: u32) {
        let Some(state) = StepState::of(result) else {
            return;
        };
        let request_id = result.map_or_else(Error::request_id, Response::request_id);
        let http_status = result.map_or_else(Error::status, |response| Some(response.status()));
        let detail = Detail {
            attempts,
            http_status,
            request_id: request_id.map(str::to_owned),
            ..Detail::default()
        };
        self.step(self.cut_over.way.step(), state, detail);
    }

    /// The steps that somebody had done before.
    pub(crate) fn skip_sending(&mut self) {
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

    pub(crate) fn confirmed(mut self, is_ours: bool, task: MigrationTaskDetail) -> CutOverReport {
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
            elapsed: clock::since(self.began),
            steps: self.steps,
            task,
        }
    }
}
