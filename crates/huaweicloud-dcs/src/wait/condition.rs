//! The states that a task can be waited for.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::task::exchange_of;

/// A state that [`wait_until`](crate::MigrationClient::wait_until) waits for. The statuses are those of
/// <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// A new online task is ready to be configured: `RUNNING`. A configured task never meets this again.
    AwaitsConfiguration,
    /// The task follows the changes of the source: `INCRMIGEATING`, in either spelling. A cut-over starts here.
    IncrementalPhase,
    /// The data of the source is on the target: `SUCCESS`, `MIGRATION_SUCCESS` or, for incremental tasks, the
    /// incremental phase. Later writes to the source may still be on their way.
    Copied,
    /// The task was stopped: `TERMINATED`.
    Stopped,
    /// The task has ended without a failure: `SUCCESS`, `MIGRATION_SUCCESS`, `TERMINATED`, `RELEASED` or `DELETED`.
    Finished,
    /// The IP addresses of source and target are exchanged: `task_status` is `EXCHANGE_SUCCESS`. The synchronization
    /// stops by itself meanwhile, which does not end the wait.
    IpsExchanged,
    /// The exchange of IP addresses is rolled back: `task_status` is `ROLLBACK_SUCCESS`.
    IpsRolledBack,
}

/// The result of a poll for the wait that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    /// Not done yet: poll on.
    Pending,
    /// The task shows no sign of what is awaited. The unchanged timeout runs.
    Unchanged,
    /// The status is unknown or undocumented: poll on, but it does not confirm a refused request.
    Unclear,
    /// The task ended in another way that the caller accepts.
    OtherEnd,
    /// The task ended in another way, or can no longer come to the state.
    WrongEnd,
    /// The task failed.
    Failed,
}

impl Condition {
    /// Whether a task meets the condition.
    #[must_use]
    pub fn is_met(self, task: &MigrationTaskDetail) -> bool {
        self.judge(task) == Verdict::Done
    }

    /// Undocumented statuses are pending. An exchange stops the task, and the vendor documentation does not say which of
    /// the two shows first. So a task that has ended may still come to the end of an exchange, unless it was deleted, or
    /// rolled back and not restarted.
    pub(crate) fn judge(self, task: &MigrationTaskDetail) -> Verdict {
        use TaskStatus as S;
        let status = task.status.as_ref();
        let exchange = exchange_of(task);
        let is_failure = status.is_some_and(S::is_failure);
        let is_final = status.is_some_and(S::is_final);
        let is_over = is_final && !is_failure;
        let is_running = status.is_some_and(S::is_running);
        let is_met = match self {
            Self::AwaitsConfiguration => matches!(status, Some(S::Running)),
            Self::IncrementalPhase => matches!(status, Some(S::IncrementalMigrating)),
            Self::Copied => matches!(
                status,
                Some(S::Success | S::MigrationSuccess | S::IncrementalMigrating)
            ),
            Self::Stopped => matches!(status, Some(S::Terminated)),
            Self::Finished => is_over,
            Self::IpsExchanged => exchange == Some("EXCHANGE_SUCCESS"),
            Self::IpsRolledBack => exchange == Some("ROLLBACK_SUCCESS"),
        };
        let is_past = match self {
            Self::AwaitsConfiguration => is_over || is_running || status == Some(&S::Terminating),
            Self::IpsExchanged if exchange == Some("ROLLBACK_SUCCESS") => is_final,
            Self::IpsExchanged | Self::IpsRolledBack => matches!(status, Some(S::Deleted)),
            _ => is_over,
        };
        if is_met {
            Verdict::Done
        } else if is_past {
            Verdict::WrongEnd
        } else if is_failure {
            Verdict::Failed
        } else if is_final && exchange.is_none() {
            // A task that has ended takes no new exchange. One that was sent before can only show late.
            Verdict::Unchanged
        } else {
            Verdict::Pending
        }
    }

    /// The rest of "timed out waiting for the task to".
    pub(crate) fn aim(self) -> &'static str {
        match self {
            Self::AwaitsConfiguration => "be ready to be configured",
            Self::IncrementalPhase => "reach its incremental phase",
            Self::Copied => "be copied",
            Self::Stopped => "stop",
            Self::Finished => "finish",
            Self::IpsExchanged => "have its IPs exchanged",
            Self::IpsRolledBack => "have its IPs rolled back",
        }
    }

    /// What to do after a timeout, by the last status of the task.
    pub(crate) fn late_advice(self, task: Option<&MigrationTaskDetail>) -> &'static str {
        const LATE: &str = "wait longer if the task makes progress";
        match (self, task.and_then(|task| task.status.as_ref())) {
            (Self::AwaitsConfiguration, _) => LATE,
            (_, Some(TaskStatus::Creating | TaskStatus::Running)) => {
                "configure the task: nothing is copied before that"
            }
            (Self::IpsExchanged, Some(TaskStatus::IncrementalMigrating))
                if task.and_then(exchange_of).is_none() =>
            {
                "exchange its IPs: no exchange shows"
            }
            _ => LATE,
        }
    }
}

