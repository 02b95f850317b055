//! The generated client, which decodes what the stand-in answers.

use std::{future::Future, pin::Pin, sync::Arc};

use dcs_stand_in::{StandIn, iam_operations, operations};
use huaweicloud_dcs_api::{Call, Error, Exchange, Operation, iam, migration, migration::types};
use reqwest::{Request, Response, header::HeaderValue};

use crate::client::{PROJECT, TASK, TOKEN};

pub(crate) const SOURCE: &str = "10.20.0.15:6379";
pub(crate) const TARGET_ID: &str = "c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7";

/// What a call came to, or the status and code that it was refused with.
pub(crate) type Answered<T> = Result<T, (u16, String)>;

/// Sends each request once, with a token if there is one.
#[derive(Debug)]
struct Once {
    http: reqwest::Client,
    token: Option<String>,
}

impl Exchange for Once {
    fn exchange<'a>(
        &'a self,
        mut request: Request,
        _: &'static Operation,
    ) -> Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send + 'a>> {
        if let Some(token) = &self.token {
            let token = HeaderValue::from_str(token).unwrap();
            request.headers_mut().insert("x-auth-token", token);
        }
        Box::pin(self.http.execute(request))
    }
}

/// A caller with a token, or without one.
pub(crate) struct Caller<'a> {
    stand_in: &'a StandIn,
    token: Option<String>,
}

/// A caller who is let in.
pub(crate) fn caller(stand_in: &StandIn) -> Caller<'_> {
    caller_with(stand_in, Some(TOKEN))
}

pub(crate) fn caller_with<'a>(stand_in: &'a StandIn, token: Option<&str>) -> Caller<'a> {
    Caller {
        stand_in,
        token: token.map(Into::into),
    }
}

fn dcs<T>(
    result: Result<huaweicloud_dcs_api::ResponseValue<T>, Error<types::ErrorResponse>>,
) -> Answered<T> {
    result
        .map(huaweicloud_dcs_api::ResponseValue::into_inner)
        .map_err(|error| match error {
            Error::ErrorResponse(refusal) => {
                let status = refusal.status().as_u16();
                (status, refusal.into_inner().error_code.unwrap_or_default())
            }
            other => panic!("{other:?}"),
        })
}

