//! A stand-in with two servers and a task.

use std::time::Duration;

use dcs_stand_in::{RedisEngine, StandIn};
use huaweicloud_dcs_api::types::{
    ConfigMigrationInstanceBody, MigrationMethod, MigrationTaskDetail, ResumeMode,
    SetOnlineMigrationTaskBody,
};

use super::servers::{PASSWORD, Server};
use crate::{
    client::{builder, in_time},
    generated::{Answered, caller},
};

pub(crate) struct Session {
    pub(crate) stand_in: StandIn,
    pub(crate) source: Server,
    pub(crate) target: Server,
    pub(crate) task: String,
}

pub(crate) fn engine() -> RedisEngine {
    RedisEngine::new().link_timeout(Duration::from_millis(500))
}

/// Source or target in the body of `configure`.
pub(crate) fn end(address: &str, password: Option<&str>) -> ConfigMigrationInstanceBody {
    let end = ConfigMigrationInstanceBody::default().with_addrs(address);
    match password {
        Some(password) => end.with_password(password),
        None => end,
    }
}

impl Session {
    pub(crate) async fn start() -> Self {
        Self::with(engine()).await
    }

    /// A task that is not configured, between a source with a password and a target without one.
    pub(crate) async fn with(engine: RedisEngine) -> Self {
        let stand_in = builder().redis(engine).start().await.unwrap();
        let (task, _) = caller(&stand_in).create_online("rehearsal").await.unwrap();
        Self {
            stand_in,
            source: Server::start(Some(PASSWORD)),
            target: Server::start(None),
            task,
        }
    }

    /// Starts the migration between these two ends.
    pub(crate) async fn configure(
        &self,
        method: MigrationMethod,
        source: ConfigMigrationInstanceBody,
        target: ConfigMigrationInstanceBody,
    ) -> Answered<()> {
        let body = SetOnlineMigrationTaskBody::new(method, ResumeMode::Auto, source, target);
        let caller = caller(&self.stand_in);
        caller.configure_with(&self.task, &body).await.map(drop)
    }

    pub(crate) async fn begin(&self, method: MigrationMethod) {
        let [source, target] =
            [&self.source, &self.target].map(|it| end(&it.address(), it.password()));
        self.configure(method, source, target).await.unwrap();
    }

    /// Starts an incremental migration and waits for the end of its full copy.
    pub(crate) async fn follow(&self) {
        self.begin(MigrationMethod::IncrementalMigration).await;
        self.until("INCRMIGEATING").await;
    }

    pub(crate) async fn status(&self) -> String {
        caller(&self.stand_in).status(&self.task).await
    }

    pub(crate) async fn detail(&self) -> MigrationTaskDetail {
        caller(&self.stand_in).show(&self.task).await.unwrap()
    }

    /// Polls the task until it has this status.
    pub(crate) async fn until(&self, status: &str) {
        in_time(async {
            loop {
                let shown = self.status().await;
                if shown == status {
                    return;
                }
                let may_change = !matches!(shown.as_str(), "FAILED" | "TERMINATED" | "SUCCESS");
                assert!(
                    may_change,
                    "{shown}, not {status}: {:?}",
                    self.error().await
                );
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    pub(crate) async fn lag(&self) -> Option<u64> {
        let stats = caller(&self.stand_in).stats(&self.task).await.unwrap();
        stats.offset.map(|lag| lag.as_u64().unwrap())
    }

    pub(crate) async fn until_lag(&self, is_so: impl Fn(u64) -> bool) {
        in_time(async {
            while !self.lag().await.is_some_and(&is_so) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// The error message of the task in the list, which is also in its log.
    pub(crate) async fn error(&self) -> Option<String> {
        let caller = caller(&self.stand_in);
        let listed = caller.list((None, None), None).await.unwrap();
        let tasks = listed.migration_tasks.unwrap();
        let message = tasks
            .into_iter()
            .find(|it| it.task_id.as_ref() == Some(&self.task));
        let message = message.unwrap().error_message?;
        let log = caller
            .logs(&self.task, (None, None), Some("ERROR"))
            .await
            .unwrap();
        let logged = log.migration_logs.unwrap().pop().unwrap().message.unwrap();
        assert!(logged.contains(&message), "{logged}");
        Some(message)
    }
}
