//! Every operation of both tables has a method, a command and a route: `operations.md`.

use std::fmt::Write as _;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::{env, fs};

use dcs_stand_in::TaskStatus::{self, IncrementalMigrating, Running, Terminated};
use dcs_stand_in::{Operation, Repeat, StandIn, iam_operations, operations};
use huaweicloud_dcs::types::{
    ConfigMigrationInstanceBody, CreateMigrationTaskBody, CreateOnlineMigrationTaskBody,
    IpExchangeRequest, MigrationMethod, MigrationType, ResumeMode, SetOnlineMigrationTaskBody,
    TargetInstanceBody,
};
use huaweicloud_dcs::{Credentials, Error, LogQuery, MigrationClient, TaskQuery};

use crate::service::{ACCESS_KEY, PROJECT, SECRET_KEY, bare, id, run};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operations.md");
const REFRESH: &str = "REFRESH_OPERATIONS";

/// The ways to call an operation.
struct Ways {
    operation: &'static str,
    /// The method of the wrapper.
    method: &'static str,
    call: for<'a> fn(&'a MigrationClient, &'a str) -> Call<'a>,
    /// The command line, with `ID` for the task.
    command: &'static str,
    /// The status that the task must have.
    status: TaskStatus,
}

type Call<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// A row: the operation, the method with its arguments, the command, and the status of the task.
macro_rules! ways {
    ($($operation:literal: $method:ident($client:ident, $id:ident) $call:expr, $command:literal, $status:expr;)*) => {
        vec![$(Ways {
            operation: $operation,
            method: stringify!($method),
            call: |$client, $id| Box::pin(async move { $call.await.map(drop) }),
            command: $command,
            status: $status,
        }),*]
    };
}

fn all_ways() -> Vec<Ways> {
    ways! {
        "CreateMigrationTask": create_import(client, _id) client.create_import(&import()),
            "import --name seed-import --target-id t --backup-id b", Running;
        "CreateOnlineMigrationTask": create_online(client, _id) client.create_online(&online()),
            "create --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g", Running;
        "SetOnlineMigrationTask": configure(client, id) client.configure(id, &settings()),
            "configure --source-addrs 10.0.0.1:6379 --target-id t --method full --resume-mode auto ID", Running;
        "UpdateMigrationTask": update(client, id) client.update(id, ResumeMode::Manual),
            "update --resume-mode manual ID", IncrementalMigrating;
        "ListMigrationTask": list(client, _id) client.list(&TaskQuery::default()), "list", Running;
        "ShowMigrationTask": show(client, id) client.show(id), "show ID", Running;
        "ShowMigrationTaskStats": stats(client, id) client.stats(id), "stats ID", IncrementalMigrating;
        "ListMigrationTaskLogs": logs(client, id) client.logs(id, &LogQuery::default()), "logs ID", Running;
        "StopMigrationTask": stop(client, id) client.stop(id), "stop ID", IncrementalMigrating;
        "StopMigrationTaskSync": stop_sync(client, id) client.stop_sync(id), "stop-sync ID", IncrementalMigrating;
        "BatchStopMigrationTasks": stop_many(client, id) client.stop_many(&[id]), "stop ID OTHER", IncrementalMigrating;
        "BatchRestartOnlineMigrationTasks": restart_many(client, id) client.restart_many(&[id]), "restart --yes ID", Terminated;
        "DeleteMigrationTask": delete(client, id) client.delete(&[id]), "delete --yes ID", Terminated;
        "ExchangeInstanceIp": exchange_ip(client, id) client.exchange_ip(id, &IpExchangeRequest::default()),
            "exchange-ip --yes ID", IncrementalMigrating;
        "RollbackExchangeInstanceIp": rollback_ip(client, id) client.rollback_ip(id), "rollback-ip --yes ID", Terminated;
        "ShowJobInfo": show_job(client, id) client.show_job(id),
            "create --wait --name orders-to-v6 --vpc-id v --subnet-id s --security-group-id g", Running;
        "KeystoneListProjects": projects(client, _id) client.projects(None), "projects", Running;
        "KeystoneCreateUserTokenByPassword": iam_user(client, _id) client.projects(None), "projects", Running;
    }
}

fn import() -> CreateMigrationTaskBody {
    let target = TargetInstanceBody::new("t");
    CreateMigrationTaskBody::new(
        MigrationMethod::FullAmountMigration,
        MigrationType::BackupfileImport,
        target,
        "seed-import",
    )
}

fn online() -> CreateOnlineMigrationTaskBody {
    CreateOnlineMigrationTaskBody::new("orders-to-v6", "g", "s", "v")
}

fn settings() -> SetOnlineMigrationTaskBody {
    let end = || ConfigMigrationInstanceBody::default().with_id("i");
    SetOnlineMigrationTaskBody::new(
        MigrationMethod::FullAmountMigration,
        ResumeMode::Auto,
        end(),
        end(),
    )
}

const USER: [&str; 3] = ["accountInvented", "userInvented", "passwordInvented"];

