//! What is done to one task: configure, update, stop, exchange addresses.

use axum::{body::Body, http::StatusCode, response::Response};
use huaweicloud_dcs_api::TaskStatus;
use serde_json::{Value, json};

use crate::{
    answer::{answer, json_answer},
    body::{self, Object},
    create::{METHODS, instance},
    record::Effect,
    service::{Answered, Asked},
    service_error::ServiceError,
    task::Task,
    tasks::Tasks,
    visit::Visit,
};

const RESUME_MODES: [&str; 2] = ["auto", "manual"];

pub(crate) fn configure(tasks: &Tasks, id: &str, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    let method = body::choice(&body, "migration_method", &METHODS)?;
    let is_incremental = method == "incremental_migration";
    let settings = json!({
        "migration_method": method,
        "resume_mode": body::choice(&body, "resume_mode", &RESUME_MODES)?,
        "bandwidth_limit_mb": bandwidth(&body)?,
        "source_instance": end(&body, "source_instance")?,
        "target_instance": end(&body, "target_instance")?,
    });
    let name = tasks.with(id, |task, now| {
        task.configure(now, is_incremental, &settings)?;
        Ok(task.details["task_name"].clone())
    })?;
    asked.visit.record_effect(Effect::Configured, &[id]);
    let answer = json!({ "id": id, "name": name, "status": "FULLMIGRATING", "error": "" });
    Ok(json_answer(StatusCode::OK, &answer))
}

/// Source or target: a DCS instance by its id, or any Redis by its address.
fn end(body: &Object, name: &'static str) -> Result<Value, ServiceError> {
    let given = body::object(body, name)?;
    body::optional_text(given, "password")?;
    let end = instance(given)?;
    if end["id"].is_null() && end["addrs"].is_null() {
        return Err(ServiceError::missing(name));
    }
    Ok(end)
}

/// 1 to 10240 MB/s, declared as a string and sampled as a number.
fn bandwidth(body: &Object) -> Result<Option<String>, ServiceError> {
    let name = "bandwidth_limit_mb";
    let text = match body::optional(body, name) {
        None => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.parse() {
        Ok(1..=10_240_u32) => Ok(Some(text)),
        _ => Err(ServiceError::wrong(name)),
    }
}

/// What the answer holds is in dispute, so it holds nothing.
pub(crate) fn update(tasks: &Tasks, id: &str, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    let mode = if body.contains_key("resume_mode") {
        body::choice(&body, "resume_mode", &RESUME_MODES)?
    } else {
        "auto"
    };
    tasks.with(id, |task, _| {
        task.change_details(&json!({ "resume_mode": mode }));
        Ok(())
    })?;
    asked.visit.record_effect(Effect::Updated, &[id]);
    Ok(answer(StatusCode::OK, Body::empty()))
}

/// Answers that the stop was accepted.
pub(crate) fn stop(tasks: &Tasks, id: &str, visit: &Visit) -> Answered {
    let (_, detail) = tasks.stop(id)?;
    visit.record_effect(Effect::Stopped, &[id]);
    Ok(json_answer(StatusCode::OK, &detail))
}

/// Answers when the task has stopped.
pub(crate) async fn stop_sync(tasks: &Tasks, id: &str, visit: &Visit) -> Answered {
    let (ends, _) = tasks.stop(id)?;
    visit.record_effect(Effect::Stopped, &[id]);
    tasks.time.wait_until(ends.even).await;
    // Somebody may have given the task another status meanwhile; then this stop has failed.
    match tasks.status(id) {
        Some(TaskStatus::Terminated) => Ok(no_content()),
        _ => Err(ServiceError::INTERNAL),
    }
}

/// The pages ask for both members, the Terraform provider leaves them out at will: neither is needed here.
pub(crate) fn exchange_ip(tasks: &Tasks, id: &str, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    if body::optional(&body, "exchanged_ip").is_some() {
        body::texts(&body, "exchanged_ip")?;
    }
    let name = "is_exchange_domain";
    if !body::optional(&body, name).is_none_or(Value::is_boolean) {
        return Err(ServiceError::wrong(name));
    }
    tasks.with(id, Task::exchange_ip)?;
    asked.visit.record_effect(Effect::IpExchanged, &[id]);
    Ok(no_content())
}

pub(crate) fn roll_back_ip(tasks: &Tasks, id: &str, visit: &Visit) -> Answered {
    tasks.with(id, Task::roll_back_ip)?;
    visit.record_effect(Effect::IpRolledBack, &[id]);
    Ok(no_content())
}

fn no_content() -> Response {
    answer(StatusCode::NO_CONTENT, Body::empty())
}
