//! The request that ends a migration, and how far a task is on the way there.

use huaweicloud_core::{Operation, Response, Result};
use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::operations::{
    EXCHANGE_INSTANCE_IP, SHOW_MIGRATION_TASK, STOP_MIGRATION_TASK_SYNC,
};
use huaweicloud_dcs_api::types::{IpExchangeRequest, MigrationTaskDetail};

use super::step::StepKind;
use crate::client::MigrationClient;
use crate::wait::poll::wait_error;
use crate::wait::task::{exchange_of, failure_words, status_words};
use crate::wait::{Condition, Verdict};

/// The request that ends a migration.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    StopSync,
    Exchange(IpExchangeRequest),
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The request may be sent. No other standing allows it.
    Ready,
    /// The service is carrying out the request of somebody.
    UnderWay,
    Done,
    Failed,
    /// The request cannot be sent, with advice.
    Astray(&'static str),
}

const TOO_EARLY: &str = "nothing was applied: wait until the task is in its incremental phase";
const ANOTHER_END: &str = "nothing was applied: the task has ended, but not by this cut-over";
const IS_EXCHANGED: &str =
    "nothing was applied: wait until its IPs are exchanged, instead of stopping it";
const ROLLED_BACK: &str =
    "nothing was applied: the exchange was rolled back: to exchange again, call exchange_ip";
const UNKNOWN_EXCHANGE: &str = "nothing was applied: its task_status may show another exchange: read the task until that is over";
// Does not advise a restart: that would copy the old source over later writes to the target.
const STOPPED_WITHOUT: &str = "nothing was applied: a stopped task cannot exchange IPs: point clients to the target's own address; if an exchange was sent before, wait until the IPs are exchanged";
const NOT_CONFIGURED: &str =
    "nothing was applied: configure the task, then wait until it is in its incremental phase";

impl Way {
    pub(crate) fn operation(&self) -> &'static Operation {
        match self {
            Self::StopSync => &STOP_MIGRATION_TASK_SYNC,
            Self::Exchange(_) => &EXCHANGE_INSTANCE_IP,
        }
    }

    pub(crate) async fn send(
        &self,
        client: &MigrationClient,
        task_id: &str,
    ) -> Result<Response<()>> {
        match self {
            Self::StopSync => Box::pin(client.stop_sync(task_id)).await,
            Self::Exchange(exchange) => Box::pin(client.exchange_ip(task_id, exchange)).await,
        }
    }

    /// The step that sends the request.
    pub(crate) fn step(&self) -> StepKind {
        match self {
            Self::StopSync => StepKind::Stopped,
            Self::Exchange(_) => StepKind::Exchanged,
        }
    }

    /// The state that confirms the request.
    pub(crate) fn condition(&self) -> Condition {
        match self {
            Self::StopSync => Condition::Stopped,
            Self::Exchange(_) => Condition::IpsExchanged,
        }
    }

    /// How far a task is before the request is sent.
    pub(crate) fn standing(&self, task: &MigrationTaskDetail) -> Standing {
        match self {
            Self::StopSync => of_stop(task),
            Self::Exchange(_) => of_exchange(task),
        }
    }

    /// Whether a task shows the request that was sent.
    pub(crate) fn judge(&self, task: &MigrationTaskDetail) -> Verdict {
        let status = task.status.as_ref();
        let exchange = exchange_of(task);
        let is_over = match self {
            Self::StopSync => status.is_some_and(TaskStatus::is_final),
            // An exchange stops the task by itself, and may show after that. There was none to roll back before.
            Self::Exchange(_) => {
                exchange == Some("ROLLBACK_SUCCESS") || status == Some(&TaskStatus::Deleted)
            }
        };
        // If somebody restarted the task, nothing shows of the stop.
        let is_copying = matches!(self, Self::StopSync)
            && exchange.is_none()
            && status.is_some_and(TaskStatus::is_running);
        match self.standing(task) {
            Standing::Done => Verdict::Done,
            Standing::UnderWay => Verdict::Pending,
            Standing::Ready => Verdict::Unchanged,
            Standing::Failed => Verdict::Failed,
            Standing::Astray(_) if is_over => Verdict::WrongEnd,
            Standing::Astray(_) if is_copying => Verdict::Unchanged,
            Standing::Astray(_) => Verdict::Unclear,
        }
    }
}

fn of_stop(task: &MigrationTaskDetail) -> Standing {
    match &task.status {
        Some(TaskStatus::Terminated) => Standing::Done,
        Some(TaskStatus::Terminating) => Standing::UnderWay,
        Some(TaskStatus::IncrementalMigrating) => match exchange_of(task) {
            // A stop must not break off an exchange.
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
        // The synchronization stops by itself meanwhile: the status may be any.
        (Some("EXCHANGING"), _) => Standing::UnderWay,
        // A second run must not undo a roll back.
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

/// A task, and how far it is: neither failed nor astray.
pub(crate) type Found = (Standing, MigrationTaskDetail);

/// Returns a task that was read. A task that failed or is astray is an error. `cannot` begins the message if it is astray.
pub(crate) async fn find(
    client: &MigrationClient,
    task_id: &str,
    response: Response<MigrationTaskDetail>,
    standing: Standing,
    cannot: &str,
) -> Result<Found> {
    let (message, advice) = match standing {
        Standing::Astray(advice) => (
            format!("{cannot}: {}", status_words(Some(response.body()))),
            advice,
        ),
        Standing::Failed => (
            failure_words(client, task_id, response.body()).await,
            "nothing was applied: read its log, then restart it or create another one",
        ),
        standing => return Ok((standing, response.into_body())),
    };
    let operation = &SHOW_MIGRATION_TASK;
    Err(wait_error(
        operation,
        &message,
        Some(&response),
        advice,
        None,
    ))
}

#[cfg(test)]
mod tests {
    use Standing::*;

    use super::*;

    fn standing(way: &Way, status: &str, exchange: &str) -> Standing {
        let mut task = MigrationTaskDetail::default();
        task.status = (!status.is_empty()).then(|| status.into());
        task.task_status = Some(exchange.to_owned());
        way.standing(&task)
    }

    #[test]
    fn stop_is_ready_only_in_incremental_phase_without_exchange() {
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
    fn exchange_is_ready_only_in_incremental_phase_and_once() {
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
