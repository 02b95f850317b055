//! Calls that begin something: create, configure, change, restart. None is repeated once it may have reached the service.

use huaweicloud_core::{Error, Response, Result};
use huaweicloud_dcs_api::operations;
use huaweicloud_dcs_api::types::{
    BatchRestartOnlineMigrationTasksBody, MigrationUpdateRequestEntity,
};

use super::MigrationClient;
use super::batch::{self, TaskResult};
use crate::types;

impl MigrationClient {
    /// How many tasks [`restart_many`](Self::restart_many) takes, by the newest page.
    pub const MOST_RESTARTED: usize = 50;

    /// Begins to import backup files into an instance. The answer holds the task's id; its status goes from `MIGRATING`
    /// to `SUCCESS` or `FAILED`.
    ///
    /// `POST /v2/{project_id}/migration-task`. Online tasks are made by [`create_online`](Self::create_online).
    ///
    /// ```
    /// use huaweicloud_dcs::types::{
    ///     BackupFilesBody, CreateMigrationTaskBody, FileSource, MigrationMethod, MigrationType, TargetInstanceBody,
    /// };
    ///
    /// let backup = BackupFilesBody::new(FileSource::BackupRecord)
    ///     .with_backup_id("9d5c63ab-2f0e-4b58-9e1c-7a3d0f4b8e62");
    /// let target = TargetInstanceBody::new("c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7").with_password("invented");
    /// let import = CreateMigrationTaskBody::new(
    ///     MigrationMethod::FullAmountMigration,
    ///     MigrationType::BackupfileImport,
    ///     target,
    ///     "seed-import",
    /// )
    /// .with_backup_files(backup);
    /// # let _ = import;
    /// ```
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/CreateMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, look for the name with [`list`](Self::list) before you create it again; the service takes a name twice.
    pub async fn create_import(
        &self,
        task: &types::CreateMigrationTaskBody,
    ) -> Result<Response<types::CreateMigrationTaskResponse>> {
        let (api, project_id) = self.api_for(&operations::CREATE_MIGRATION_TASK).await?;
        api.create_migration_task(project_id, task).await
    }

    /// Begins to create an online task: the machine that will migrate. Nothing is copied before
    /// [`configure`](Self::configure).
    ///
    /// `POST /v2/{project_id}/migration/instance`. In the answer `instance_id` is the task's id. `job_id`, which the pages
    /// do not know, is the job that creates it: see [`show_job`](Self::show_job). When it has ended, the task is `RUNNING`,
    /// which means that it waits to be configured.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/CreateOnlineMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, look for the name with [`list`](Self::list) before you create it again.
    pub async fn create_online(
        &self,
        task: &types::CreateOnlineMigrationTaskBody,
    ) -> Result<Response<types::CreateOnlineMigrationTaskResponse>> {
        let (api, project_id) = self
            .api_for(&operations::CREATE_ONLINE_MIGRATION_TASK)
            .await?;
        api.create_online_migration_task(project_id, task).await
    }

    /// Sets both ends of an online task, and starts to copy: `FULLMIGRATING`, then `SUCCESS` or, for
    /// `incremental_migration`, `INCRMIGEATING` until somebody stops it.
    ///
    /// `POST /v2/{project_id}/migration/{task_id}/task`. The task must wait for it (`RUNNING`).
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/SetOnlineMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): where that is
    /// true, read the task before you configure it again.
    pub async fn configure(
        &self,
        task_id: &str,
        settings: &types::SetOnlineMigrationTaskBody,
    ) -> Result<Response<types::SetOnlineMigrationTaskResponse>> {
        let (api, project_id) = self
            .api_for_id(&operations::SET_ONLINE_MIGRATION_TASK, "task_id", task_id)
            .await?;
        api.set_online_migration_task(project_id, task_id, settings)
            .await
    }

    /// Sets what an online task does after a fault of the network.
    ///
    /// `PUT /v2/{project_id}/migration-task/{task_id}`. No page says what the answer holds, so that it is not read.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/UpdateMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): reading
    /// the task shows its `resume_mode`.
    pub async fn update(
        &self,
        task_id: &str,
        resume_mode: types::ResumeMode,
    ) -> Result<Response<()>> {
        let (api, project_id) = self
            .api_for_id(&operations::UPDATE_MIGRATION_TASK, "task_id", task_id)
            .await?;
        let change = MigrationUpdateRequestEntity::default().with_resume_mode(resume_mode);
        api.update_migration_task(project_id, task_id, &change)
            .await
    }

    /// Restarts online tasks that were stopped or have failed, 50 at most: they copy everything anew.
    ///
    /// `POST /v2/{project_id}/migration-tasks/batch-restart`. A task that cannot be restarted is a failure of its own,
    /// beside others that can. Ids given twice are sent once.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/BatchRestartOnlineMigrationTasks.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied): reading
    /// the tasks shows their status.
    pub async fn restart_many<I: AsRef<str>>(
        &self,
        task_ids: &[I],
    ) -> Result<Response<Vec<TaskResult>>> {
        let operation = &operations::BATCH_RESTART_ONLINE_MIGRATION_TASKS;
        let ids = batch::ids(operation, task_ids)?;
        if ids.len() > Self::MOST_RESTARTED {
            let count = ids.len();
            let most = Self::MOST_RESTARTED;
            let message = format!("{count} tasks are more than one call takes: {most} at most");
            return Err(Error::refused(operation.id, &message));
        }
        let body = BatchRestartOnlineMigrationTasksBody::new(ids);
        let (api, project_id) = self.api_for(operation).await?;
        let answer = api
            .batch_restart_online_migration_tasks(project_id, &body)
            .await?;
        Ok(batch::results(
            operation,
            body.migration_tasks,
            answer,
            |body| body.migration_tasks,
        ))
    }
}
