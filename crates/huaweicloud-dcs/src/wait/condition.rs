//! What a task is waited for to be, and what a look at it says of that.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::watch::exchange_of;

/// What [`wait_until`](crate::MigrationClient::wait_until) waits for. The states are those of
/// <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// A new online task waits to be configured: `RUNNING`. Over for good once it has been configured.
    AwaitsConfiguration,
    /// The source's changes are being followed: `INCRMIGEATING`, in either spelling. What a cut-over begins from.
    IncrementalPhase,
    /// What the source held is on the target: `SUCCESS` or `MIGRATION_SUCCESS`, and for incremental tasks, which do
    /// not end by themselves, the incremental phase. What is written to the source now may still be on its way.
    Copied,
    /// Somebody stopped the task: `TERMINATED`.
    Stopped,
    /// The task has come to any end that is no failure: `SUCCESS`, `MIGRATION_SUCCESS`, `TERMINATED`, `RELEASED` or
    /// `DELETED`.
    Finished,
    /// The IP addresses of source and target are exchanged: the `task_status` is `EXCHANGE_SUCCESS`. The
    /// synchronization stops by itself meanwhile, which does not end the wait.
    IpsExchanged,
    /// The exchange of IP addresses is taken back: the `task_status` is `ROLLBACK_SUCCESS`.
    IpsRolledBack,
}

/// What a look at a task says of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    Met,
    /// Also where the state is one that nobody has documented.
    NotYet,
    /// The task has ended, and shows nothing of what is waited for: that can only show late.
    OnlyLate,
    /// The task has come to a state from which it is never met.
    Never,
    /// The task has failed.
    Failed,
}

impl Condition {
    /// Whether a task meets the condition as it was read.
    #[must_use]
    pub fn is_met(self, task: &MigrationTaskDetail) -> bool {
        self.judge(task) == Judgement::Met
    }

    pub(crate) fn judge(self, task: &MigrationTaskDetail) -> Judgement {
        use TaskStatus as S;
        let Some(status) = &task.status else {
            return match self {
                Self::IpsExchanged | Self::IpsRolledBack => self.judge_exchange(task, false),
                _ => Judgement::NotYet,
            };
        };
        let is_met = match self {
            Self::AwaitsConfiguration => matches!(status, S::Running),
            Self::IncrementalPhase => matches!(status, S::IncrementalMigrating),
            Self::Copied => {
                matches!(
                    status,
                    S::Success | S::MigrationSuccess | S::IncrementalMigrating
                )
            }
            Self::Stopped => matches!(status, S::Terminated),
            Self::Finished => status.is_final() && !status.is_failure(),
            Self::IpsExchanged | Self::IpsRolledBack => {
                return match self.judge_exchange(task, status.is_final()) {
                    Judgement::NotYet | Judgement::OnlyLate if status.is_failure() => {
                        Judgement::Failed
                    }
                    judgement => judgement,
                };
            }
        };
        let is_past = match self {
            Self::AwaitsConfiguration => status.is_running() || matches!(status, S::Terminating),
            _ => false,
        };
        if is_met {
            Judgement::Met
        } else if status.is_failure() {
            Judgement::Failed
        } else if status.is_final() || is_past {
            Judgement::Never
        } else {
            Judgement::NotYet
        }
    }

    /// An exchange stops the task, and the vendor documentation does not say which of its two states shows that first: a
    /// task that has ended may still come to the end of an exchange, unless it was deleted, or rolled back and not
    /// restarted. If nothing of an exchange shows, one can only show late: a task that has ended takes no other.
    fn judge_exchange(self, task: &MigrationTaskDetail, is_final: bool) -> Judgement {
        let is_gone = matches!(task.status, Some(TaskStatus::Deleted));
        match (self, exchange_of(task)) {
            (Self::IpsExchanged, Some("EXCHANGE_SUCCESS"))
            | (Self::IpsRolledBack, Some("ROLLBACK_SUCCESS")) => Judgement::Met,
            (Self::IpsExchanged, Some("ROLLBACK_SUCCESS")) if is_final => Judgement::Never,
            _ if is_gone => Judgement::Never,
            (_, None) if is_final => Judgement::OnlyLate,
            _ => Judgement::NotYet,
        }
    }
}

