//! Calls that only read: tasks, their progress, their logs, jobs.

use futures_util::Stream;
use huaweicloud_core::{Page, Response, Result, items};
use huaweicloud_dcs_api::operations;

use super::MigrationClient;
use super::queries::{LogQuery, MOST_TASKS, TaskQuery};
use crate::types;

/// How many log entries [`MigrationClient::logs_all`] asks for at once.
const LOGS_A_PAGE: u32 = 100;

impl MigrationClient {
    /// Reads a task: its status, its source and target, its settings. It never holds a password.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}`. [Retried](Self#retries) like every read.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// let task = client.show(task_id).await?.into_body();
    /// println!("{:?}: {:?}", task.task_name, task.status);
    /// # Ok(()) }
    /// ```
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html).
    pub async fn show(&self, task_id: &str) -> Result<Response<types::MigrationTaskDetail>> {
        let operation = &operations::SHOW_MIGRATION_TASK;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.show_migration_task(project_id, task_id).await
    }

    /// Reads the progress of an online task: the percentage of the full copy, then `offset`, the lag. The lag is 0 when the
    /// target has all writes. [`lag`](crate::lag) reads it as a number.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}/stats`. The vendor documentation declares the numbers as strings and
    /// shows numbers; both are read.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// println!("lag {:?}", client.stats(task_id).await?.body().offset);
    /// # Ok(()) }
    /// ```
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTaskStats.html).
    pub async fn stats(
        &self,
        task_id: &str,
    ) -> Result<Response<types::ShowMigrationTaskStatsResponse>> {
        let operation = &operations::SHOW_MIGRATION_TASK_STATS;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        api.show_migration_task_stats(project_id, task_id).await
    }

    /// Reads one page of the project's tasks, as the service sends it. [`list_all`](Self::list_all) reads all pages.
    ///
    /// `GET /v2/{project_id}/migration-tasks`. The vendor documentation does not say whether `count` counts all tasks or
    /// those of the page.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let query = huaweicloud_dcs::TaskQuery::default().with_limit(50);
    /// let page = client.list(&query).await?.into_body();
    /// # Ok(()) }
    /// ```
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/ListMigrationTask.html).
    pub async fn list(
        &self,
        query: &TaskQuery,
    ) -> Result<Response<types::ListMigrationTaskResponse>> {
        let (api, project_id) = self.api_for(&operations::LIST_MIGRATION_TASK, []).await?;
        api.list_migration_task(project_id, query.limit, query.name.as_deref(), query.offset)
            .await
    }

    /// Streams all matching tasks, and reads each page when the stream gets to it. It begins at the query's offset. The
    /// query's limit is the size of a page, 1000 if none is set.
    ///
    /// The API has no snapshot: if a task is created or deleted meanwhile, another task may come twice or not at all.
    /// If a page's `count` exceeds its tasks, the stream ends after `count` tasks. Otherwise it ends after a page that
    /// is not full.
    ///
    /// ```no_run
    /// # async fn example(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let tasks: Vec<_> = client.list_all(Default::default()).try_collect().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The stream ends after its first error: one of [`list`](Self::list), or [`Decode`](crate::ErrorKind::Decode) if a page
    /// holds only tasks that were listed before, or after 500,000 different tasks.
    pub fn list_all(
        &self,
        query: TaskQuery,
    ) -> impl Stream<Item = Result<types::MigrationTaskList>> + Unpin + Send + use<> {
        let client = self.clone();
        let offset = query.offset.unwrap_or(0);
        let limit = query.limit.unwrap_or(MOST_TASKS);
        let id: fn(&types::MigrationTaskList) -> Option<&str> = |task| task.task_id.as_deref();
        let page = move |offset| {
            let client = client.clone();
            let query = query.clone().with_offset(offset).with_limit(limit);
            async move {
                let page = client.list(&query).await?.into_body();
                Ok(Page::new(page.migration_tasks, page.count))
            }
        };
        items(&operations::LIST_MIGRATION_TASK, offset, limit, id, page)
    }

    /// Reads one page of a task's log, as the service sends it. [`logs_all`](Self::logs_all) reads all pages.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}/logs`. The vendor documentation does not say in which order the
    /// entries come.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// let query = huaweicloud_dcs::LogQuery::default().with_level("ERROR");
    /// let page = client.logs(task_id, &query).await?.into_body();
    /// # Ok(()) }
    /// ```
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/ListMigrationTaskLogs.html).
    pub async fn logs(
        &self,
        task_id: &str,
        query: &LogQuery,
    ) -> Result<Response<types::ListMigrationTaskLogsResponse>> {
        let operation = &operations::LIST_MIGRATION_TASK_LOGS;
        let (api, project_id) = self.api_for_task(operation, task_id).await?;
        let level = query.level.as_deref();
        api.list_migration_task_logs(project_id, task_id, query.limit, level, query.offset)
            .await
    }

    /// Streams the matching entries of a task's log, page by page, as [`list_all`](Self::list_all) does for tasks. A
    /// page has 100 entries if the query sets no limit; `log_num` is its count.
    ///
    /// ```no_run
    /// # async fn example(client: huaweicloud_dcs::MigrationClient, task_id: &str) -> huaweicloud_dcs::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let entries: Vec<_> = client.logs_all(task_id, Default::default()).try_collect().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The stream ends after its first error: one of [`logs`](Self::logs), or [`Decode`](crate::ErrorKind::Decode) if a page
    /// holds only entries that were listed before, or after 500,000 different entries. Entries have no ID: two are the same
    /// if all their members are.
    pub fn logs_all(
        &self,
        task_id: &str,
        query: LogQuery,
    ) -> impl Stream<Item = Result<types::MigrationLog>> + Unpin + Send + use<> {
        let (client, task_id) = (self.clone(), task_id.to_owned());
        let offset = query.offset.unwrap_or(0);
        let limit = query.limit.unwrap_or(LOGS_A_PAGE);
        let page = move |offset| {
            let (client, task_id) = (client.clone(), task_id.clone());
            let query = query.clone().with_offset(offset).with_limit(limit);
            async move {
                let page = client.logs(&task_id, &query).await?.into_body();
                Ok(Page::new(page.migration_logs, page.log_num))
            }
        };
        let operation = &operations::LIST_MIGRATION_TASK_LOGS;
        items(operation, offset, limit, |_| None, page)
    }

    /// Reads a background job, such as the one that creates an online task: [`create_online`](Self::create_online) returns
    /// its `job_id`. [`wait_for_job`](Self::wait_for_job) waits for its end.
    ///
    /// `GET /v2/{project_id}/jobs/{job_id}`. The status is `INIT`, `RUNNING`, `SUCCESS` or `FAIL`.
    ///
    /// ```no_run
    /// # async fn example(client: &huaweicloud_dcs::MigrationClient, job_id: &str) -> huaweicloud_dcs::Result<()> {
    /// println!("{:?}", client.show_job(job_id).await?.body().status);
    /// # Ok(()) }
    /// ```
    ///
    /// [Errors](Self#errors). [Vendor documentation](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowJobInfo.html).
    pub async fn show_job(&self, job_id: &str) -> Result<Response<types::ShowJobInfoResponse>> {
        let ids = [("job_id", job_id)];
        let (api, project_id) = self.api_for(&operations::SHOW_JOB_INFO, ids).await?;
        api.show_job_info(project_id, job_id).await
    }
}
