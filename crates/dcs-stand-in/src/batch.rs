//! What is done to several tasks by one call.

use axum::http::StatusCode;
use serde_json::json;

use crate::{
    answer::json_answer,
    body,
    identifier::is_task_id,
    record::Effect,
    service::{Answered, Asked},
    service_error::ServiceError,
    task::Task,
    tasks::Tasks,
};

const TASKS: &str = "migration_tasks";

pub(crate) fn stop(tasks: &Tasks, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    let ids = body::texts(&body, TASKS)?;
    let stop = |id: &str| tasks.stop(id).map(drop);
    Ok(each(&ids, stop, Effect::Stopped, asked))
}

pub(crate) fn restart(tasks: &Tasks, asked: &Asked<'_>) -> Answered {
    const MOST: usize = 50;
    let body = body::read(asked.body)?;
    let ids = body::texts(&body, TASKS)?;
    if ids.len() > MOST {
        return Err(ServiceError::wrong(TASKS));
    }
    let restart = |id: &str| tasks.with(id, Task::restart);
    Ok(each(&ids, restart, Effect::Restarted, asked))
}

/// Does it to one task after the other. A task that refuses is no failure of the call.
fn each(
    ids: &[&str],
    act: impl Fn(&str) -> Result<(), ServiceError>,
    effect: Effect,
    asked: &Asked<'_>,
) -> axum::response::Response {
    let mut done = Vec::new();
    let mut results = Vec::new();
    for id in ids {
        let acted = if is_task_id(id) {
            act(id)
        } else {
            Err(ServiceError::MALFORMED_TASK)
        };
        results.push(match acted {
            Ok(()) => {
                done.push(*id);
                json!({ "task_id": id, "result": "success", "error_code": null, "error_msg": null })
            }
            Err(error) => error.result(id),
        });
    }
    if !done.is_empty() {
        asked.visit.record_effect(effect, &done);
    }
    json_answer(StatusCode::OK, &json!({ TASKS: results }))
}

/// Deletes the tasks there are. By the pages, one that is not there is no error.
pub(crate) fn delete(tasks: &Tasks, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    let ids = body::texts(&body, "task_id_list")?;
    if !ids.iter().all(|id| is_task_id(id)) {
        return Err(ServiceError::MALFORMED_TASK);
    }
    let deleted: Vec<_> = ids.iter().copied().filter(|id| tasks.delete(id)).collect();
    if !deleted.is_empty() {
        asked.visit.record_effect(Effect::Deleted, &deleted);
    }
    Ok(json_answer(StatusCode::OK, &json!({ "task_id_list": ids })))
}
