//! The last response to each call in flight, for the report of an interrupted command.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use huaweicloud_dcs::{Error, MigrationClient, Response};
use tokio::time::Instant;

use crate::clock;
use crate::outcome::{Outcome, TaskReport};

/// The state of the call for a task.
#[derive(Debug)]
enum Known {
    /// An attempt is in flight.
    Sending,
    /// An attempt failed, and the next one starts at this time.
    Retried(TaskReport, Instant),
    /// The call has ended. Later failures belong to polls.
    Ended(TaskReport),
}

/// The state of each call, by task ID.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastResponses(Arc<Mutex<HashMap<String, Known>>>);

impl LastResponses {
    /// The client for a call for these tasks. It keeps the error of a failed attempt until the next attempt.
    pub(crate) fn recording(&self, client: &MigrationClient, ids: &[String]) -> MigrationClient {
        let (responses, ids) = (self.clone(), ids.to_vec());
        client.on_retry(move |error, backoff| {
            // Read before the library starts its own backoff: this one must not end later.
            let until = clock::after(backoff);
            for id in &ids {
                responses.retried(id, error, until);
            }
        })
    }

    fn retried(&self, id: &str, error: &Error, until: Instant) {
        let mut known = self.lock();
        let has_ended = matches!(known.get(id), Some(Known::Ended(_)));
        // A later refusal does not undo an attempt that may have been applied.
        if !has_ended && !known.get(id).is_some_and(Known::is_lost) {
            let report = TaskReport::of_error(id.to_owned(), error);
            known.insert(id.to_owned(), Known::Retried(report, until));
        }
    }

    /// Notes that an attempt is in flight.
    pub(crate) fn sending(&self, id: &str) {
        self.lock().insert(id.to_owned(), Known::Sending);
    }

    /// Whether an attempt is in flight.
    pub(crate) fn is_sending(&self, id: &str) -> bool {
        matches!(self.lock().get(id), Some(Known::Sending))
    }

    /// Keeps the failure of the attempt in flight until the next one. Failures of reads in between are ignored.
    pub(crate) fn attempt_failed(&self, id: &str, error: &Error) {
        if self.is_sending(id) {
            self.not_accepted(id, error);
        }
    }

    /// Keeps the response that accepted a request.
    pub(crate) fn accepted(&self, id: &str, response: &Response<()>) {
        let accepted = Ok(response.clone());
        self.ended(TaskReport::of_call(
            id.to_owned(),
            Outcome::Accepted,
            &accepted,
        ));
    }

    /// Keeps the error of a request that was refused, or whose response was lost.
    pub(crate) fn not_accepted(&self, id: &str, error: &Error) {
        self.ended(TaskReport::of_error(id.to_owned(), error));
    }

    fn ended(&self, report: TaskReport) {
        let id = report.task_id().to_owned();
        self.lock().insert(id, Known::Ended(report));
    }

    /// Takes the report of a call, unless an attempt is in flight about which nothing is known.
    pub(crate) fn take(&self, id: &str) -> Option<TaskReport> {
        let known = self.lock().remove(id)?;
        let is_lost = known.is_lost();
        match known {
            Known::Ended(report) => Some(report),
            Known::Retried(report, until) if is_lost || clock::is_to_come(until) => Some(report),
            Known::Retried(..) | Known::Sending => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether an attempt may have been applied.
    fn is_lost(&self) -> bool {
        match self {
            Self::Sending => false,
            Self::Retried(report, _) | Self::Ended(report) => report.outcome() == Outcome::Unknown,
        }
    }
}
