//! `show`: shows one task.

use clap::Args;
use huaweicloud_dcs::types::{MigrationTaskDetail, TaskStatus};

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{self, Format, task};

const EXAMPLES: &str = "  dcsctl show b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl show --output json b21989ec-2889-4b8e-99db-19c073425ec2

Reads the task once. `dcsctl stats --watch` follows its progress; `dcsctl wait` waits for a state. Shows no password.
JSON: one object, with the keys that the service sends.";

/// Show a migration task: its status, source and target
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::READ_FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,
}

/// Reads the task and writes it.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let task = client
        .show(options.task_id.trim())
        .await
        .map_err(|error| Failure::of(&error))?
        .into_body();
    write(&task, global.output)?;
    Ok(Exit::Done)
}

/// Writes a task in the given format.
pub(super) fn write(task: &MigrationTaskDetail, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => output::data(&text(task)),
        Format::Json => output::object(task),
    }
}

/// The main fields, one per line. Skips those that the service omits.
fn text(task: &MigrationTaskDetail) -> String {
    let bandwidth = task
        .bandwidth_limit_mb
        .as_ref()
        .map(|limit| format!("{limit} MB/s"));
    let [source, target] = task::ends(task);
    output::fields([
        ("id", task.task_id.clone()),
        ("name", task.task_name.clone()),
        ("status", task.status.as_ref().map(status)),
        ("ip exchange", task.task_status.clone()),
        ("description", task.description.clone()),
        ("type", task.migration_type.clone()),
        ("method", task.migration_method.clone()),
        ("source", source),
        ("target", target),
        ("created", task.created_at.clone()),
        ("updated", task.updated_at.clone()),
        ("released", task.released_at.clone()),
        ("after a fault", task.resume_mode.clone()),
        ("bandwidth limit", bandwidth),
        ("network", task.network_type.clone()),
        ("machine ip", task.ecs_tenant_private_ip.clone()),
        ("machine version", task.version.clone()),
        ("security group", task.tenant_security_group_id.clone()),
    ])
}

/// The status, with its meaning if the name misleads.
fn status(status: &TaskStatus) -> String {
    let meaning = match status {
        TaskStatus::Running => "waits to be configured; nothing is copied",
        TaskStatus::IncrementalMigrating => "follows the source until it is stopped",
        TaskStatus::Terminating => "is being stopped",
        TaskStatus::Terminated => "stopped",
        TaskStatus::MigrationSuccess => "done; its migration machine still exists",
        TaskStatus::Released => "its migration machine was released",
        _ => return status.to_string(),
    };
    format!("{status} ({meaning})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        text(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn fields_are_aligned_and_missing_ones_skipped() {
        let shown = shown(
            r#"{"task_id": "t-1", "task_name": "orders", "status": "INCRMIGEATING", "description": "",
                "source_instance": {"id": "i-1", "name": "orders-v5", "addrs": "10.0.0.1:6379", "password": "hidden"},
                "target_instance": {"ip": "10.0.0.2", "port": "6379"}, "bandwidth_limit_mb": "100"}"#,
        );
        assert_eq!(
            shown,
            "id               t-1\n\
             name             orders\n\
             status           INCRMIGEATING (follows the source until it is stopped)\n\
             source           orders-v5 (i-1) 10.0.0.1:6379\n\
             target           10.0.0.2:6379\n\
             bandwidth limit  100 MB/s"
        );
    }

    #[test]
    fn status_running_says_waits_to_be_configured() {
        assert_eq!(
            shown(r#"{"status": "RUNNING"}"#),
            "status           RUNNING (waits to be configured; nothing is copied)"
        );
        assert_eq!(
            shown(r#"{"status": "NEW_ONE"}"#),
            "status           NEW_ONE"
        );
    }

    #[test]
    fn import_shows_its_backup_or_its_files() {
        let record = shown(
            r#"{"backup_files": {"backup_record": {"backup_id": "b-1"}, "bucket_name": null}}"#,
        );
        assert_eq!(record, "source           backup b-1");
        let files = shown(
            r#"{"backup_files": {"bucket_name": "dumps", "files": [{"file_name": "a.rdb"}]}}"#,
        );
        assert_eq!(files, "source           bucket dumps: a.rdb");
    }

    #[test]
    fn service_text_stays_on_its_line() {
        assert_eq!(
            shown(r#"{"task_name": "a\nstatus  SUCCESS"}"#),
            "name             a\\nstatus  SUCCESS"
        );
    }
}
