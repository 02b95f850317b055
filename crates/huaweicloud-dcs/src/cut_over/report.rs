//! How a cut-over went.

use std::time::Duration;

use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::step::Step;

/// How a cut-over that is confirmed went.
#[derive(Clone, Debug)]
pub struct CutOverReport {
    pub(crate) outcome: CutOverOutcome,
    pub(crate) steps: Vec<Step>,
    pub(crate) task: MigrationTaskDetail,
    pub(crate) elapsed: Duration,
}

/// What was done, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CutOverOutcome {
    /// This run sent the stop, and the task shows `TERMINATED`.
    Stopped,
    /// The task had been stopped before, or was being stopped; this run sent no stop, or was refused each time.
    AlreadyStopped,
    /// This run sent the exchange, and the task shows `EXCHANGE_SUCCESS`.
    Exchanged,
    /// The addresses had been exchanged before, or were being exchanged; this run sent no exchange, or was refused
    /// each time.
    AlreadyExchanged,
}

impl CutOverOutcome {
    /// The name in lower case, for logs and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::AlreadyStopped => "already_stopped",
            Self::Exchanged => "exchanged",
            Self::AlreadyExchanged => "already_exchanged",
        }
    }
}

impl CutOverReport {
    /// What was done, and by whom.
    #[must_use]
    pub fn outcome(&self) -> CutOverOutcome {
        self.outcome
    }

    /// The steps in their order, with those that were skipped and with each time that something was sent.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many attempts all that was sent took: 0 if nothing was. Reading does not count.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.steps.iter().map(Step::attempts).sum()
    }

    /// The task as it was last read.
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