fn http_client() -> reqwest::Client {
    // In a build of the whole workspace reqwest wants a cryptography provider, even for plain HTTP. A second one is refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

impl Caller<'_> {
    fn call(&self, operation: &'static Operation, http: &reqwest::Client) -> Call {
        let once = Once {
            http: http.clone(),
            token: self.token.clone(),
        };
        Call::new(operation, Arc::new(once))
    }

    fn client(&self, operation: &'static Operation) -> migration::Client {
        let http = http_client();
        let call = self.call(operation, &http);
        migration::Client::new_with_client(self.stand_in.endpoint(), http, call)
    }

    fn iam(&self, operation: &'static Operation) -> iam::Client {
        let http = http_client();
        let call = self.call(operation, &http);
        iam::Client::new_with_client(self.stand_in.endpoint(), http, call)
    }

    pub(crate) async fn create_import(
        &self,
        body: &types::CreateMigrationTaskBody,
    ) -> Answered<types::CreateMigrationTaskResponse> {
        let client = self.client(&operations::CREATE_MIGRATION_TASK);
        dcs(client.create_migration_task(PROJECT, body).await)
    }

    /// The task and the job that creates it.
    pub(crate) async fn create_online(&self, name: &str) -> Answered<(String, String)> {
        let body = types::CreateOnlineMigrationTaskBody {
            name: name.into(),
            description: Some("move to 6.0".into()),
            vpc_id: "vpcInvented".into(),
            subnet_id: "subnetInvented".into(),
            security_group_id: "groupInvented".into(),
        };
        let client = self.client(&operations::CREATE_ONLINE_MIGRATION_TASK);
        let created = dcs(client.create_online_migration_task(PROJECT, &body).await)?;
        Ok((created.instance_id.unwrap(), created.job_id.unwrap()))
    }

    pub(crate) async fn configure(
        &self,
        id: &str,
        migration_method: types::MigrationMethod,
    ) -> Answered<types::SetOnlineMigrationTaskResponse> {
        let body = types::SetOnlineMigrationTaskBody {
            bandwidth_limit_mb: Some(123.into()),
            migration_method,
            resume_mode: types::ResumeMode::Auto,
            source_instance: types::ConfigMigrationInstanceBody {
                addrs: Some(SOURCE.into()),
                password: Some("pwInvented".into()),
                ..Default::default()
            },
            target_instance: types::ConfigMigrationInstanceBody {
                id: Some(TARGET_ID.into()),
                ..Default::default()
            },
        };
        let client = self.client(&operations::SET_ONLINE_MIGRATION_TASK);
        dcs(client.set_online_migration_task(PROJECT, id, &body).await)
    }

    pub(crate) async fn update(&self, id: &str, mode: types::ResumeMode) -> Answered<()> {
        let body = types::MigrationUpdateRequestEntity {
            resume_mode: Some(mode),
        };
        let client = self.client(&operations::UPDATE_MIGRATION_TASK);
        dcs(client.update_migration_task(PROJECT, id, &body).await)
    }

    pub(crate) async fn list(
        &self,
        (limit, offset): (Option<u32>, Option<u32>),
        name: Option<&str>,
    ) -> Answered<types::ListMigrationTaskResponse> {
        let client = self.client(&operations::LIST_MIGRATION_TASK);
        dcs(client
            .list_migration_task(PROJECT, limit, name, offset)
            .await)
    }

    pub(crate) async fn show(&self, id: &str) -> Answered<types::MigrationTaskDetail> {
        let client = self.client(&operations::SHOW_MIGRATION_TASK);
        dcs(client.show_migration_task(PROJECT, id).await)
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.show(id).await.unwrap().status.unwrap().to_string()
    }

    pub(crate) async fn stats(&self, id: &str) -> Answered<types::ShowMigrationTaskStatsResponse> {
        let client = self.client(&operations::SHOW_MIGRATION_TASK_STATS);
        dcs(client.show_migration_task_stats(PROJECT, id).await)
    }

    pub(crate) async fn logs(
        &self,
        id: &str,
        (limit, offset): (Option<u32>, Option<u32>),
        level: Option<&str>,
    ) -> Answered<types::ListMigrationTaskLogsResponse> {
        let client = self.client(&operations::LIST_MIGRATION_TASK_LOGS);
        dcs(client
            .list_migration_task_logs(PROJECT, id, limit, level, offset)
            .await)
    }

    pub(crate) async fn stop(&self, id: &str) -> Answered<types::MigrationTaskDetail> {
        let client = self.client(&operations::STOP_MIGRATION_TASK);
        dcs(client.stop_migration_task(PROJECT, id).await)
    }

    pub(crate) async fn stop_sync(&self, id: &str) -> Answered<()> {
        let client = self.client(&operations::STOP_MIGRATION_TASK_SYNC);
        dcs(client.stop_migration_task_sync(PROJECT, id).await)
    }

    /// Each task with `success` or with the code that it was refused with.
    pub(crate) async fn batch_stop(&self, ids: &[&str]) -> Answered<Vec<(String, String)>> {
        let body = types::BatchStopMigrationTasksBody {
            migration_tasks: ids.iter().map(ToString::to_string).collect(),
        };
        let client = self.client(&operations::BATCH_STOP_MIGRATION_TASKS);
        let answer = dcs(client.batch_stop_migration_tasks(PROJECT, &body).await)?;
        Ok(results(answer.migration_tasks))
    }

    pub(crate) async fn batch_restart(&self, ids: &[&str]) -> Answered<Vec<(String, String)>> {
        let body = types::BatchRestartOnlineMigrationTasksBody {
            migration_tasks: ids.iter().map(ToString::to_string).collect(),
        };
        let client = self.client(&operations::BATCH_RESTART_ONLINE_MIGRATION_TASKS);
        let answer = dcs(client
            .batch_restart_online_migration_tasks(PROJECT, &body)
            .await)?;
        Ok(results(answer.migration_tasks))
    }

    pub(crate) async fn delete(&self, ids: &[&str]) -> Answered<Vec<String>> {
        let body = types::DeleteMigrateTaskRequest {
            task_id_list: ids.iter().map(ToString::to_string).collect(),
        };
        let client = self.client(&operations::DELETE_MIGRATION_TASK);
        let answer = dcs(client.delete_migration_task(PROJECT, &body).await)?;
        Ok(answer.task_id_list.unwrap())
    }

    pub(crate) async fn exchange_ip(&self, id: &str) -> Answered<()> {
        let body = types::IpExchangeRequest {
            exchanged_ip: vec!["10.20.0.15".into()],
            is_exchange_domain: Some(true),
        };
        let client = self.client(&operations::EXCHANGE_INSTANCE_IP);
        dcs(client.exchange_instance_ip(PROJECT, id, &body).await)
    }

    pub(crate) async fn roll_back_ip(&self, id: &str) -> Answered<()> {
        let client = self.client(&operations::ROLLBACK_EXCHANGE_INSTANCE_IP);
        dcs(client.rollback_exchange_instance_ip(PROJECT, id).await)
    }

    pub(crate) async fn job(&self, id: &str) -> Answered<types::ShowJobInfoResponse> {
        let client = self.client(&operations::SHOW_JOB_INFO);
        dcs(client.show_job_info(PROJECT, id).await)
    }

    pub(crate) async fn projects(&self, name: Option<&str>) -> Vec<iam::types::Project> {
        let client = self.iam(&iam_operations::KEYSTONE_LIST_PROJECTS);
        let listed = client.keystone_list_projects(None, None, name, None, None, None);
        listed.await.unwrap().into_inner().projects.unwrap()
    }

    /// The token and what is told of it, or the status and message that it was refused with.
    pub(crate) async fn token(
        &self,
        request: &iam::types::TokenRequest,
    ) -> Answered<(String, iam::types::TokenDetail)> {
        let client = self.iam(&iam_operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD);
        let answer = client.keystone_create_user_token_by_password(Some("true"), request);
        match answer.await {
            Ok(answer) => {
                assert_eq!(answer.status().as_u16(), 201);
                let token = answer.headers()["x-subject-token"].to_str().unwrap();
                Ok((token.to_owned(), answer.into_inner().token.unwrap()))
            }
            Err(Error::ErrorResponse(refusal)) => {
                assert!(refusal.headers().contains_key("x-iam-trace-id"));
                let status = refusal.status().as_u16();
                let error = refusal.into_inner().error.unwrap();
                assert_eq!(error.code.unwrap().as_u64(), Some(status.into()));
                Err((status, error.message.unwrap()))
            }
            Err(other) => panic!("{other:?}"),
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

/// A task id that is not [`TASK`].
pub(crate) fn other(number: usize) -> String {
    assert!(!TASK.starts_with('0'));
    format!("{number:032x}")
}
