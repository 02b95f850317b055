//! Creating tasks.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    answer::json_answer,
    body::{self, Object},
    identifier,
    record::Effect,
    service::{Answered, Asked},
    service_error::ServiceError,
    task::Kind,
    task_view::new_details,
    tasks::Tasks,
};

pub(crate) const METHODS: [&str; 2] = ["full_amount_migration", "incremental_migration"];

/// Starts an import of backup files. Online tasks can no longer be made by this call.
pub(crate) fn import(tasks: &Tasks, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    let name = body::task_name(&body, "task_name")?;
    let migration_type = body::choice(&body, "migration_type", &["backupfile_import"])?;
    let method = body::choice(&body, "migration_method", &METHODS)?;
    let target = body::object(&body, "target_instance")?;
    body::text(target, "id")?;
    let details = new_details(json!({
        "task_name": name,
        "description": body::optional_text(&body, "description")?,
        "migration_type": migration_type,
        "migration_method": method,
        "backup_files": backup_files(body::object(&body, "backup_files")?)?,
        "target_instance": instance(target)?,
    }));
    let id = tasks.create(Kind::Import, None, details);
    asked.visit.record_effect(Effect::Created, &[&id]);
    let answer = json!({ "id": id, "name": name, "status": "MIGRATING", "error": "" });
    Ok(json_answer(StatusCode::OK, &answer))
}

/// Starts to create the machine that migrates. Its job tells when it waits to be configured.
pub(crate) fn online(tasks: &Tasks, asked: &Asked<'_>) -> Answered {
    let body = body::read(asked.body)?;
    let name = body::task_name(&body, "name")?;
    let details = new_details(json!({
        "task_name": name,
        "description": body::optional_text(&body, "description")?,
        "migration_type": "online_migration",
        "network_type": "vpc",
        "tenant_vpc_id": body::text(&body, "vpc_id")?,
        "tenant_subnet_id": body::text(&body, "subnet_id")?,
        "tenant_security_group_id": body::text(&body, "security_group_id")?,
    }));
    let job = identifier::invent();
    let kind = Kind::Online {
        is_incremental: None,
    };
    let id = tasks.create(kind, Some(job.clone()), details);
    asked.visit.record_effect(Effect::Created, &[&id]);
    let answer = json!({ "instance_id": id, "job_id": job });
    Ok(json_answer(StatusCode::OK, &answer))
}

fn backup_files(given: &Object) -> Result<Value, ServiceError> {
    let source = body::choice(given, "file_source", &["self_build_obs", "backup_record"])?;
    if source == "backup_record" {
        let backup = body::text(given, "backup_id")?;
        return Ok(json!({
            "file_source": source,
            "bucket_name": null,
            "files": null,
            "backup_record": { "backup_id": backup },
        }));
    }
    let bucket = body::text(given, "bucket_name")?;
    let files: Option<Vec<_>> = body::member(given, "files")?.as_array().and_then(|files| {
        let files = files.iter().map(|file| {
            file["file_name"].as_str()?;
            Some(json!({ "file_name": file["file_name"], "size": file["size"], "update_at": file["update_at"] }))
        });
        files.collect()
    });
    let files = files
        .filter(|files| !files.is_empty())
        .ok_or_else(|| ServiceError::wrong("files"))?;
    Ok(json!({
        "file_source": source,
        "bucket_name": bucket,
        "files": files,
        "backup_id": null,
    }))
}

/// One end of a task as `show` tells of it, which leaves the password out.
pub(crate) fn instance(given: &Object) -> Result<Value, ServiceError> {
    Ok(json!({
        "id": body::optional_text(given, "id")?,
        "name": body::optional_text(given, "name")?,
        "addrs": body::optional_text(given, "addrs")?,
        "ip": body::optional_text(given, "ip")?,
        "port": body::optional_text(given, "port")?,
        "proxy_multi_db": false,
        "task_status": "RUNNING",
        "db": body::optional_text(given, "db")?,
        "password": null,
    }))
}
