//! Calls that only read: tasks, their progress, their logs, jobs. All are repeated after any failure that may pass.

use futures_util::Stream;
use huaweicloud_core::{Page, Response, Result, items};
use huaweicloud_dcs_api::operations;

use super::MigrationClient;
use super::queries::{LogQuery, MOST_TASKS, TaskQuery};
use crate::types;

impl MigrationClient {
    /// Reads a task: its status, its ends, its settings. Never a password.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}`. It is repeated after any failure that may pass; one attempt
    /// takes 30 s at most by default.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait); [`Error::is_not_found`](crate::Error::is_not_found) if there is no such task. It changes nothing, so
    /// that nothing can have been applied.
    pub async fn show(&self, task_id: &str) -> Result<Response<types::MigrationTaskDetail>> {
        let (api, project_id) = self
            .api_for_id(&operations::SHOW_MIGRATION_TASK, "task_id", task_id)
            .await?;
        api.show_migration_task(project_id, task_id).await
    }

    /// Reads how far an online migration is: percent of the full copy, then `offset`, the lag, which is 0 when source and
    /// target are level.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}/stats`. For online tasks alone. The numbers are declared as strings
    /// and sampled as numbers; both are read.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTaskStats.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). Nothing can have been applied.
    pub async fn stats(
        &self,
        task_id: &str,
    ) -> Result<Response<types::ShowMigrationTaskStatsResponse>> {
        let (api, project_id) = self
            .api_for_id(&operations::SHOW_MIGRATION_TASK_STATS, "task_id", task_id)
            .await?;
        api.show_migration_task_stats(project_id, task_id).await
    }

    /// Reads one page of the project's tasks, as the service sends it. [`list_all`](Self::list_all) turns the pages.
    ///
    /// `GET /v2/{project_id}/migration-tasks`. No page says whether `count` is that of all tasks or of the page's.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ListMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). Nothing can have been applied.
    pub async fn list(
        &self,
        query: &TaskQuery,
    ) -> Result<Response<types::ListMigrationTaskResponse>> {
        let (api, project_id) = self.api_for(&operations::LIST_MIGRATION_TASK).await?;
        api.list_migration_task(project_id, query.limit, query.name.as_deref(), query.offset)
            .await
    }

    /// Reads all tasks that match, page by page, as they are asked for. It begins at the query's offset; its limit is the
    /// size of a page, 1000 if none is set.
    ///
    /// A task that is created or deleted meanwhile may move another one across the edge of a page, so that it comes twice
    /// or not at all: the service knows no snapshot. The list ends where it reaches the `count` of a page, if that is more
    /// than the page has; else with a page that is not full.
    ///
    /// ```
    /// # async fn names(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// use futures_util::StreamExt as _;
    /// use huaweicloud_dcs::TaskQuery;
    ///
    /// let mut tasks = client.list_all(TaskQuery::default());
    /// while let Some(task) = tasks.next().await {
    ///     println!("{:?}", task?.task_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The stream ends after its first error, which is that of [`list`](Self::list), or
    /// [`Decode`](crate::ErrorKind::Decode) if every task of a page was listed before, by its ID, or after 500,000
    /// different tasks.
    pub fn list_all(
        &self,
        query: TaskQuery,
    ) -> impl Stream<Item = Result<types::MigrationTaskList>> + Unpin + Send + use<> {
        let client = self.clone();
        let limit = query.limit.unwrap_or(MOST_TASKS);
        let operation = &operations::LIST_MIGRATION_TASK;
        let id: fn(&types::MigrationTaskList) -> Option<&str> = |task| task.task_id.as_deref();
        items(
            operation,
            query.offset.unwrap_or(0),
            limit,
            id,
            move |offset| {
                let client = client.clone();
                let query = query.clone().with_offset(offset).with_limit(limit);
                async move {
                    let page = client.list(&query).await?.into_body();
                    Ok(Page::new(page.migration_tasks, page.count))
                }
            },
        )
    }

    /// Reads one page of a task's log, as the service sends it. [`logs_all`](Self::logs_all) turns the pages.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}/logs`. No page says in which order the entries come.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ListMigrationTaskLogs.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). Nothing can have been applied.
    pub async fn logs(
        &self,
        task_id: &str,
        query: &LogQuery,
    ) -> Result<Response<types::ListMigrationTaskLogsResponse>> {
        let (api, project_id) = self
            .api_for_id(&operations::LIST_MIGRATION_TASK_LOGS, "task_id", task_id)
            .await?;
        let level = query.level.as_deref();
        api.list_migration_task_logs(project_id, task_id, query.limit, level, query.offset)
            .await
    }

    /// Reads the entries of a task's log that match, page by page, as they are asked for. It begins at the query's offset;
    /// its limit is the size of a page, 100 if none is set. The list ends where it reaches the `log_num` of a page, if that
    /// is more than the page has; else with a page that is not full.
    ///
    /// # Errors
    ///
    /// The stream ends after its first error, which is that of [`logs`](Self::logs), or
    /// [`Decode`](crate::ErrorKind::Decode) if every entry of a page was listed before, or after 500,000 different
    /// entries. Entries have no ID: two are the same if all they hold is.
    pub fn logs_all(
        &self,
        task_id: &str,
        query: LogQuery,
    ) -> impl Stream<Item = Result<types::MigrationLog>> + Unpin + Send + use<> {
        let client = self.clone();
        let task_id = task_id.to_owned();
        let limit = query.limit.unwrap_or(100);
        let operation = &operations::LIST_MIGRATION_TASK_LOGS;
        let offset = query.offset.unwrap_or(0);
        items(
            operation,
            offset,
            limit,
            |_| None,
            move |offset| {
                let client = client.clone();
                let task_id = task_id.clone();
                let query = query.clone().with_offset(offset).with_limit(limit);
                async move {
                    let page = client.logs(&task_id, &query).await?.into_body();
                    Ok(Page::new(page.migration_logs, page.log_num))
                }
            },
        )
    }

    /// Reads a background job, such as the one that creates an online task: its `job_id` comes with
    /// [`create_online`](Self::create_online).
    ///
    /// `GET /v2/{project_id}/jobs/{job_id}`. Its status is `INIT`, `RUNNING`, `SUCCESS` or `FAIL`.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowJobInfo.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). Nothing can have been applied.
    pub async fn show_job(&self, job_id: &str) -> Result<Response<types::ShowJobInfoResponse>> {
        let (api, project_id) = self
            .api_for_id(&operations::SHOW_JOB_INFO, "job_id", job_id)
            .await?;
        api.show_job_info(project_id, job_id).await
    }
}
