//! Calls that begin something: create, configure, update, restart.

use huaweicloud_core::{Error, Response, Result};
use huaweicloud_dcs_api::operations;
use huaweicloud_dcs_api::types::{
    BatchRestartOnlineMigrationTasksBody, MigrationUpdateRequestEntity,
};

use super::MigrationClient;
use super::batch::{self, TaskResult};
use crate::types;

impl MigrationClient {
    /// How many tasks [`restart_many`](Self::restart_many) takes, by the newest vendor documentation.
    pub const MOST_RESTARTED: usize = 50;

    /// Begins to import backup files into an instance, and returns the task's ID. The status goes from `MIGRATING` to
    /// `SUCCESS` or `FAILED`.
    ///
    /// `POST /v2/{project_id}/migration-task`. Use [`create_online`](Self::create_online) for an online task.
    ///
    /// ```no_run
    /// use huaweicloud_dcs::types::{
    ///     BackupFilesBody, CreateMigrationTaskBody, FileSource, MigrationMethod, MigrationType, TargetInstanceBody,
    /// };
    ///
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, backup_id: &str) -> huaweicloud_dcs::Result<()> {
    /// let (method, kind) = (MigrationMethod::FullAmountMigration, MigrationType::BackupfileImport);
    /// let target = TargetInstanceBody::new("c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7").with_password("invented");
    /// let backup = BackupFilesBody::new(FileSource::BackupRecord).with_backup_id(backup_id);
    /// let task = CreateMigrationTaskBody::new(method, kind, target, "seed-import").with_backup_files(backup);
    /// client.create_import(&task).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, look for the name with [`list`](Self::list)
    /// before you create the task again: the service accepts a name twice.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/CreateMigrationTask.html).
    pub async fn create_import(
        &self,
        task: &types::CreateMigrationTaskBody,
    ) -> Result<Response<types::CreateMigrationTaskResponse>> {
        let (api, project_id) = self.api_for(&operations::CREATE_MIGRATION_TASK, []).await?;
        api.create_migration_task(project_id, task).await
    }

    /// Begins to create an online task: the machine that will copy the data. Nothing is copied before
    /// [`configure`](Self::configure).
    ///
    /// `POST /v2/{project_id}/migration/instance`. The response's `instance_id` is the task's ID. Its `job_id`, which
    /// the vendor documentation does not mention, is the job that creates the task. When the job has ended, the task is
    /// `RUNNING`: it waits to be configured.
    ///
    /// ```no_run
    /// # use huaweicloud_dcs::{MigrationClient, WaitConfig, types::CreateOnlineMigrationTaskBody};
    /// # async fn example(client: &MigrationClient, task: CreateOnlineMigrationTaskBody) -> huaweicloud_dcs::Result<()> {
    /// let created = client.create_online(&task).await?.into_body();
    /// if let Some(job_id) = created.job_id {
    ///     client.wait_for_job(&job_id, WaitConfig::default()).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, look for the name with [`list`](Self::list)
    /// before you create the task again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/CreateOnlineMigrationTask.html).
    pub async fn create_online(
        &self,
        task: &types::CreateOnlineMigrationTaskBody,
    ) -> Result<Response<types::CreateOnlineMigrationTaskResponse>> {
        let operation = &operations::CREATE_ONLINE_MIGRATION_TASK;
        let (api, project_id) = self.api_for(operation, []).await?;
        api.create_online_migration_task(project_id, task).await
    }

    /// Sets source and target of an online task, and starts to copy. The status goes from `FULLMIGRATING` to `SUCCESS` or,
    /// for `incremental_migration`, to `INCRMIGEATING` until somebody stops the task.
    ///
    /// `POST /v2/{project_id}/migration/{task_id}/task`. The task must wait to be configured (`RUNNING`).
    ///
    /// ```no_run
    /// # use huaweicloud_dcs::{MigrationClient, types::SetOnlineMigrationTaskBody};
    /// # async fn example(client: &MigrationClient, settings: SetOnlineMigrationTaskBody) -> huaweicloud_dcs::Result<()> {
    /// client.configure("6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31", &settings).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the task before you configure it again.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/SetOnlineMigrationTask.html).
    pub async fn configure(
        &self,
        task_id: &str,
        settings: &types::SetOnlineMigrationTaskBody,
    ) -> Result<Response<types::SetOnlineMigrationTaskResponse>> {
        let operation = &operations::SET_ONLINE_MIGRATION_TASK;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.set_online_migration_task(project_id, task_id, settings)
            .await
    }

    /// Sets what an online task does after a network failure.
    ///
    /// `PUT /v2/{project_id}/migration-task/{task_id}`. The vendor documentation does not say what the response holds, so
    /// its body is not read.
    ///
    /// ```no_run
    /// # use huaweicloud_dcs::{MigrationClient, types::ResumeMode};
    /// # async fn example(client: &MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// client.update(task_id, ResumeMode::Auto).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the task: its `resume_mode` shows it.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/UpdateMigrationTask.html).
    pub async fn update(
        &self,
        task_id: &str,
        resume_mode: types::ResumeMode,
    ) -> Result<Response<()>> {
        let operation = &operations::UPDATE_MIGRATION_TASK;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        let change = MigrationUpdateRequestEntity::default().with_resume_mode(resume_mode);
        api.update_migration_task(project_id, task_id, &change)
            .await
    }

    /// Restarts online tasks that were stopped or have failed, 50 at most, and returns a result for each. They copy all
    /// data again.
    ///
    /// `POST /v2/{project_id}/migration-tasks/batch-restart`. A refused task does not prevent the others from being
    /// restarted. An ID that is given twice is sent once.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, ids: &[&str]) -> huaweicloud_dcs::Result<()> {
    /// for task in client.restart_many(ids).await?.into_body() {
    ///     task.into_result()?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// **May it have been applied?** If so, read the tasks: their status shows it.
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/BatchRestartOnlineMigrationTasks.html).
    pub async fn restart_many<I: AsRef<str>>(
        &self,
        task_ids: &[I],
    ) -> Result<Response<Vec<TaskResult>>> {
        let operation = &operations::BATCH_RESTART_ONLINE_MIGRATION_TASKS;
        let ids = batch::ids(operation, task_ids)?;
        let (count, most) = (ids.len(), Self::MOST_RESTARTED);
        if count > most {
            let message = format!("{count} tasks are more than one call takes: {most} at most");
            return Err(Error::refused(operation.id, &message));
        }
        let body = BatchRestartOnlineMigrationTasksBody::new(ids);
        let (api, project_id) = self.api_for(operation, []).await?;
        let response = api.batch_restart_online_migration_tasks(project_id, &body);
        let response = response.await?.map(|body| body.migration_tasks);
        Ok(batch::results(operation, body.migration_tasks, response))
    }
}
