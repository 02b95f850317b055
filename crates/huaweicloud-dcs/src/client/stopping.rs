//! Calls that end something: stop, stop many, delete.

use huaweicloud_core::{Response, Result};
use huaweicloud_dcs_api::operations;
use huaweicloud_dcs_api::types::{BatchStopMigrationTasksBody, DeleteMigrateTaskRequest};

use super::MigrationClient;
use super::batch::{self, TaskResult};
use crate::types;

impl MigrationClient {
    /// Stops the synchronization of a task and returns when the service answers 204.
    ///
    /// Writes that have not reached the target are lost: [`cut_over`](Self::cut_over) waits for them first.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/sync-stop`. The English page says that 204 means that the
    /// synchronization was stopped, the Chinese original that it was "stopped synchronously"; neither says in which
    /// status a task must be. Use [`stop_sync_and_wait`](Self::stop_sync_and_wait) to see it confirmed.
    ///
    /// It is repeated only if nothing was sent or the service refused it for now: 429, or 408 and 503 with an error code of
    /// its own. A bare 503 proves nothing and is not repeated. The response may take as long as the stop; the timeout is that
    /// of the whole call, 120 s by default.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/StopMigrationTaskSync.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is true, read the task before you stop it again. `DCS.4957` says
    /// that the task's status forbids it, [`Error::is_not_found`](crate::Error::is_not_found) that there is no such task.
    pub async fn stop_sync(&self, task_id: &str) -> Result<Response<()>> {
        let (api, project_id) = self
            .api_for_id(&operations::STOP_MIGRATION_TASK_SYNC, "task_id", task_id)
            .await?;
        api.stop_migration_task_sync(project_id, task_id).await
    }

    /// Orders a task to stop and returns when the order is accepted: the task in the answer is usually `TERMINATING`.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/stop`. It has stopped when reading it shows `TERMINATED`.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/StopMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, read the task before you stop it again. `DCS.4957` says that its status forbids it.
    pub async fn stop(&self, task_id: &str) -> Result<Response<types::MigrationTaskDetail>> {
        let (api, project_id) = self
            .api_for_id(&operations::STOP_MIGRATION_TASK, "task_id", task_id)
            .await?;
        api.stop_migration_task(project_id, task_id).await
    }

    /// Orders several tasks to stop and returns what became of each order.
    ///
    /// `POST /v2/{project_id}/migration-task/batch-stop`. An accepted order is not a stopped task: that is what reading it
    /// shows, by `TERMINATED`. A task that refuses is a failure of its own, beside others that accept. Ids given twice are
    /// sent once. No page says how many one call takes.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/BatchStopMigrationTasks.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, read the tasks before you stop them again.
    pub async fn stop_many<I: AsRef<str>>(
        &self,
        task_ids: &[I],
    ) -> Result<Response<Vec<TaskResult>>> {
        let operation = &operations::BATCH_STOP_MIGRATION_TASKS;
        let body = BatchStopMigrationTasksBody::new(batch::ids(operation, task_ids)?);
        let (api, project_id) = self.api_for(operation).await?;
        let answer = api.batch_stop_migration_tasks(project_id, &body).await?;
        Ok(batch::results(
            operation,
            body.migration_tasks,
            answer,
            |body| body.migration_tasks,
        ))
    }

    /// Deletes tasks and returns the ids that the service answers with.
    ///
    /// `DELETE /v2/{project_id}/migration-tasks/delete`, with the ids in the body. For an id that does not exist nothing
    /// is done, and that is no failure: so the page says, and so it is the one call besides those that read that is
    /// repeated after an ambiguous failure.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/DeleteMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, deleting them again does no harm.
    pub async fn delete<I: AsRef<str>>(&self, task_ids: &[I]) -> Result<Response<Vec<String>>> {
        let operation = &operations::DELETE_MIGRATION_TASK;
        let body = DeleteMigrateTaskRequest::new(batch::ids(operation, task_ids)?);
        let (api, project_id) = self.api_for(operation).await?;
        let answer = api.delete_migration_task(project_id, &body).await?;
        Ok(answer.map(|body| body.task_id_list.unwrap_or_default()))
    }
}
