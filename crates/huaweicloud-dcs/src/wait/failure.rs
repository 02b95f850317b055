//! Why a task failed, in the service's own words.

use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::timeout;

use super::watch::LAST_LOOK;
use crate::client::{MOST_TASKS, MigrationClient, TaskQuery};

/// Says that a task failed, and why if the service tells: only the list of tasks has the reason. It is looked up once
/// and for a short while, and whatever comes of that, there is a sentence.
pub(crate) async fn sentence(
    client: &MigrationClient,
    task_id: &str,
    task: &MigrationTaskDetail,
) -> String {
    let status = task
        .status
        .as_ref()
        .map_or("FAILED", |status| status.as_str());
    match reason(client, task_id, task).await {
        Some(reason) => format!("the task ended as {status}: {reason}"),
        None => format!("the task ended as {status}"),
    }
}

async fn reason(
    client: &MigrationClient,
    task_id: &str,
    task: &MigrationTaskDetail,
) -> Option<String> {
    let mut query = TaskQuery::default().with_limit(MOST_TASKS);
    if let Some(name) = task.task_name.as_deref().filter(|name| !name.is_empty()) {
        query = query.with_name(name);
    }
    let page = timeout(LAST_LOOK, Box::pin(client.list(&query)))
        .await
        .ok()?
        .ok()?;
    let tasks = page.into_body().migration_tasks?;
    let entry = tasks
        .into_iter()
        .find(|task| task.task_id.as_deref() == Some(task_id))?;
    entry
        .error_message
        .filter(|reason| !reason.trim().is_empty())
}
