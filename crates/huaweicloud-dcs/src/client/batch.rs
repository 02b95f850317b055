//! What became of each task of a batch.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use huaweicloud_core::{
    Error, ErrorBuilder, ErrorKind, Operation, Response, Result, check_path_value,
};
use huaweicloud_dcs_api::types::MigrationTaskResult;

use crate::service::{READ_FIRST, SERVICE};

/// What became of one task of a batch.
#[derive(Debug)]
pub struct TaskResult {
    task_id: String,
    result: Result<()>,
}

impl TaskResult {
    /// The task's id, as it was given.
    #[must_use]
    pub fn task_id(&self) -> &str {
        &self.task_id
    }

    /// Whether the service accepted the order for this task.
    ///
    /// # Errors
    ///
    /// [`Service`](ErrorKind::Service) with the code that the service gives for this task, which was then refused;
    /// [`Decode`](ErrorKind::Decode) if the answer does not say what became of it, which may then have been applied.
    pub fn result(&self) -> std::result::Result<(), &Error> {
        self.result.as_ref().copied()
    }

    /// Takes the result.
    ///
    /// # Errors
    ///
    /// As [`result`](Self::result).
    pub fn into_result(self) -> Result<()> {
        self.result
    }
}

/// The ids of a batch as they are sent: each checked, each once, in the order given.
pub(crate) fn ids(operation: &Operation, given: &[impl AsRef<str>]) -> Result<Vec<String>> {
    if given.is_empty() {
        return Err(Error::refused(operation.id, "no task ids"));
    }
    let mut ids = Vec::with_capacity(given.len());
    let mut seen = HashSet::new();
    for id in given.iter().map(AsRef::as_ref) {
        check_path_value(id)
            .map_err(|why| Error::refused(operation.id, &format!("task_id {why}")))?;
        if seen.insert(id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ids)
}

/// Finds for each id that was sent what the answer says of it. A failure inside a success is a failure.
pub(crate) fn results<T>(
    operation: &Operation,
    ids: Vec<String>,
    answer: Response<T>,
    results_of: impl FnOnce(T) -> Option<Vec<MigrationTaskResult>>,
) -> Response<Vec<TaskResult>> {
    let (status, attempts) = (answer.status(), answer.attempts());
    let request_id = answer.request_id().map(str::to_owned);
    let about = |kind| {
        Error::builder(kind)
            .service(&SERVICE)
            .operation(operation.id)
            .status(status)
            .request_id(request_id.as_deref())
            .attempts(attempts)
    };
    answer.map(|body| {
        let mut said: HashMap<String, MigrationTaskResult> = HashMap::new();
        for result in results_of(body).unwrap_or_default() {
            let Some(task_id) = result.task_id.clone() else {
                continue;
            };
            match said.entry(task_id) {
                Entry::Vacant(entry) => drop(entry.insert(result)),
                // An answer that says one thing and another says nothing.
                Entry::Occupied(mut entry) => {
                    let first = entry.get_mut();
                    if (&first.result, &first.error_code) != (&result.result, &result.error_code) {
                        first.result = None;
                    }
                }
            }
        }
        ids.into_iter()
            .map(|task_id| TaskResult {
                result: result(said.remove(&task_id), about),
                task_id,
            })
            .collect()
    })
}

/// `about` begins an error of that kind with what is known of the whole answer.
fn result(
    said: Option<MigrationTaskResult>,
    about: impl Fn(ErrorKind) -> ErrorBuilder,
) -> Result<()> {
    let said = said.unwrap_or_default();
    // The code as it may be compared, which is not always as it was sent.
    let error = about(ErrorKind::Service).code(said.error_code.as_deref());
    let error = error.message(said.error_msg.as_deref()).build();
    match said.result.as_deref() {
        Some("success") if error.code().is_none() => Ok(()),
        Some("failed") => {
            let is_unsaid = error.code().is_none() && error.message().is_none();
            // The status is that of the whole batch; what a single call is refused with is 400.
            let advice = SERVICE.advice(400, error.code().unwrap_or_default());
            let error = error.into_builder().advice(advice);
            Err(if is_unsaid {
                error.message("the service does not say why").build()
            } else {
                error.build()
            })
        }
        _ => Err(about(ErrorKind::Decode)
            .code(error.code())
            .message("the answer does not say what became of this task")
            .may_have_been_applied(true)
            .advice(READ_FIRST)
            .build()),
    }
}
