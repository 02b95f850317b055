//! What a cut-over would do now, without doing it.

use std::fmt;

use huaweicloud_core::{Error, ErrorKind, Result};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::lag::lag;
use super::options::{CutOver, Way};
use super::standing::Standing;
use super::step::StepKind;
use crate::wait::watch::seen;

/// What a cut-over would do from the present state on. `Display` says it on one line.
#[derive(Clone, Debug)]
pub struct CutOverPlan {
    task: MigrationTaskDetail,
    lag: Option<u64>,
    steps: Vec<PlannedStep>,
}

/// One step of a plan. `Display` says it in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    kind: StepKind,
    is_done: bool,
    words: String,
}

impl CutOverPlan {
    /// The task as it was read.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        &self.task
    }

    /// The present lag; nothing if it is unknown, or no longer of interest because the stop or the exchange was sent.
    #[must_use]
    pub fn lag(&self) -> Option<u64> {
        self.lag
    }

    /// The steps in their order, with those that are done.
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

    /// Whether it is done, so that a run would pass it over.
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
    /// Says what [`run`](Self::run) would do now. It only reads, and reports no steps.
    ///
    /// # Errors
    ///
    /// Those with which a run would end at once: [`ErrorKind::Wait`](crate::ErrorKind::Wait) if the task stands where it
    /// cannot be cut over from, or the error of a read. Nothing can have been applied.
    pub async fn dry_run(&self) -> Result<CutOverPlan> {
        let (standing, task) = self.look().await?;
        let lag = match standing {
            Standing::Ready if self.ignores_lag => self.lag_for_the_record().await,
            Standing::Ready => lag(Box::pin(self.client.stats(&self.task_id)).await?.body()),
            _ => None,
        };
        Ok(CutOverPlan {
            steps: self.steps_from(standing, &task, lag),
            task,
            lag,
        })
    }

    /// Lets the run only confirm what was sent before: it sends nothing itself. For a run that follows a plan which
    /// [would send nothing](CutOverPlan::would_send). If the task can be cut over after all, for instance because somebody
    /// restarted it, the run ends with [`ErrorKind::Config`].
    pub fn only_confirming(mut self) -> Self {
        self.only_confirms = true;
        self
    }

    /// Refuses to go on where the run would have to send something and may only confirm.
    pub(crate) fn keep_to_plan(
        &self,
        standing: Standing,
        task: &MigrationTaskDetail,
    ) -> Result<()> {
        if !self.only_confirms || standing != Standing::Ready {
            return Ok(());
        }
        let seen = seen(Some(task));
        let message = format!("the task has changed since the plan was made: {seen}");
        Err(Error::builder(ErrorKind::Config)
            .operation(SHOW_MIGRATION_TASK.id)
            .message(message.as_str())
            .attempts(1)
            .advice("nothing was sent: plan the cut-over again")
            .build())
    }

    fn steps_from(
        &self,
        standing: Standing,
        task: &MigrationTaskDetail,
        lag: Option<u64>,
    ) -> Vec<PlannedStep> {
        let is_sent = standing != Standing::Ready;
        let is_over = standing == Standing::Done;
        let lag = lag.map_or("unknown".to_owned(), |lag| lag.to_string());
        let level = match (is_sent, self.ignores_lag) {
            (true, _) => "the lag is no longer waited for".to_owned(),
            (false, true) => format!("the lag, which is {lag}, is not waited for"),
            (false, false) => format!(
                "wait until the lag, which is {lag}, is {} or less in {} readings in a row, for {:?} at most",
                self.max_lag, self.readings, self.level.timeout
            ),
        };
        let (send, confirm) = match (&self.way, standing) {
            (Way::StopSync, Standing::Ready) => (
                "stop the synchronization",
                "read the task until it is TERMINATED",
            ),
            (Way::StopSync, Standing::UnderWay) => (
                "it is being stopped: send nothing",
                "read the task until it is TERMINATED",
            ),
            (Way::StopSync, _) => ("it has stopped: send nothing", "nothing is left to do"),
            (Way::Exchange(_), Standing::Ready) => (
                "exchange the IPs",
                "read the task until its task_status is EXCHANGE_SUCCESS",
            ),
            (Way::Exchange(_), Standing::UnderWay) => (
                "its IPs are being exchanged: send nothing",
                "read the task until its task_status is EXCHANGE_SUCCESS",
            ),
            (Way::Exchange(_), _) => (
                "its IPs are exchanged: send nothing",
                "nothing is left to do",
            ),
        };
        let step = |kind, is_done, words: String| PlannedStep {
            kind,
            is_done,
            words,
        };
        let seen = seen(Some(task));
        vec![
            step(
                StepKind::Checked,
                true,
                format!("the task can be cut over: {seen}"),
            ),
            step(self.level_step(), is_sent, level),
            step(self.way.step(), is_sent, send.to_owned()),
            step(StepKind::Confirmed, is_over, confirm.to_owned()),
        ]
    }
}
