//! Where a task stands on the way of a cut-over: the one place that decides whether something may be sent.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::types::MigrationTaskDetail;

use super::options::Way;
use crate::wait::watch::exchange_of;

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In the incremental phase, with nothing sent: the only state in which something may be.
    Ready,
    /// Being carried out.
    UnderWay,
    Done,
    Failed,
    /// Nowhere on the way; what to do first.
    Astray(&'static str),
}

const TOO_EARLY: &str = "nothing was applied: wait until it is in its incremental phase";
const ANOTHER_END: &str = "nothing was applied: it has ended, and not by this cut-over";
const IS_EXCHANGED: &str =
    "nothing was applied: its IPs are exchanged or being exchanged: wait for that instead";
const ROLLED_BACK: &str = "nothing was applied: somebody took the exchange back: exchange by a call of your own if that is to be undone";
const UNKNOWN_EXCHANGE: &str = "nothing was applied: this task_status may be that of another exchange: read the task until it has passed";
// No word of a restart: it would copy the old source over what was written to the target since.
const STOPPED_WITHOUT: &str = "nothing was applied: a stopped task cannot exchange IPs: point clients to the target's own address; if an exchange was sent before, wait until the IPs are exchanged";
const NOT_CONFIGURED: &str =
    "nothing was applied: configure the task, then wait until it is in its incremental phase";

impl Standing {
    pub(crate) fn of(way: &Way, task: &MigrationTaskDetail) -> Self {
        match way {
            Way::StopSync => of_stop(task),
            Way::Exchange(_) => of_exchange(task),
        }
    }
}

fn of_stop(task: &MigrationTaskDetail) -> Standing {
    match &task.status {
        Some(TaskStatus::Terminated) => Standing::Done,
        Some(TaskStatus::Terminating) => Standing::UnderWay,
        // A stop that cuts into an exchange is none that anybody asked for.
        Some(TaskStatus::IncrementalMigrating) => match exchange_of(task) {
            Some("EXCHANGING" | "EXCHANGE_SUCCESS") => Standing::Astray(IS_EXCHANGED),
            _ => Standing::Ready,
        },
        status => elsewhere(status.as_ref()),
    }
}

fn of_exchange(task: &MigrationTaskDetail) -> Standing {
    let is_failure = task.status.as_ref().is_some_and(TaskStatus::is_failure);
    match (exchange_of(task), &task.status) {
        (Some("EXCHANGE_SUCCESS"), _) => Standing::Done,
        _ if is_failure => Standing::Failed,
        (_, Some(TaskStatus::Deleted)) => Standing::Astray(ANOTHER_END),
        // The synchronization stops by itself meanwhile, so that the status may be any.
        (Some("EXCHANGING"), _) => Standing::UnderWay,
        // A run that is begun anew must not undo what somebody took back since.
        (Some("ROLLBACK_SUCCESS"), _) => Standing::Astray(ROLLED_BACK),
        (None, Some(TaskStatus::IncrementalMigrating)) => Standing::Ready,
        (Some(_), Some(TaskStatus::IncrementalMigrating)) => Standing::Astray(UNKNOWN_EXCHANGE),
        (_, Some(TaskStatus::Terminating | TaskStatus::Terminated)) => {
            Standing::Astray(STOPPED_WITHOUT)
        }
        (_, status) => elsewhere(status.as_ref()),
    }
}

fn elsewhere(status: Option<&TaskStatus>) -> Standing {
    match status {
        Some(status) if status.is_failure() => Standing::Failed,
        Some(status) if status.is_final() => Standing::Astray(ANOTHER_END),
        Some(TaskStatus::Creating | TaskStatus::Running) => Standing::Astray(NOT_CONFIGURED),
        _ => Standing::Astray(TOO_EARLY),
    }
}

#[cfg(test)]
mod tests {
    use Standing::*;
    use huaweicloud_dcs_api::types::IpExchangeRequest;

    use super::*;

    fn standing(way: &Way, status: &str, exchange: &str) -> Standing {
        let mut task = MigrationTaskDetail::default();
        task.status = (!status.is_empty()).then(|| status.into());
        task.task_status = Some(exchange.to_owned());
        Standing::of(way, &task)
    }

    #[test]
    fn a_stop_may_be_sent_in_the_incremental_phase_alone_and_not_into_an_exchange() {
        for (status, exchange, expected) in [
            ("INCRMIGEATING", "", Ready),
            ("INCRMIGRATING", "", Ready),
            ("INCRMIGEATING", "NEWS", Ready),
            ("INCRMIGEATING", "ROLLBACK_SUCCESS", Ready),
            ("INCRMIGEATING", "EXCHANGING", Astray(IS_EXCHANGED)),
            ("INCRMIGEATING", "EXCHANGE_SUCCESS", Astray(IS_EXCHANGED)),
            ("TERMINATING", "", UnderWay),
            ("TERMINATED", "", Done),
            ("CREATING", "", Astray(NOT_CONFIGURED)),
            ("RUNNING", "", Astray(NOT_CONFIGURED)),
            ("FULLMIGRATING", "", Astray(TOO_EARLY)),
            ("MIGRATING", "", Astray(TOO_EARLY)),
            ("NEWS", "", Astray(TOO_EARLY)),
            ("", "", Astray(TOO_EARLY)),
            ("SUCCESS", "", Astray(ANOTHER_END)),
            ("MIGRATION_SUCCESS", "", Astray(ANOTHER_END)),
            ("RELEASED", "", Astray(ANOTHER_END)),
            ("DELETED", "", Astray(ANOTHER_END)),
            ("FAILED", "", Failed),
            ("MIGRATION_FAILED", "", Failed),
            ("ERROR", "", Failed),
        ] {
            let found = standing(&Way::StopSync, status, exchange);
            assert_eq!(found, expected, "{status} {exchange}");
        }
    }

    #[test]
    fn an_exchange_may_be_sent_in_the_incremental_phase_and_only_if_there_was_none() {
        let way = Way::Exchange(IpExchangeRequest::default());
        for (status, exchange, expected) in [
            ("INCRMIGEATING", "", Ready),
            ("INCRMIGEATING", "NEWS", Astray(UNKNOWN_EXCHANGE)),
            ("INCRMIGEATING", "EXCHANGING", UnderWay),
            ("TERMINATED", "EXCHANGING", UnderWay),
            ("", "EXCHANGING", UnderWay),
            ("INCRMIGEATING", "EXCHANGE_SUCCESS", Done),
            ("TERMINATED", "EXCHANGE_SUCCESS", Done),
            ("FAILED", "EXCHANGE_SUCCESS", Done),
            ("INCRMIGEATING", "ROLLBACK_SUCCESS", Astray(ROLLED_BACK)),
            ("TERMINATED", "ROLLBACK_SUCCESS", Astray(ROLLED_BACK)),
            ("TERMINATING", "", Astray(STOPPED_WITHOUT)),
            ("TERMINATED", "", Astray(STOPPED_WITHOUT)),
            ("RUNNING", "", Astray(NOT_CONFIGURED)),
            ("FULLMIGRATING", "", Astray(TOO_EARLY)),
            ("NEWS", "", Astray(TOO_EARLY)),
            ("SUCCESS", "", Astray(ANOTHER_END)),
            ("DELETED", "EXCHANGING", Astray(ANOTHER_END)),
            ("FAILED", "EXCHANGING", Failed),
            ("ERROR", "", Failed),
        ] {
            assert_eq!(
                standing(&way, status, exchange),
                expected,
                "{status} {exchange}"
            );
        }
    }
}
