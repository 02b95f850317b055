//! What confirms a stop or an exchange that a cut-over sent, and when a stop may be sent again.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::migration::types::MigrationTaskDetail;

use crate::cut_over::CutOver;
use crate::cut_over::attempts::Attempts;
use crate::cut_over::record::Record;
use crate::cut_over::standing::Standing;
use crate::error::Result;
use crate::response::Response;
use crate::wait::confirm::{Goal, Verdict};
use crate::wait::watch::exchange_of;

/// A stop of a task in its incremental phase. If it is sent a second time, each attempt follows a look like those at the
/// first.
pub(crate) struct CarefulStop<'a, 'b> {
    cut_over: &'b CutOver,
    second: Attempts<'b>,
    record: &'a mut Record<'b>,
}

impl<'a, 'b> CarefulStop<'a, 'b> {
    pub(crate) fn new(cut_over: &'b CutOver, record: &'a mut Record<'b>) -> Self {
        Self {
            cut_over,
            second: Attempts::begin(cut_over),
            record,
        }
    }
}

impl Goal for CarefulStop<'_, '_> {
    const AIM: &'static str = "have stopped";

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        match Standing::of(&self.cut_over.way, task) {
            Standing::Done => Verdict::Done,
            Standing::UnderWay => Verdict::UnderWay,
            Standing::Ready => Verdict::AsBefore,
            Standing::Failed => Verdict::Failed,
            Standing::Astray(_) if is_final(task) => Verdict::WrongEnd,
            Standing::Astray(_) => Verdict::Unclear,
        }
    }

    async fn send_again(&mut self) -> Option<Result<Response<()>>> {
        if !self.second.is_due() || !self.cut_over.is_still_level().await {
            return None;
        }
        tracing::info!(
            task_id = self.cut_over.task_id,
            "cut-over: the stop is not seen to take, and is sent a second time"
        );
        Some(self.second.make(self.record).await)
    }
}

/// An exchange, which is sent once.
pub(crate) struct Exchange<'a>(pub(crate) &'a CutOver);

impl Goal for Exchange<'_> {
    const AIM: &'static str = "have its IPs exchanged";

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        match Standing::of(&self.0.way, task) {
            Standing::Done => Verdict::Done,
            Standing::UnderWay => Verdict::UnderWay,
            Standing::Ready => Verdict::AsBefore,
            Standing::Failed => Verdict::Failed,
            // There was no exchange to take back before this one.
            Standing::Astray(_) if exchange_of(task) == Some("ROLLBACK_SUCCESS") => {
                Verdict::WrongEnd
            }
            Standing::Astray(_) if matches!(task.status, Some(TaskStatus::Deleted)) => {
                Verdict::WrongEnd
            }
            // The exchange stops the task by itself, and may show after that.
            Standing::Astray(_) => Verdict::Unclear,
        }
    }

    async fn send_again(&mut self) -> Option<Result<Response<()>>> {
        None
    }
}

fn is_final(task: &MigrationTaskDetail) -> bool {
    task.status.as_ref().is_some_and(TaskStatus::is_final)
}