#[cfg(test)]
mod tests {
    use Condition::*;
    use Verdict::*;

    use super::*;

    fn task(status: &str, exchange: Option<&str>) -> MigrationTaskDetail {
        let mut task = MigrationTaskDetail::default();
        task.status = (!status.is_empty()).then(|| status.into());
        task.task_status = exchange.map(str::to_owned);
        task
    }

    #[test]
    fn status_is_judged_for_every_condition() {
        // Awaits configuration, incremental phase, copied, stopped, finished.
        let conditions = [
            AwaitsConfiguration,
            IncrementalPhase,
            Copied,
            Stopped,
            Finished,
        ];
        for (status, verdicts) in [
            ("CREATING", [Pending, Pending, Pending, Pending, Pending]),
            ("RUNNING", [Done, Pending, Pending, Pending, Pending]),
            (
                "FULLMIGRATING",
                [WrongEnd, Pending, Pending, Pending, Pending],
            ),
            ("MIGRATING", [WrongEnd, Pending, Pending, Pending, Pending]),
            ("INCRMIGEATING", [WrongEnd, Done, Done, Pending, Pending]),
            ("INCRMIGRATING", [WrongEnd, Done, Done, Pending, Pending]),
            (
                "TERMINATING",
                [WrongEnd, Pending, Pending, Pending, Pending],
            ),
            ("TERMINATED", [WrongEnd, WrongEnd, WrongEnd, Done, Done]),
            ("SUCCESS", [WrongEnd, WrongEnd, Done, WrongEnd, Done]),
            (
                "MIGRATION_SUCCESS",
                [WrongEnd, WrongEnd, Done, WrongEnd, Done],
            ),
            ("RELEASED", [WrongEnd, WrongEnd, WrongEnd, WrongEnd, Done]),
            ("DELETED", [WrongEnd, WrongEnd, WrongEnd, WrongEnd, Done]),
            ("FAILED", [Failed; 5]),
            ("MIGRATION_FAILED", [Failed; 5]),
            ("ERROR", [Failed; 5]),
            ("NEWS", [Pending; 5]),
            ("", [Pending; 5]),
        ] {
            let task = task(status, Some("EXCHANGE_SUCCESS"));
            assert_eq!(
                conditions.map(|condition| condition.judge(&task)),
                verdicts,
                "{status}"
            );
        }
    }

    #[test]
    fn exchange_is_judged_by_task_status_after_the_task_ended() {
        for (status, exchange, exchanged, rolled_back) in [
            ("INCRMIGEATING", None, Pending, Pending),
            ("INCRMIGEATING", Some(""), Pending, Pending),
            ("INCRMIGEATING", Some("EXCHANGING"), Pending, Pending),
            ("TERMINATING", Some("EXCHANGING"), Pending, Pending),
            ("TERMINATED", Some("EXCHANGING"), Pending, Pending),
            ("TERMINATING", None, Pending, Pending),
            ("TERMINATED", None, Unchanged, Unchanged),
            ("TERMINATED", Some(""), Unchanged, Unchanged),
            ("SUCCESS", None, Unchanged, Unchanged),
            ("TERMINATED", Some("EXCHANGE_SUCCESS"), Done, Pending),
            ("", Some("EXCHANGE_SUCCESS"), Done, Pending),
            ("FAILED", Some("EXCHANGE_SUCCESS"), Done, Failed),
            ("FAILED", Some("EXCHANGING"), Failed, Failed),
            ("ERROR", None, Failed, Failed),
            ("TERMINATED", Some("ROLLBACK_SUCCESS"), WrongEnd, Done),
            ("INCRMIGEATING", Some("ROLLBACK_SUCCESS"), Pending, Done),
            ("TERMINATED", Some("NEWS"), Pending, Pending),
            ("DELETED", Some("EXCHANGING"), WrongEnd, WrongEnd),
        ] {
            let task = task(status, exchange);
            let judged = (IpsExchanged.judge(&task), IpsRolledBack.judge(&task));
            assert_eq!(judged, (exchanged, rolled_back), "{status} {exchange:?}");
            let met = (IpsExchanged.is_met(&task), IpsRolledBack.is_met(&task));
            assert_eq!(met, (exchanged == Done, rolled_back == Done), "{status}");
        }
    }
}
