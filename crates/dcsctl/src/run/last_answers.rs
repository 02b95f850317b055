//! The last answers to calls under way: whatever comes between, an answer is not forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use huaweicloud_dcs::{Error, MigrationClient, Response};
use tokio::time::Instant;

use crate::clock;
use crate::outcome::{Outcome, TaskReport};

/// A report, and until when it holds: an attempt that follows makes it void.
type Kept = (TaskReport, Option<Instant>);

/// By task ID what is known of its call under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastAnswers(Arc<Mutex<HashMap<String, Kept>>>);

impl LastAnswers {
    /// The client for calls for these tasks: of each attempt that is repeated, its error is kept until the next one.
    pub(crate) fn recording(&self, client: &MigrationClient, ids: &[String]) -> MigrationClient {
        let (answers, ids) = (self.clone(), ids.to_vec());
        client.on_retry(move |error, pause| {
            // Before the library counts the pause, so that this never ends after it.
            let until = clock::after(pause);
            for id in ids.iter().filter(|_| !is_poll(error)) {
                // What may have been applied stays so, whatever comes later.
                if !answers.is_lost(id) {
                    answers.add(id, TaskReport::of_error(id.clone(), error), Some(until));
                }
            }
        })
    }

    /// Keeps that the service accepted an order.
    pub(crate) fn accepted(&self, id: &str, response: &Response<()>) {
        let accepted = Ok(response.clone());
        let report = TaskReport::of_call(id.to_owned(), Outcome::Accepted, &accepted);
        self.add(id, report, None);
    }

    /// Keeps that it refused one, or that nothing tells.
    pub(crate) fn not_accepted(&self, id: &str, error: &Error) {
        if !is_poll(error) {
            self.add(id, TaskReport::of_error(id.to_owned(), error), None);
        }
    }

    pub(crate) fn take(&self, id: &str) -> Option<TaskReport> {
        let is_lost = self.is_lost(id);
        let (report, until) = self.lock().remove(id)?;
        (is_lost || until.is_none_or(clock::is_to_come)).then_some(report)
    }

    fn is_lost(&self, id: &str) -> bool {
        let is_lost = |(report, _): &Kept| report.outcome() == Outcome::Unknown;
        self.lock().get(id).is_some_and(is_lost)
    }

    fn add(&self, id: &str, report: TaskReport, until: Option<Instant>) {
        self.lock().insert(id.to_owned(), (report, until));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a call failed that only reads a task.
fn is_poll(error: &Error) -> bool {
    error
        .operation()
        .is_some_and(|name| name.starts_with("Show"))
}
