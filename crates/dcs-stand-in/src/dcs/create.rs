//! Calls that create tasks.

use axum::http::StatusCode;
use huaweicloud_dcs_api::{
    TaskStatus,
    types::{
        BackupFileBody, BackupFilesBody, BackupFilesRespBody, BackupRecord,
        CreateMigrationTaskBody, CreateMigrationTaskResponse, CreateOnlineMigrationTaskBody,
        CreateOnlineMigrationTaskResponse, FileSource, Files, InstanceRespBody, MigrationType,
        TargetInstanceBody,
    },
};

use super::{
    error::ServiceError,
    request::{Answered, Request},
};
use crate::{
    http::model_answer,
    identifier,
    records::Effect,
    state::{Kind, Tasks, new_details},
};

/// Starts an import of backup files. This call no longer creates online tasks.
pub(super) fn import(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let body: CreateMigrationTaskBody = request.model()?;
    check_name(&body.task_name, "task_name")?;
    if body.migration_type != MigrationType::BackupfileImport {
        return Err(ServiceError::wrong("migration_type"));
    }
    let backup = body.backup_files;
    let backup = backup.ok_or_else(|| ServiceError::missing("backup_files"))?;
    let mut details = new_details(&body.task_name);
    details.description = body.description;
    details.migration_type = Some(body.migration_type.to_string());
    details.migration_method = Some(body.migration_method.to_string());
    details.backup_files = Some(backup_files(backup)?);
    details.target_instance = Some(target(body.target_instance)?);
    let id = tasks.create(Kind::Import, None, details);
    request.entry.effect(Effect::Created, &[&id]);
    let mut answer = CreateMigrationTaskResponse::default();
    answer.id = Some(id);
    answer.name = Some(body.task_name);
    answer.status = Some(TaskStatus::Migrating);
    answer.error = Some(String::new());
    Ok(model_answer(StatusCode::OK, &answer))
}

/// Starts to create an online task. Its job shows when the task is ready to configure.
pub(super) fn online(tasks: &Tasks, request: &Request<'_>) -> Answered {
    let body: CreateOnlineMigrationTaskBody = request.model()?;
    check_name(&body.name, "name")?;
    let mut details = new_details(&body.name);
    details.description = body.description;
    details.migration_type = Some(MigrationType::OnlineMigration.to_string());
    details.network_type = Some("vpc".into());
    details.tenant_vpc_id = Some(filled(Some(body.vpc_id), "vpc_id")?);
    details.tenant_subnet_id = Some(filled(Some(body.subnet_id), "subnet_id")?);
    let group = filled(Some(body.security_group_id), "security_group_id")?;
    details.tenant_security_group_id = Some(group);
    let job = identifier::invent();
    let kind = Kind::Online {
        is_incremental: None,
    };
    let id = tasks.create(kind, Some(job.clone()), details);
    request.entry.effect(Effect::Created, &[&id]);
    let mut answer = CreateOnlineMigrationTaskResponse::default();
    answer.instance_id = Some(id);
    answer.job_id = Some(job);
    Ok(model_answer(StatusCode::OK, &answer))
}

/// Checks the name of a task by the user guide: 4 to 64 letters, digits, `-` and `_`, and a letter first.
fn check_name(text: &str, name: &str) -> Result<(), ServiceError> {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (4..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(is_fine)
    {
        Ok(())
    } else {
        Err(ServiceError::wrong(name))
    }
}

/// Requires a text that is not empty.
fn filled(text: Option<String>, name: &str) -> Result<String, ServiceError> {
    match text {
        None => Err(ServiceError::missing(name)),
        Some(text) if text.is_empty() => Err(ServiceError::wrong(name)),
        Some(text) => Ok(text),
    }
}

fn backup_files(given: BackupFilesBody) -> Result<BackupFilesRespBody, ServiceError> {
    let mut shown = BackupFilesRespBody::default();
    shown.file_source = Some(given.file_source.to_string());
    if given.file_source == FileSource::BackupRecord {
        let mut record = BackupRecord::default();
        record.backup_id = Some(filled(given.backup_id, "backup_id")?);
        shown.backup_record = Some(record);
        return Ok(shown);
    }
    shown.bucket_name = Some(filled(given.bucket_name, "bucket_name")?);
    if given.files.is_empty() {
        return Err(ServiceError::missing("files"));
    }
    shown.files = Some(given.files.into_iter().map(file).collect());
    Ok(shown)
}

fn file(given: BackupFileBody) -> Files {
    let mut shown = Files::default();
    shown.file_name = Some(given.file_name);
    shown.size = given.size;
    shown.update_at = given.update_at;
    shown
}

fn target(given: TargetInstanceBody) -> Result<InstanceRespBody, ServiceError> {
    let mut shown = InstanceRespBody::default();
    shown.id = Some(filled(Some(given.id), "id")?);
    shown.name = given.name;
    shown.addrs = given.addrs;
    shown.ip = given.ip;
    shown.port = given.port;
    shown.db = given.db;
    shown.proxy_multi_db = Some(false);
    shown.task_status = Some("RUNNING".into());
    Ok(shown)
}
