//! What confirms a stop or an exchange that a cut-over sent.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::options::Way;
use super::standing::Standing;
use crate::wait::confirm::{Goal, Verdict};
use crate::wait::watch::exchange_of;

impl Goal for Way {
    fn aim(&self) -> &'static str {
        match self {
            Self::StopSync => "have stopped",
            Self::Exchange(_) => "have its IPs exchanged",
        }
    }

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        match Standing::of(self, task) {
            Standing::Done => Verdict::Done,
            Standing::UnderWay => Verdict::UnderWay,
            Standing::Ready => Verdict::AsBefore,
            Standing::Failed => Verdict::Failed,
            Standing::Astray(_) if self.is_over_otherwise(task) => Verdict::WrongEnd,
            // Somebody restarted it. Nothing shows of our stop.
            Standing::Astray(_) if self.is_copying(task) => Verdict::AsBefore,
            Standing::Astray(_) => Verdict::Unclear,
        }
    }
}

impl Way {
    /// Whether a task that was to stop copies, though not in its incremental phase, and shows no exchange.
    fn is_copying(&self, task: &MigrationTaskDetail) -> bool {
        matches!(self, Self::StopSync)
            && exchange_of(task).is_none()
            && task.status.as_ref().is_some_and(TaskStatus::is_running)
    }

    /// Whether a task that is nowhere on the way will not come back to it.
    fn is_over_otherwise(&self, task: &MigrationTaskDetail) -> bool {
        match self {
            Self::StopSync => task.status.as_ref().is_some_and(TaskStatus::is_final),
            // The exchange stops the task by itself, and may show after that. There was no exchange to take back before
            // this one.
            Self::Exchange(_) => {
                exchange_of(task) == Some("ROLLBACK_SUCCESS")
                    || matches!(task.status, Some(TaskStatus::Deleted))
            }
        }
    }
}
