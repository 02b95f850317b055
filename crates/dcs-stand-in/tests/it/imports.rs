//! Imports of backup files.

use std::time::Duration;

use dcs_stand_in::{Effect, TaskStatus};
use huaweicloud_dcs_api::types::{CreateMigrationTaskBody, MigrationMethod::IncrementalMigration};
use serde_json::Value;

use crate::{
    client::{Call, PROJECT, TOKEN, builder},
    generated::caller,
};

const OBS: &str = include_str!("../../../../spec/examples/CreateMigrationTask/request.json");
const BACKUP: &str =
    include_str!("../../../../spec/examples/CreateMigrationTask/request-backup-record.json");

fn body(text: &str) -> CreateMigrationTaskBody {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn import_ends_with_success() {
    let hour = Duration::from_secs(3600);
    let stand_in = builder().import_duration(hour).start().await.unwrap();
    let caller = caller(&stand_in);
    let created = caller.create_import(&body(OBS)).await.unwrap();
    assert_eq!(created.status, Some(TaskStatus::Migrating));
    assert_eq!(created.name.as_deref(), Some("dump-import"));
    let task = created.id.unwrap();
    assert_eq!(stand_in.effect_count(&task, Effect::Created), 1);
    assert_eq!(caller.status(&task).await, "MIGRATING");
    stand_in.advance(hour);
    assert_eq!(caller.status(&task).await, "SUCCESS");
}

#[tokio::test]
async fn import_is_shown_as_requested_without_password() {
    let stand_in = builder().start().await.unwrap();
    let caller = caller(&stand_in);
    let task = caller.create_import(&body(OBS)).await.unwrap().id.unwrap();
    let shown = caller.show(&task).await.unwrap();
    assert_eq!(shown.description.as_deref(), Some("first load"));
    assert_eq!(shown.migration_type.as_deref(), Some("backupfile_import"));
    let files = shown.backup_files.unwrap();
    assert_eq!(files.bucket_name.as_deref(), Some("my-redis-dumps"));
    let file = &files.files.unwrap()[0];
    assert_eq!(file.file_name.as_deref(), Some("orders.rdb"));
    assert_eq!(file.size.as_deref(), Some("754.0MB"));
    let raw = Call::show(&task).call(&stand_in).await.body;
    let password = "Invented-Passw0rd";
    assert!(OBS.contains(password) && !raw.contains(password), "{raw}");
    assert!(raw.contains("backup_id") && !raw.contains("backup_record"));
    let listed = caller.list((None, None), None).await.unwrap();
    let listed = &listed.migration_tasks.unwrap()[0];
    assert_eq!(listed.data_source.as_deref(), Some("my-redis-dumps"));
    assert_eq!(listed.target_instance_name.as_deref(), Some("orders-v6"));

    let task = caller
        .create_import(&body(BACKUP))
        .await
        .unwrap()
        .id
        .unwrap();
    let raw = Call::show(&task).call(&stand_in).await.json();
    let files = raw["backup_files"].as_object().unwrap();
    assert!(!files.contains_key("backup_id"), "it is nested");
    let files = caller.show(&task).await.unwrap().backup_files.unwrap();
    let backup = files.backup_record.unwrap().backup_id;
    assert_eq!(
        backup.as_deref(),
        Some("4c1f6f0a-5b7e-4f7d-9a55-0e2d8c6b9f13")
    );
}

#[tokio::test]
async fn import_allows_stop_but_no_other_call() {
    let hour = Duration::from_secs(3600);
    let stand_in = builder().import_duration(hour).start().await.unwrap();
    let caller = caller(&stand_in);
    let task = caller.create_import(&body(OBS)).await.unwrap().id.unwrap();
    let refused = (400, "DCS.4957".to_owned());
    assert_eq!(caller.stats(&task).await.unwrap_err(), refused);
    caller.stop_sync(&task).await.unwrap();
    assert_eq!(caller.status(&task).await, "TERMINATED");
    let restarted = caller.batch_restart(&[&task]).await.unwrap();
    assert_eq!(restarted, [(task.clone(), refused.1.clone())]);
    stand_in.set_task_status(&task, TaskStatus::Running);
    let configured = caller.configure(&task, IncrementalMigration).await;
    assert_eq!(configured.unwrap_err(), refused);
}

#[tokio::test]
async fn import_without_required_parameter_is_refused() {
    let stand_in = builder().start().await.unwrap();
    let path = format!("/v2/{PROJECT}/migration-task");
    for (name, value, code, parameter) in [
        ("task_name", Value::Null, "DCS.4063", "task_name"),
        ("task_name", "abc".into(), "DCS.4062", "task_name"),
        ("task_name", "1abc".into(), "DCS.4062", "task_name"),
        ("task_name", "a b c".into(), "DCS.4062", "task_name"),
        ("task_name", "a".repeat(65).into(), "DCS.4062", "task_name"),
        ("task_name", 7.into(), "DCS.4062", "task_name"),
        (
            "migration_type",
            "online_migration".into(),
            "DCS.4062",
            "migration_type",
        ),
        (
            "migration_method",
            "slow".into(),
            "DCS.4062",
            "migration_method",
        ),
        (
            "target_instance",
            Value::Null,
            "DCS.4063",
            "target_instance",
        ),
        ("target_instance", "x".into(), "DCS.4062", "target_instance"),
        ("target_instance", serde_json::json!({}), "DCS.4063", "id"),
        ("backup_files", Value::Null, "DCS.4063", "backup_files"),
        (
            "backup_files",
            serde_json::json!({ "file_source": "tape" }),
            "DCS.4062",
            "file_source",
        ),
        (
            "backup_files",
            serde_json::json!({ "file_source": "backup_record" }),
            "DCS.4063",
            "backup_id",
        ),
        (
            "backup_files",
            serde_json::json!({ "file_source": "self_build_obs", "bucket_name": "b" }),
            "DCS.4063",
            "files",
        ),
        (
            "backup_files",
            serde_json::json!({ "file_source": "self_build_obs", "bucket_name": "b", "files": [] }),
            "DCS.4062",
            "files",
        ),
        (
            "backup_files",
            serde_json::json!({ "file_source": "self_build_obs", "bucket_name": "b", "files": [{}] }),
            "DCS.4062",
            "files",
        ),
    ] {
        let mut body: Value = serde_json::from_str(OBS).unwrap();
        body[name] = value;
        let call = Call::new("POST", &path).body(body.to_string()).token(TOKEN);
        let answer = call.send(&stand_in).await;
        assert_eq!(answer.code(), (400, code.into()), "{body}");
        let message = format!("Invalid {parameter} parameter in the request.");
        assert_eq!(answer.message(), message, "{body}");
    }
    assert!(
        stand_in
            .requests()
            .iter()
            .all(|it| it.effect() == Effect::Nothing)
    );
}
