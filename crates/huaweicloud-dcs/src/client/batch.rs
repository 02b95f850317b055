//! The result of each task of a batch.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use huaweicloud_core::{
    Error, ErrorBuilder, ErrorKind, Operation, Response, Result, check_path_value,
};
use huaweicloud_dcs_api::types::MigrationTaskResult;

use crate::service::{READ_FIRST, SERVICE};

/// The result of one task in a call for several, such as [`stop_many`](crate::MigrationClient::stop_many).
#[derive(Debug)]
pub struct TaskResult {
    task_id: String,
    result: Result<()>,
}

impl TaskResult {
    /// The task's ID, as it was given.
    #[must_use]
    pub fn task_id(&self) -> &str {
        &self.task_id
    }

    /// Whether the service accepted the request for this task.
    ///
    /// # Errors
    ///
    /// [`Service`](ErrorKind::Service) if the service refused this task, with its error code.
    /// [`Decode`](ErrorKind::Decode) if the response has no clear result for this task, which may then have been
    /// applied.
    pub fn result(&self) -> std::result::Result<(), &Error> {
        self.result.as_ref().copied()
    }

    /// Takes the result.
    ///
    /// # Errors
    ///
    /// Those of [`result`](Self::result).
    pub fn into_result(self) -> Result<()> {
        self.result
    }
}

/// The IDs of a batch as they are sent: each checked, each once, in the order given.
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

/// Finds the result of each ID that was sent. A failure inside a success is a failure.
pub(crate) fn results(
    operation: &Operation,
    ids: Vec<String>,
    response: Response<Option<Vec<MigrationTaskResult>>>,
) -> Response<Vec<TaskResult>> {
    let (status, attempts) = (response.status(), response.attempts());
    let request_id = response.request_id().map(str::to_owned);
    let about = |kind| {
        Error::builder(kind)
            .service(&SERVICE)
            .operation(operation.id)
            .status(status)
            .request_id(request_id.as_deref())
            .attempts(attempts)
    };
    response.map(|results| {
        let mut said: HashMap<String, MigrationTaskResult> = HashMap::new();
        for result in results.unwrap_or_default() {
            let Some(task_id) = result.task_id.clone() else {
                continue;
            };
            match said.entry(task_id) {
                Entry::Vacant(entry) => drop(entry.insert(result)),
                // Two results that contradict each other say nothing.
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

/// `about` begins an error of that kind with status and request ID of the whole response.
fn result(
    said: Option<MigrationTaskResult>,
    about: impl Fn(ErrorKind) -> ErrorBuilder,
) -> Result<()> {
    let said = said.unwrap_or_default();
    // The error's code has no blanks, unlike the one that was sent.
    let error = about(ErrorKind::Service).code(said.error_code.as_deref());
    let error = error.message(said.error_msg.as_deref()).build();
    match said.result.as_deref() {
        Some("success") if error.code().is_none() => Ok(()),
        Some("failed") => {
            let is_unsaid = error.code().is_none() && error.message().is_none();
            // The response's status is a success; a single call would have been refused with 400.
            let advice = SERVICE.advice(400, error.code().unwrap_or_default());
            let error = error.into_builder().advice(advice);
            Err(if is_unsaid {
                error.message("the service gives no reason").build()
            } else {
                error.build()
            })
        }
        _ => Err(about(ErrorKind::Decode)
            .code(error.code())
            .message("the response has no clear result for this task")
            .may_have_been_applied(true)
            .advice(READ_FIRST)
            .build()),
    }
}
