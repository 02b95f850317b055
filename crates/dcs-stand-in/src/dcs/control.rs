//! Calls that change one task: configure, update, stop, exchange IP addresses.

use axum::{body::Body, http::StatusCode, response::Response};
use huaweicloud_dcs_api::{
    NumberOrString, TaskStatus,
    types::{
        ConfigMigrationInstanceBody, InstanceRespBody, IpExchangeRequest, MigrationMethod,
        MigrationUpdateRequestEntity, ResumeMode, SetOnlineMigrationTaskBody,
        SetOnlineMigrationTaskResponse,
    },
};

use super::{
    answers,
    error::ServiceError,
    request::{Answered, Request},
};
use crate::{
    engine::Engine,
    http::{answer, json_answer, model_answer},
    records::Effect,
    state::{Task, Tasks},
};

pub(super) async fn configure(tasks: &Tasks, engine: &Engine, request: &Request<'_>) -> Answered {
    let id = request.task();
    let body: SetOnlineMigrationTaskBody = request.model()?;
    let limit = body
        .bandwidth_limit_mb
        .as_ref()
        .map(bandwidth)
        .transpose()?;
    let source = end(&body.source_instance, "source_instance")?;
    let target = end(&body.target_instance, "target_instance")?;
    tasks.with(id, Task::may_be_configured)?;
    let ends = engine
        .prepare(&body.source_instance, &body.target_instance)
        .await?;
    let is_incremental = body.migration_method == MigrationMethod::IncrementalMigration;
    let name = tasks.change(id, |task, now| {
        task.configure(now, is_incremental)?;
        task.ends = ends;
        task.details.migration_method = Some(body.migration_method.to_string());
        task.details.resume_mode = Some(body.resume_mode.to_string());
        task.details.bandwidth_limit_mb = limit;
        task.details.source_instance = Some(source);
        task.details.target_instance = Some(target);
        Ok(task.details.task_name.clone())
    })?;
    request.entry.effect(Effect::Configured, &[id]);
    let mut answer = SetOnlineMigrationTaskResponse::default();
    answer.id = Some(id.into());
    answer.name = name;
    answer.status = Some(TaskStatus::FullMigrating);
    answer.error = Some(String::new());
    Ok(model_answer(StatusCode::OK, &answer))
}

/// Source or target: a DCS instance by its ID, or any Redis by its address.
fn end(given: &ConfigMigrationInstanceBody, name: &str) -> Result<InstanceRespBody, ServiceError> {
    if given.id.is_none() && given.addrs.is_none() {
        return Err(ServiceError::missing(name));
    }
    let mut shown = InstanceRespBody::default();
    shown.id.clone_from(&given.id);
    shown.addrs.clone_from(&given.addrs);
    shown.proxy_multi_db = Some(false);
    shown.task_status = Some("RUNNING".into());
    Ok(shown)
}

/// 1 to 10240 MB/s. The vendor documentation declares a string and samples a number. Responses show a string.
fn bandwidth(given: &NumberOrString) -> Result<NumberOrString, ServiceError> {
    let text = given.to_string();
    match text.parse() {
        Ok(1..=10_240_u32) => Ok(text.into()),
        _ => Err(ServiceError::wrong("bandwidth_limit_mb")),
    }
}

/// Responds with an empty body, because the sources disagree about the body.
pub(super) fn update(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.task();
    let body: MigrationUpdateRequestEntity = request.model()?;
    let mode = body.resume_mode.unwrap_or(ResumeMode::Auto);
    tasks.change(id, |task, _| {
        task.details.resume_mode = Some(mode.to_string());
        Ok(())
    })?;
    request.entry.effect(Effect::Updated, &[id]);
    Ok(answer(StatusCode::OK, Body::empty()))
}

/// Responds at once that the stop was accepted.
pub(super) fn stop(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.task();
    let detail = tasks.change(id, |task, now| {
        task.stop(now)?;
        Ok(answers::detail(task, now, TaskStatus::Terminating))
    })?;
    request.entry.effect(Effect::Stopped, &[id]);
    Ok(json_answer(StatusCode::OK, &detail))
}

/// Responds when the task has stopped, unless the engine responds at once.
pub(super) async fn stop_sync(tasks: &Tasks, engine: &Engine, request: &Request<'_>) -> Answered {
    let id = request.task();
    let end = tasks.change(id, Task::stop)?;
    request.entry.effect(Effect::Stopped, &[id]);
    if engine.answers_stop(tasks, id, end).await {
        Ok(no_content())
    } else {
        Err(ServiceError::INTERNAL)
    }
}

/// Only checks the body, because the addresses make no difference here.
pub(super) fn exchange_ip(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.task();
    request.model::<IpExchangeRequest>()?;
    tasks.change(id, Task::exchange_ip)?;
    request.entry.effect(Effect::IpExchanged, &[id]);
    Ok(no_content())
}

pub(super) fn roll_back_ip(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let id = request.task();
    tasks.change(id, Task::roll_back_ip)?;
    request.entry.effect(Effect::IpRolledBack, &[id]);
    Ok(no_content())
}

fn no_content() -> Response {
    answer(StatusCode::NO_CONTENT, Body::empty())
}
