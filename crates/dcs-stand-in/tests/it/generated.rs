//! A caller with the generated client, which decodes the responses.

use dcs_stand_in::StandIn;
use huaweicloud_core::{Client as Core, Credentials, Error, Response, RetryConfig, Service};
use huaweicloud_dcs_api::{Client, types};
use huaweicloud_iam as iam;

use crate::client::{PROJECT, TASK, TOKEN};

pub(crate) const SOURCE: &str = "10.20.0.15:6379";
pub(crate) const TARGET_ID: &str = "c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7";

/// The result of a call, or the status and the code of its refusal.
pub(crate) type Answered<T> = Result<T, (u16, String)>;

static SERVICE: Service = Service {
    name: "the stand-in",
    endpoint_variable: "STAND_IN_ENDPOINT",
    endpoint_of: |_| None,
    code_prefixes: &[],
    codes: &[],
    look_first: |_| "",
};

/// A caller with a token, or without one.
pub(crate) struct Caller<'a> {
    stand_in: &'a StandIn,
    token: Option<String>,
}

/// A caller with a good token.
pub(crate) fn caller(stand_in: &StandIn) -> Caller<'_> {
    caller_with(stand_in, Some(TOKEN))
}

pub(crate) fn caller_with<'a>(stand_in: &'a StandIn, token: Option<&str>) -> Caller<'a> {
    Caller {
        stand_in,
        token: token.map(Into::into),
    }
}

fn dcs<T>(result: Result<Response<T>, Error>) -> Answered<T> {
    result.map(Response::into_body).map_err(|error| {
        let status = error.status().expect("the stand-in answers");
        (status, error.code().unwrap_or_default().to_owned())
    })
}

