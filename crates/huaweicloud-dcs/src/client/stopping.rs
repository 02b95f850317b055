//! Calls that end something: stop, stop many, delete.

use huaweicloud_core::{Response, Result};
use huaweicloud_dcs_api::operations;
use huaweicloud_dcs_api::types::{BatchStopMigrationTasksBody, DeleteMigrateTaskRequest};

use super::MigrationClient;
use super::batch::{self, TaskResult};
use crate::types;

impl MigrationClient {
    /// Stops the synchronization of a task. **Writes that have not reached the target are lost**:
    /// [`cut_over`](Self::cut_over) waits for them before it stops.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/sync-stop`. It returns when the service responds with 204. By
    /// the English vendor documentation, the synchronization has stopped then; by the Chinese original, it was "stopped
    /// synchronously". [`stop_sync_and_wait`](Self::stop_sync_and_wait) polls the task until that is confirmed. The API
    /// has no conditional stop.
    ///
    /// [Retried](Self#retries) only if the service did not act. The response may take as long as the stop; the limit is
    /// that of the whole call, 120 s by default.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// match client.stop_sync(task_id).await {
    ///     Err(error) if error.may_have_been_applied() => eprintln!("read the task first: {error}"),
    ///     stopped => println!("request {:?}", stopped?.request_id()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the task before you stop it again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/StopMigrationTaskSync.html).
    pub async fn stop_sync(&self, task_id: &str) -> Result<Response<()>> {
        let operation = &operations::STOP_MIGRATION_TASK_SYNC;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.stop_migration_task_sync(project_id, task_id).await
    }

    /// Asks the service to stop a task, and returns the task, usually `TERMINATING`.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/stop`. Stopping is asynchronous: poll until `TERMINATED`, for example
    /// with [`wait_until`](Self::wait_until).
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// use huaweicloud_dcs::{Condition, WaitConfig};
    ///
    /// client.stop(task_id).await?;
    /// client.wait_until(task_id, Condition::Stopped, WaitConfig::default()).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the task before you stop it again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/StopMigrationTask.html).
    pub async fn stop(&self, task_id: &str) -> Result<Response<types::MigrationTaskDetail>> {
        let operation = &operations::STOP_MIGRATION_TASK;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.stop_migration_task(project_id, task_id).await
    }

    /// Asks the service to stop several tasks, and returns a result for each. A refused task does not prevent the
    /// others from being stopped.
    ///
    /// `POST /v2/{project_id}/migration-task/batch-stop`. Stopping is asynchronous: poll each task until `TERMINATED`. An ID
    /// that is given twice is sent once. The vendor documentation does not say how many tasks one call takes.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, ids: &[&str]) -> huaweicloud_dcs::Result<()> {
    /// for task in client.stop_many(ids).await?.body() {
    ///     println!("{}: {:?}", task.task_id(), task.result());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the tasks before you stop them again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/BatchStopMigrationTasks.html).
    pub async fn stop_many<I: AsRef<str>>(
        &self,
        task_ids: &[I],
    ) -> Result<Response<Vec<TaskResult>>> {
        let operation = &operations::BATCH_STOP_MIGRATION_TASKS;
        let body = BatchStopMigrationTasksBody::new(batch::ids(operation, task_ids)?);
        let (api, project_id) = self.api_for(operation, []).await?;
        let response = api.batch_stop_migration_tasks(project_id, &body).await?;
        let response = response.map(|body| body.migration_tasks);
        Ok(batch::results(operation, body.migration_tasks, response))
    }

    /// Deletes tasks, and returns the IDs that the service responds with.
    ///
    /// `DELETE /v2/{project_id}/migration-tasks/delete`, with the IDs in the body. By the vendor documentation, an ID
    /// that does not exist is ignored. So this call is [retried](Self#retries) even if it may have been applied.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, ids: &[&str]) -> huaweicloud_dcs::Result<()> {
    /// println!("deleted {:?}", client.delete(ids).await?.body());
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, delete the tasks again: that does no harm.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/DeleteMigrationTask.html).
    pub async fn delete<I: AsRef<str>>(&self, task_ids: &[I]) -> Result<Response<Vec<String>>> {
        let operation = &operations::DELETE_MIGRATION_TASK;
        let body = DeleteMigrateTaskRequest::new(batch::ids(operation, task_ids)?);
        let (api, project_id) = self.api_for(operation, []).await?;
        let response = api.delete_migration_task(project_id, &body).await?;
        Ok(response.map(|body| body.task_id_list.unwrap_or_default()))
    }
}