impl Ways {
    /// A stand-in with a task in the required status.
    async fn stand_in(&self) -> StandIn {
        let [account, name, password] = USER;
        let stand_in = StandIn::builder()
            .access_key(ACCESS_KEY, SECRET_KEY)
            .user(account, name, password)
            .project_id(PROJECT)
            .task(id(1), self.status.clone())
            .start()
            .await
            .unwrap();
        if self.method == "rollback_ip" {
            stand_in.set_exchange_status(&id(1), Some("EXCHANGE_SUCCESS"));
        }
        stand_in
    }

    /// Whether the method sends the operation and the stand-in routes it. A refusal counts, too.
    async fn method_sends(&self) -> bool {
        let stand_in = self.stand_in().await;
        let [account, name, password] = USER;
        let credentials = if self.method == "iam_user" {
            Credentials::iam_user(account, name, password)
        } else {
            Credentials::ak_sk(ACCESS_KEY, SECRET_KEY)
        };
        let client = MigrationClient::builder()
            .endpoint(stand_in.endpoint())
            .iam_endpoint(stand_in.endpoint())
            .project_id(PROJECT)
            .credentials(credentials)
            .build()
            .unwrap();
        // The service may refuse the invented job or body; the request is sent nevertheless.
        let _ = (self.call)(&client, &id(1)).await;
        self.was_received_by(&stand_in)
    }

    async fn command_sends(&self) -> bool {
        let stand_in = self.stand_in().await;
        let line = self.command.replace("OTHER", &id(2)).replace("ID", &id(1));
        let mut command = bare(&line);
        command
            .env("DCS_ENDPOINT", stand_in.endpoint())
            .env("HUAWEICLOUD_SDK_IAM_ENDPOINT", stand_in.endpoint())
            .env("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT);
        if self.method == "iam_user" {
            let variables = ["HW_DOMAIN_NAME", "HW_USER_NAME", "HW_USER_PASSWORD"];
            command.envs(variables.into_iter().zip(USER));
        } else {
            command
                .env("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
                .env("HUAWEICLOUD_SDK_SK", SECRET_KEY);
        }
        tokio::task::spawn_blocking(move || run(&mut command))
            .await
            .unwrap();
        self.was_received_by(&stand_in)
    }

    fn was_received_by(&self, stand_in: &StandIn) -> bool {
        let requests = stand_in.requests();
        requests
            .iter()
            .any(|request| request.operation() == Some(self.operation))
    }
}

/// Whether a document marks the operation `x-surface: codec`: generated, but not yet required elsewhere.
fn is_codec(id: &str) -> bool {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    let id = format!("operationId: {id}");
    fs::read_dir(spec).unwrap().any(|file| {
        let text = fs::read_to_string(file.unwrap().path()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines
            .split(|line| matches!(*line, "get:" | "put:" | "post:" | "delete:" | "patch:"))
            .any(|it| it.contains(&&*id) && it.contains(&"x-surface: codec"))
    })
}

fn repeat(operation: &Operation) -> &'static str {
    match operation.repeat {
        Repeat::Safe => "safe",
        Repeat::Never => "never",
        _ => "unknown",
    }
}

#[tokio::test]
async fn every_operation_has_method_command_and_route() {
    let ways = all_ways();
    let tables = operations::OPERATIONS
        .iter()
        .chain(iam_operations::OPERATIONS);
    let mut table = "# Operations\n\n\
        The method and the command for each operation of the service. A test makes every call at the stand-in.\n\n\
        | operation | method and path | in the library | command | retried after a lost response |\n\
        | --- | --- | --- | --- | --- |\n"
        .to_owned();
    let mut count = 0;
    let mut missing = Vec::new();
    for operation in tables {
        let name = operation.id;
        let Some(ways) = ways.iter().find(|ways| ways.operation == name) else {
            missing.extend(Some(name).filter(|name| !is_codec(name)));
            continue;
        };
        count += 1;
        assert!(
            ways.method_sends().await,
            "{name}: its method does not call it"
        );
        assert!(
            ways.command_sends().await,
            "{name}: its command does not call it"
        );
        let (method, path) = (operation.method, operation.path);
        let way = if ways.method == "iam_user" {
            "Credentials"
        } else {
            "MigrationClient"
        };
        // Long commands are cut.
        let ends = [" --name", " --source-addrs"];
        let end = ends.iter().find_map(|end| ways.command.find(end));
        let command = &ways.command[..end.unwrap_or(ways.command.len())];
        let command = match ways.method {
            "iam_user" => "any, with `HW_USER_NAME` set".to_owned(),
            _ => format!("`dcsctl {command}`"),
        };
        let (library, command, repeat) = (ways.method, command, repeat(operation));
        writeln!(
            table,
            "| {name} | `{method} {path}` | `{way}::{library}` | {command} | {repeat} |"
        )
        .unwrap();
    }
    assert!(
        missing.is_empty(),
        "no method and command for {missing:?}: add a row to `all_ways`, or mark it `x-surface: codec` in spec/"
    );
    assert_eq!(count, ways.len(), "a row has no operation");
    if env::var_os(REFRESH).is_some() {
        fs::write(FILE, &table).unwrap();
    }
    assert_eq!(
        table,
        fs::read_to_string(FILE).unwrap_or_default(),
        "operations.md is out of date; if intended, run {REFRESH}=1 cargo test -p dcsctl operation"
    );
}
