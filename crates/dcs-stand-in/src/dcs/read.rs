//! Calls that read tasks, progress, logs and jobs.

use axum::http::StatusCode;
use huaweicloud_dcs_api::types::{ListMigrationTaskLogsResponse, ListMigrationTaskResponse};

use super::{
    answers::{self, count},
    error::ServiceError,
    request::{Answered, Request},
};
use crate::{
    engine::Engine,
    http::{json_answer, model_answer},
    records::Effect,
    state::Tasks,
};

/// The levels that a query may have.
const LEVELS: [&str; 4] = ["INFO", "ERROR", "WARN", "DEBUG"];

pub(super) fn list(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let offset = request.query.number("offset", 0, 0..=usize::MAX)?;
    let limit = request.query.number("limit", 10, 1..=1000)?;
    let name = request.query.text("name");
    let (all, page) = tasks.list(name, (offset, limit), answers::list_item);
    request.entry.effect(Effect::Shown, &[]);
    let mut answer = ListMigrationTaskResponse::default();
    answer.count = Some(count(all));
    answer.migration_tasks = Some(page);
    Ok(model_answer(StatusCode::OK, &answer))
}

pub(super) fn show(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.task();
    let detail = tasks.with(id, |task, now| {
        Ok(answers::detail(task, now, task.status(now)))
    })?;
    request.entry.effect(Effect::Shown, &[id]);
    Ok(json_answer(StatusCode::OK, &detail))
}

pub(super) async fn stats(
    tasks: &Tasks,
    engine: &Engine,
    request: &Request<'_>,
    as_strings: bool,
) -> Answered {
    let id = request.task();
    let progress = engine.progress(tasks, id).await?;
    request.entry.effect(Effect::Shown, &[id]);
    let answer = answers::stats(&progress, as_strings);
    Ok(model_answer(StatusCode::OK, &answer))
}

pub(super) fn logs(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.task();
    let offset = request.query.number("offset", 0, 0..=usize::MAX)?;
    let limit = request.query.number("limit", 10, 0..=usize::MAX)?;
    let level = request.query.text("log_level");
    if level.is_some_and(|level| !LEVELS.contains(&level)) {
        return Err(ServiceError::wrong("log_level"));
    }
    let entries = tasks.with(id, |task, now| Ok(task.log(now)))?;
    let mut entries: Vec<_> = entries.into_iter().map(answers::log_entry).collect();
    entries.retain(|entry| level.is_none() || level == entry.log_level.as_deref());
    request.entry.effect(Effect::Shown, &[id]);
    let mut answer = ListMigrationTaskLogsResponse::default();
    answer.log_num = Some(count(entries.len()));
    answer.migration_logs = Some(entries.into_iter().skip(offset).take(limit).collect());
    Ok(model_answer(StatusCode::OK, &answer))
}

pub(super) fn job(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.ids.job.as_deref().unwrap_or_default();
    // The vendor documentation has no error for an unknown job.
    let unknown = || ServiceError::wrong("job_id");
    let job = tasks.of_job(id, answers::job).ok_or_else(unknown)?;
    request.entry.effect(Effect::Shown, &[]);
    Ok(model_answer(StatusCode::OK, &job))
}
