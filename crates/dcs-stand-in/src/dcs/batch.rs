//! Calls of several tasks.

use axum::{http::StatusCode, response::Response};
use huaweicloud_dcs_api::types::{
    BatchRestartOnlineMigrationTasksBody, BatchRestartOnlineMigrationTasksResponse,
    BatchStopMigrationTasksBody, BatchStopMigrationTasksResponse, DeleteMigrateTaskRequest,
    DeleteMigrationTaskResponse, MigrationTaskResult,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    error::ServiceError,
    request::{Answered, Request},
};
use crate::{
    http::{json_answer, model_answer, with_all_members},
    identifier::is_task_id,
    records::Effect,
    state::{Refused, Task, Tasks},
};

pub(super) fn stop(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let body: BatchStopMigrationTasksBody = request.model()?;
    let stop = |id: &str| tasks.change(id, Task::stop).map(drop);
    let mut answer = BatchStopMigrationTasksResponse::default();
    answer.migration_tasks = Some(each(&body.migration_tasks, stop, Effect::Stopped, request));
    Ok(results(&answer))
}

pub(super) fn restart(tasks: &Tasks, request: &Request<'_>) -> Answered {
    const MOST: usize = 50;
    let body: BatchRestartOnlineMigrationTasksBody = request.model()?;
    if body.migration_tasks.len() > MOST {
        return Err(ServiceError::wrong("migration_tasks"));
    }
    let restart = |id: &str| tasks.change(id, Task::restart);
    let mut answer = BatchRestartOnlineMigrationTasksResponse::default();
    answer.migration_tasks = Some(each(
        &body.migration_tasks,
        restart,
        Effect::Restarted,
        request,
    ));
    Ok(results(&answer))
}

/// Applies `act` to each task in turn. The call succeeds even if a task refuses.
fn each(
    ids: &[String],
    act: impl Fn(&str) -> Result<(), Refused>,
    effect: Effect,
    request: &Request<'_>,
) -> Vec<MigrationTaskResult> {
    let mut done = Vec::new();
    let mut results = Vec::new();
    for id in ids {
        let acted = if is_task_id(id) {
            act(id).map_err(Into::into)
        } else {
            Err(ServiceError::MALFORMED_TASK)
        };
        results.push(match acted {
            Ok(()) => {
                done.push(id.as_str());
                let mut result = MigrationTaskResult::default();
                result.task_id = Some(id.clone());
                result.result = Some("success".into());
                result
            }
            Err(error) => error.result(id),
        });
    }
    if !done.is_empty() {
        request.entry.effect(effect, &done);
    }
    results
}

/// The response with these results. The samples have `error_ext_msg` only for tasks that refused.
fn results<T: Serialize + DeserializeOwned>(model: &T) -> Response {
    let mut body = with_all_members(model);
    let results = body["migration_tasks"].as_array_mut();
    for result in results.into_iter().flatten() {
        if result["error_code"].is_null()
            && let Some(members) = result.as_object_mut()
        {
            members.remove("error_ext_msg");
        }
    }
    json_answer(StatusCode::OK, &body)
}

/// Deletes the tasks that exist. By the vendor documentation, an unknown task is not an error.
pub(super) fn delete(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let body: DeleteMigrateTaskRequest = request.model()?;
    let ids = body.task_id_list;
    if !ids.iter().all(|id| is_task_id(id)) {
        return Err(ServiceError::MALFORMED_TASK);
    }
    let given = ids.iter().map(String::as_str);
    let deleted: Vec<_> = given.filter(|id| tasks.delete(id)).collect();
    if !deleted.is_empty() {
        request.entry.effect(Effect::Deleted, &deleted);
    }
    let mut answer = DeleteMigrationTaskResponse::default();
    answer.task_id_list = Some(ids);
    Ok(model_answer(StatusCode::OK, &answer))
}
