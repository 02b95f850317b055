//! The response bodies for tasks, progress, logs and jobs.

use huaweicloud_dcs_api::{
    NumberOrString, TaskStatus,
    types::{
        InstanceRespBody, MigrationLog, MigrationTaskList, ShowJobInfoResponse,
        ShowMigrationTaskStatsResponse,
    },
};
use serde_json::Value;

use crate::{
    http::with_all_members,
    state::{LogEntry, Progress, Task},
    time::{Moment, in_detail, in_job, in_list},
};

/// The task as `show` returns it. `status` is a parameter, because `stop` shows TERMINATING even if stopping takes no time.
pub(super) fn detail(task: &Task, now: Moment, status: TaskStatus) -> Value {
    let mut detail = task.details.clone();
    let last = task.history.statuses(now).pop();
    detail.task_id = Some(task.id.clone());
    detail.status = Some(status);
    detail.task_status = task.history.exchange_status(now);
    detail.created_at = Some(in_detail(task.created));
    detail.updated_at = last.map(|change| in_detail(change.at.day));
    let mut detail = with_all_members(&detail);
    // The service has a password member for both ends. The model omits it, so that no client reads a password.
    for end in ["source_instance", "target_instance"] {
        if let Some(instance) = detail[end].as_object_mut() {
            instance.insert("password".into(), Value::Null);
        }
    }
    // The model has a backup ID in two places, flat and nested. The samples have one of them, without a null for the other.
    if let Some(backup) = detail["backup_files"].as_object_mut() {
        let is_nested = backup.get("backup_record").is_some_and(Value::is_object);
        backup.remove(if is_nested {
            "backup_id"
        } else {
            "backup_record"
        });
    }
    detail
}

/// The task as `list` returns it.
pub(super) fn list_item(task: &Task, now: Moment) -> MigrationTaskList {
    let details = task.details.clone();
    let of_bucket = details.backup_files.and_then(|files| files.bucket_name);
    let (source, target) = (details.source_instance, details.target_instance);
    let data_source = match &source {
        Some(source) => source.addrs.clone(),
        None => of_bucket,
    };
    let source = source.unwrap_or_else(InstanceRespBody::default);
    let target = target.unwrap_or_else(InstanceRespBody::default);
    let mut item = MigrationTaskList::default();
    item.task_id = Some(task.id.clone());
    item.task_name = details.task_name;
    item.status = Some(task.status(now));
    item.migration_type = details.migration_type;
    item.migration_method = details.migration_method;
    item.ecs_tenant_private_ip = details.ecs_tenant_private_ip;
    item.data_source = data_source;
    item.source_instance_name = source.name;
    item.source_instance_id = source.id;
    item.source_instance_status = source.task_status;
    item.target_instance_addrs = target.addrs;
    item.target_instance_name = target.name;
    item.target_instance_id = target.id;
    item.target_instance_status = target.task_status;
    item.created_at = Some(in_list(task.created));
    item.description = details.description;
    item.error_message = task.error_message(now).map(Into::into);
    item.released_at = details.released_at;
    item.version = details.version;
    item.resume_mode = details.resume_mode;
    item.supported_features = details.supported_features;
    item
}

/// The body of `stats`. The vendor documentation declares strings, but every sample shows numbers.
pub(super) fn stats(progress: &Progress, as_strings: bool) -> ShowMigrationTaskStatsResponse {
    let number = |number: u64| -> Option<NumberOrString> {
        Some(if as_strings {
            number.to_string().into()
        } else {
            number.into()
        })
    };
    let mut stats = ShowMigrationTaskStatsResponse::default();
    stats.full_migration_progress = number(progress.percent);
    stats.offset = progress.lag.and_then(number);
    stats.source_dbsize = number(progress.source_keys);
    stats.target_dbsize = number(progress.target_keys);
    stats.target_input_kbps = number(progress.input_kbps);
    stats.target_ops = number(progress.ops);
    stats.is_migrating = Some(progress.is_migrating);
    stats
}

/// An entry of `logs`. It has no code, because the codes are not documented.
pub(super) fn log_entry(entry: LogEntry) -> MigrationLog {
    let mut log = MigrationLog::default();
    log.created_at = Some(in_list(entry.at.day));
    log.log_level = Some(if entry.is_failure { "ERROR" } else { "INFO" }.into());
    log.message = Some(entry.message);
    log.keyword = Some(vec![entry.keyword]);
    log
}

/// The job that creates a task, as `job` returns it.
pub(super) fn job(task: &Task, now: Moment) -> ShowJobInfoResponse {
    let end = task.end_of_creation(now);
    let status = match end.as_ref().map(|change| &change.to) {
        None => "RUNNING",
        Some(status) if status.is_failure() || *status == TaskStatus::Deleted => "FAIL",
        Some(_) => "SUCCESS",
    };
    let why = task.error_message(now).filter(|_| status == "FAIL");
    let mut job = ShowJobInfoResponse::default();
    job.job_id.clone_from(&task.job);
    job.status = Some(status.into());
    job.begin_time = Some(in_job(task.created));
    job.end_time = end.map(|change| in_job(change.at.day));
    job.fail_reason = why.map(Into::into);
    job
}

/// A count in the type of the models.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