impl Condition {
    /// The name in lower case, for logs and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitsConfiguration => "awaits_configuration",
            Self::IncrementalPhase => "incremental_phase",
            Self::Copied => "copied",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
            Self::IpsExchanged => "ips_exchanged",
            Self::IpsRolledBack => "ips_rolled_back",
        }
    }

    /// What the task is to do or be, to follow "the task is not seen to".
    pub(crate) fn aim(self) -> &'static str {
        match self {
            Self::AwaitsConfiguration => "wait to be configured",
            Self::IncrementalPhase => "be in its incremental phase",
            Self::Copied => "be copied",
            Self::Stopped => "have stopped",
            Self::Finished => "have finished",
            Self::IpsExchanged => "have its IPs exchanged",
            Self::IpsRolledBack => "have its IPs rolled back",
        }
    }

    /// What to do where the condition was not met in time, by the task as it was read last.
    pub(crate) fn late_advice(self, task: Option<&MigrationTaskDetail>) -> &'static str {
        let status = task.and_then(|task| task.status.as_ref());
        match (self, status) {
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

const LATE: &str = "wait longer if the task makes progress";

#[cfg(test)]
mod tests {
    use Condition::*;
    use Judgement::*;

    use super::*;

    fn task(status: &str, exchange: Option<&str>) -> MigrationTaskDetail {
        let mut task = MigrationTaskDetail::default();
        task.status = (!status.is_empty()).then(|| status.into());
        task.task_status = exchange.map(str::to_owned);
        task
    }

    #[test]
    fn each_status_is_judged_for_each_condition() {
        // Awaits configuration, incremental phase, copied, stopped, finished.
        let conditions = [
            AwaitsConfiguration,
            IncrementalPhase,
            Copied,
            Stopped,
            Finished,
        ];
        for (status, judgements) in [
            ("CREATING", [NotYet, NotYet, NotYet, NotYet, NotYet]),
            ("RUNNING", [Met, NotYet, NotYet, NotYet, NotYet]),
            ("FULLMIGRATING", [Never, NotYet, NotYet, NotYet, NotYet]),
            ("MIGRATING", [Never, NotYet, NotYet, NotYet, NotYet]),
            ("INCRMIGEATING", [Never, Met, Met, NotYet, NotYet]),
            ("INCRMIGRATING", [Never, Met, Met, NotYet, NotYet]),
            ("TERMINATING", [Never, NotYet, NotYet, NotYet, NotYet]),
            ("TERMINATED", [Never, Never, Never, Met, Met]),
            ("SUCCESS", [Never, Never, Met, Never, Met]),
            ("MIGRATION_SUCCESS", [Never, Never, Met, Never, Met]),
            ("RELEASED", [Never, Never, Never, Never, Met]),
            ("DELETED", [Never, Never, Never, Never, Met]),
            ("FAILED", [Failed; 5]),
            ("MIGRATION_FAILED", [Failed; 5]),
            ("ERROR", [Failed; 5]),
            ("NEWS", [NotYet; 5]),
            ("", [NotYet; 5]),
        ] {
            let task = task(status, Some("EXCHANGE_SUCCESS"));
            assert_eq!(
                conditions.map(|condition| condition.judge(&task)),
                judgements,
                "{status}"
            );
        }
    }

    #[test]
    fn an_exchange_is_judged_by_the_task_status_and_outlives_the_synchronization() {
        for (status, exchange, exchanged, rolled_back) in [
            ("INCRMIGEATING", None, NotYet, NotYet),
            ("INCRMIGEATING", Some(""), NotYet, NotYet),
            ("INCRMIGEATING", Some("EXCHANGING"), NotYet, NotYet),
            ("TERMINATING", Some("EXCHANGING"), NotYet, NotYet),
            ("TERMINATED", Some("EXCHANGING"), NotYet, NotYet),
            ("TERMINATING", None, NotYet, NotYet),
            ("TERMINATED", None, OnlyLate, OnlyLate),
            ("TERMINATED", Some(""), OnlyLate, OnlyLate),
            ("SUCCESS", None, OnlyLate, OnlyLate),
            ("TERMINATED", Some("EXCHANGE_SUCCESS"), Met, NotYet),
            ("", Some("EXCHANGE_SUCCESS"), Met, NotYet),
            ("FAILED", Some("EXCHANGE_SUCCESS"), Met, Failed),
            ("FAILED", Some("EXCHANGING"), Failed, Failed),
            ("ERROR", None, Failed, Failed),
            ("TERMINATED", Some("ROLLBACK_SUCCESS"), Never, Met),
            ("INCRMIGEATING", Some("ROLLBACK_SUCCESS"), NotYet, Met),
            ("TERMINATED", Some("NEWS"), NotYet, NotYet),
            ("DELETED", Some("EXCHANGING"), Never, Never),
        ] {
            let task = task(status, exchange);
            let judged = (IpsExchanged.judge(&task), IpsRolledBack.judge(&task));
            assert_eq!(judged, (exchanged, rolled_back), "{status} {exchange:?}");
            let met = (IpsExchanged.is_met(&task), IpsRolledBack.is_met(&task));
            assert_eq!(met, (exchanged == Met, rolled_back == Met), "{status}");
        }
    }
}
