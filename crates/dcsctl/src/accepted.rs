//! Orders that the service accepted, kept until they are confirmed: whatever comes between, the answer is not forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use huaweicloud_dcs::Response;

use crate::members::Members;
use crate::outcome::Outcome;

/// By task ID what is known of each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accepted(Arc<Mutex<HashMap<String, Members>>>);

impl Accepted {
    pub(crate) fn add(&self, task_id: &str, response: &Response<()>) {
        let members = Members::new(Some(task_id.to_owned()), Outcome::Accepted).answered(response);
        self.lock().insert(task_id.to_owned(), members);
    }

    pub(crate) fn take(&self, task_id: &str) -> Option<Members> {
        self.lock().remove(task_id)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Members>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