impl Caller<'_> {
    fn core(&self) -> Core {
        let token = self.token.as_deref().unwrap_or("noneInvented");
        Core::builder(&SERVICE)
            .endpoint(self.stand_in.endpoint())
            .credentials(Credentials::token(token))
            .retry(RetryConfig::disabled())
            .build()
            .unwrap()
    }

    fn client(&self) -> Client {
        Client::new(self.core())
    }

    fn iam(&self) -> iam::Client {
        iam::Client::new(self.core())
    }

    pub(crate) async fn create_import(
        &self,
        body: &types::CreateMigrationTaskBody,
    ) -> Answered<types::CreateMigrationTaskResponse> {
        let client = self.client();
        dcs(client.create_migration_task(PROJECT, body).await)
    }

    /// Returns the task and the job that creates it.
    pub(crate) async fn create_online(&self, name: &str) -> Answered<(String, String)> {
        let ids = ("groupInvented", "subnetInvented", "vpcInvented");
        let body = types::CreateOnlineMigrationTaskBody::new(name, ids.0, ids.1, ids.2)
            .with_description("move to 6.0");
        let client = self.client();
        let created = dcs(client.create_online_migration_task(PROJECT, &body).await)?;
        Ok((created.instance_id.unwrap(), created.job_id.unwrap()))
    }

    pub(crate) async fn configure(
        &self,
        id: &str,
        migration_method: types::MigrationMethod,
    ) -> Answered<types::SetOnlineMigrationTaskResponse> {
        let end = types::ConfigMigrationInstanceBody::default;
        let body = types::SetOnlineMigrationTaskBody::new(
            migration_method,
            types::ResumeMode::Auto,
            end().with_addrs(SOURCE).with_password("pwInvented"),
            end().with_id(TARGET_ID),
        )
        .with_bandwidth_limit_mb(123);
        self.configure_with(id, &body).await
    }

    pub(crate) async fn configure_with(
        &self,
        id: &str,
        body: &types::SetOnlineMigrationTaskBody,
    ) -> Answered<types::SetOnlineMigrationTaskResponse> {
        let client = self.client();
        dcs(client.set_online_migration_task(PROJECT, id, body).await)
    }

    pub(crate) async fn update(&self, id: &str, mode: types::ResumeMode) -> Answered<()> {
        let body = types::MigrationUpdateRequestEntity::default().with_resume_mode(mode);
        let client = self.client();
        dcs(client.update_migration_task(PROJECT, id, &body).await)
    }

    pub(crate) async fn list(
        &self,
        (limit, offset): (Option<u32>, Option<u32>),
        name: Option<&str>,
    ) -> Answered<types::ListMigrationTaskResponse> {
        let client = self.client();
        dcs(client
            .list_migration_task(PROJECT, limit, name, offset)
            .await)
    }

    pub(crate) async fn show(&self, id: &str) -> Answered<types::MigrationTaskDetail> {
        let client = self.client();
        dcs(client.show_migration_task(PROJECT, id).await)
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.show(id).await.unwrap().status.unwrap().to_string()
    }

    pub(crate) async fn stats(&self, id: &str) -> Answered<types::ShowMigrationTaskStatsResponse> {
        let client = self.client();
        dcs(client.show_migration_task_stats(PROJECT, id).await)
    }

    pub(crate) async fn logs(
        &self,
        id: &str,
        (limit, offset): (Option<u32>, Option<u32>),
        level: Option<&str>,
    ) -> Answered<types::ListMigrationTaskLogsResponse> {
        let client = self.client();
        dcs(client
            .list_migration_task_logs(PROJECT, id, limit, level, offset)
            .await)
    }

    pub(crate) async fn stop(&self, id: &str) -> Answered<types::MigrationTaskDetail> {
        let client = self.client();
        dcs(client.stop_migration_task(PROJECT, id).await)
    }

    pub(crate) async fn stop_sync(&self, id: &str) -> Answered<()> {
        let client = self.client();
        dcs(client.stop_migration_task_sync(PROJECT, id).await)
    }

    /// Returns each task with `success` or with the code of its refusal.
    pub(crate) async fn batch_stop(&self, ids: &[&str]) -> Answered<Vec<(String, String)>> {
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let body = types::BatchStopMigrationTasksBody::new(ids);
        let client = self.client();
        let answer = dcs(client.batch_stop_migration_tasks(PROJECT, &body).await)?;
        Ok(results(answer.migration_tasks))
    }

    pub(crate) async fn batch_restart(&self, ids: &[&str]) -> Answered<Vec<(String, String)>> {
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let body = types::BatchRestartOnlineMigrationTasksBody::new(ids);
        let client = self.client();
        let answer = dcs(client
            .batch_restart_online_migration_tasks(PROJECT, &body)
            .await)?;
        Ok(results(answer.migration_tasks))
    }

    pub(crate) async fn delete(&self, ids: &[&str]) -> Answered<Vec<String>> {
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let body = types::DeleteMigrateTaskRequest::new(ids);
        let client = self.client();
        let answer = dcs(client.delete_migration_task(PROJECT, &body).await)?;
        Ok(answer.task_id_list.unwrap())
    }

    pub(crate) async fn exchange_ip(&self, id: &str) -> Answered<()> {
        let body = types::IpExchangeRequest::default()
            .with_exchanged_ip(["10.20.0.15".to_owned()])
            .with_is_exchange_domain(true);
        let client = self.client();
        dcs(client.exchange_instance_ip(PROJECT, id, &body).await)
    }

    pub(crate) async fn roll_back_ip(&self, id: &str) -> Answered<()> {
        let client = self.client();
        dcs(client.rollback_exchange_instance_ip(PROJECT, id).await)
    }

    pub(crate) async fn job(&self, id: &str) -> Answered<types::ShowJobInfoResponse> {
        let client = self.client();
        dcs(client.show_job_info(PROJECT, id).await)
    }

    pub(crate) async fn projects(&self, name: Option<&str>) -> Vec<iam::types::Project> {
        let client = self.iam();
        let listed = client.keystone_list_projects(None, None, name, None, None, None);
        listed.await.unwrap().into_body().projects.unwrap()
    }

    /// Returns the token and its details, or the status and the message of the refusal.
    pub(crate) async fn token(
        &self,
        request: &iam::types::TokenRequest,
    ) -> Answered<(String, iam::types::TokenDetail)> {
        let client = self.iam();
        let answer = client.keystone_create_user_token_by_password(Some("true"), request);
        match answer.await {
            Ok(answer) => {
                assert_eq!(answer.status(), 201);
                let token = answer.headers()["x-subject-token"].to_str().unwrap();
                Ok((token.to_owned(), answer.into_body().token.unwrap()))
            }
            Err(error) => {
                let status = error.status().unwrap();
                // IAM uses the header X-IAM-Trace-Id.
                assert!(error.request_id().is_some());
                assert_eq!(error.code(), Some(&*status.to_string()));
                Err((status, error.message().unwrap().to_owned()))
            }
        }
    }
}

fn results(tasks: Option<Vec<types::MigrationTaskResult>>) -> Vec<(String, String)> {
    let result = |task: types::MigrationTaskResult| {
        let result = match task.result.as_deref() {
            Some("failed") => task.error_code,
            other => other.map(Into::into),
        };
        (task.task_id.unwrap(), result.unwrap())
    };
    tasks.unwrap().into_iter().map(result).collect()
}

/// A task ID other than [`TASK`].
pub(crate) fn other(number: usize) -> String {
    assert!(!TASK.starts_with('0'));
    format!("{number:032x}")
}
