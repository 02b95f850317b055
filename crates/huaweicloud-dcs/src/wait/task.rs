//! The status of a task in words.

use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::timeout;

use super::poll::LAST_POLL;
use crate::client::{MOST_TASKS, MigrationClient, TaskQuery};

/// The `task_status`, which shows an exchange of IP addresses, unless it is empty.
pub(crate) fn exchange_of(task: &MigrationTaskDetail) -> Option<&str> {
    task.task_status.as_deref().filter(|text| !text.is_empty())
}

/// The status of a task, for the end of a message.
pub(crate) fn status_words(task: Option<&MigrationTaskDetail>) -> String {
    let status = task.and_then(|task| task.status.as_ref());
    let status = status.map_or("unknown", TaskStatus::as_str);
    match task.and_then(exchange_of) {
        Some(exchange) => format!("its status is {status} and its task_status {exchange}"),
        None => format!("its status is {status}"),
    }
}

/// Says that a task failed, and why if the list of tasks has the reason. The list is read once, for at most 5 s; if that
/// fails, the reason is left out.
pub(crate) async fn failure_words(
    client: &MigrationClient,
    task_id: &str,
    task: &MigrationTaskDetail,
) -> String {
    let status = task.status.as_ref().map_or("FAILED", TaskStatus::as_str);
    match timeout(LAST_POLL, Box::pin(failure_reason(client, task_id, task))).await {
        Ok(Some(reason)) => format!("the task ended as {status}: {reason}"),
        _ => format!("the task ended as {status}"),
    }
}

async fn failure_reason(
    client: &MigrationClient,
    task_id: &str,
    task: &MigrationTaskDetail,
) -> Option<String> {
    let mut query = TaskQuery::default().with_limit(MOST_TASKS);
    if let Some(name) = task.task_name.as_deref().filter(|name| !name.is_empty()) {
        query = query.with_name(name);
    }
    let page = client.list(&query).await.ok()?;
    let tasks = page.into_body().migration_tasks?;
    let entry = tasks
        .into_iter()
        .find(|task| task.task_id.as_deref() == Some(task_id))?;
    entry
        .error_message
        .filter(|reason| !reason.trim().is_empty())
}
