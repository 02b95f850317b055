//! The dry run of a cut-over.

use std::fmt;

use huaweicloud_core::Result;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::check::lag;
use super::options::CutOver;
use super::step::StepKind;
use super::way::{Standing, Way};
use crate::wait::task::status_words;

/// The steps that a cut-over would take now. `Display` gives them on one line.
#[derive(Clone, Debug)]
pub struct CutOverPlan {
    task: MigrationTaskDetail,
    lag: Option<u64>,
    steps: Vec<PlannedStep>,
}

/// A step of a plan. `Display` gives it in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    kind: StepKind,
    is_done: bool,
    words: String,
}

impl CutOverPlan {
    /// The task.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }

    /// The present lag; `None` if it is unknown, or if the stop or the exchange was already sent.
    #[must_use]
    pub fn lag(&self) -> Option<u64> {
        self.lag
    }

    /// The steps in their order, including those that are done.
    #[must_use]
    pub fn steps(&self) -> &[PlannedStep] {
        &self.steps
    }

    /// Whether a run would send the stop or the exchange.
    #[must_use]
    pub fn would_send(&self) -> bool {
        self.steps.iter().any(|step| {
            !step.is_done && matches!(step.kind, StepKind::Stopped | StepKind::Exchanged)
        })
    }
}

impl PlannedStep {
    /// Which step it is.
    #[must_use]
    pub fn kind(&self) -> StepKind {
        self.kind
    }

    /// Whether the step is done: a run would skip it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done
    }
}

impl fmt::Display for PlannedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl fmt::Display for CutOverPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{step}")?;
        }
        Ok(())
    }
}

impl CutOver {
    /// Returns the steps that [`run`](Self::run) would take now. It only reads, and reports no steps.
    ///
    /// # Errors
    ///
    /// The errors with which a run would end at once: see [`run`](Self::run). Nothing can have been applied.
    pub async fn dry_run(&self) -> Result<CutOverPlan> {
        let (standing, task) = self.read().await?;
        let lag = match standing {
            Standing::Ready if self.ignores_lag => self.lag_at_once().await,
            Standing::Ready => lag(Box::pin(self.client.stats(&self.task_id)).await?.body()),
            _ => None,
        };
        Ok(CutOverPlan {
            steps: self.steps_from(standing, &task, lag),
            task,
            lag,
        })
    }

    fn steps_from(
        &self,
        standing: Standing,
        task: &MigrationTaskDetail,
        lag: Option<u64>,
    ) -> Vec<PlannedStep> {
        let is_sent = standing != Standing::Ready;
        let lag = lag.map_or("unknown".to_owned(), |lag| lag.to_string());
        let wait = match (is_sent, self.ignores_lag) {
            (true, _) => "skip the lag check: too late".to_owned(),
            (false, true) => format!("skip the lag check (lag now {lag})"),
            (false, false) => format!(
                "wait up to {:?} until the lag (now {lag}) is at most {} in {} readings in a row",
                self.lag_wait.timeout, self.max_lag, self.readings
            ),
        };
        let send = match (&self.way, standing) {
            (Way::StopSync, Standing::Ready) => "stop the synchronization",
            (Way::StopSync, Standing::UnderWay) => "it is being stopped: send nothing",
            (Way::StopSync, _) => "it has stopped: send nothing",
            (Way::Exchange(_), Standing::Ready) => "exchange the IPs",
            (Way::Exchange(_), Standing::UnderWay) => "its IPs are being exchanged: send nothing",
            (Way::Exchange(_), _) => "its IPs are exchanged: send nothing",
        };
        let confirm = match (&self.way, standing) {
            (_, Standing::Done) => "nothing left to do",
            (Way::StopSync, _) => "read the task until it is TERMINATED",
            (Way::Exchange(_), _) => "read the task until its task_status is EXCHANGE_SUCCESS",
        };
        let is_over = standing == Standing::Done;
        let checked = format!("read the task: {}", status_words(Some(task)));
        [
            (StepKind::Checked, true, checked),
            (self.lag_step(), is_sent, wait),
            (self.way.step(), is_sent, send.to_owned()),
            (StepKind::Confirmed, is_over, confirm.to_owned()),
        ]
        .map(|(kind, is_done, words)| PlannedStep {
            kind,
            is_done,
            words,
        })
        .into()
    }
}
