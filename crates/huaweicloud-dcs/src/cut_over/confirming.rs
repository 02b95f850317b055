//! What confirms a stop or an exchange that a cut-over sent, and when a stop may be sent again.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::migration::types::MigrationTaskDetail;

use crate::cut_over::CutOver;
use crate::cut_over::standing::Standing;
use crate::error::Result;
use crate::response::Response;
use crate::wait::confirm::{Goal, Verdict};
use crate::wait::watch::exchange_of;

/// A stop of a task in its incremental phase.
pub(crate) struct CarefulStop<'a>(pub(crate) &'a CutOver);

impl Goal for CarefulStop<'_> {
    const AIM: &'static str = "have stopped";

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        match Standing::of(&self.0.way, task) {
            Standing::Done => Verdict::Done,
            Standing::UnderWay => Verdict::UnderWay,
            Standing::Ready => Verdict::AsBefore,
            Standing::Failed => Verdict::Failed,
            Standing::Astray(_) if is_final(task) => Verdict::WrongEnd,
            Standing::Astray(_) => Verdict::Unclear,
        }
    }

    async fn send_again(&self) -> Option<Result<Response<()>>> {
        if !self.0.is_still_level().await {
            return None;
        }
        tracing::info!(
            task_id = self.0.task_id,
            "cut-over: stop sent a second time"
        );
        Some(Box::pin(self.0.client.stop_sync(&self.0.task_id)).await)
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

    async fn send_again(&self) -> Option<Result<Response<()>>> {
        None
    }
}

fn is_final(task: &MigrationTaskDetail) -> bool {
    task.status.as_ref().is_some_and(TaskStatus::is_final)
}
