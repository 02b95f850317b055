//! A task as the answers show it.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use huaweicloud_dcs_api::TaskStatus;
use serde_json::{Value, json};

use crate::{task::Task, time::Moment, timestamp};

/// What `show` tells of a task that a test has put there: it is this one but for its id and state.
pub(crate) static SAMPLE: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../spec/examples/ShowMigrationTask/200.json");
    serde_json::from_str(text).unwrap_or_default()
});

/// When that task was created: 2026-02-11 08:30:12.
pub(crate) fn sample_created() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_770_798_612_004)
}

/// What `show` tells of a task that was just created: all members, null where there is nothing to say, and `known`.
pub(crate) fn new_details(known: Value) -> Value {
    let mut details = SAMPLE.clone();
    for (_, value) in details.as_object_mut().into_iter().flatten() {
        *value = Value::Null;
    }
    for name in ["ecs_tenant_private_ip", "version", "supported_features"] {
        details[name] = SAMPLE[name].clone();
    }
    if let (Some(details), Value::Object(known)) = (details.as_object_mut(), known) {
        details.extend(known);
    }
    details
}

impl Task {
    /// The task as `show` answers.
    pub(crate) fn detail(&self, now: Moment) -> Value {
        self.detail_in(now, &self.status(now))
    }

    /// The same, in the status that something has just put it in, even if that takes no time.
    pub(crate) fn detail_in(&self, now: Moment, status: &TaskStatus) -> Value {
        let mut detail = self.details.clone();
        let last = self.history.statuses(now).pop();
        detail["task_id"] = json!(self.id);
        detail["status"] = json!(status);
        detail["task_status"] = json!(self.history.exchange_status(now));
        detail["created_at"] = json!(timestamp::in_detail(self.created));
        detail["updated_at"] = json!(last.map(|change| timestamp::in_detail(change.at.day)));
        detail
    }

    /// The task as `list` answers.
    pub(crate) fn list_item(&self, now: Moment) -> Value {
        let detail = &self.details;
        let (source, target) = (&detail["source_instance"], &detail["target_instance"]);
        let bucket = &detail["backup_files"]["bucket_name"];
        json!({
            "task_id": self.id,
            "task_name": detail["task_name"],
            "status": self.status(now),
            "migration_type": detail["migration_type"],
            "migration_method": detail["migration_method"],
            "ecs_tenant_private_ip": detail["ecs_tenant_private_ip"],
            "data_source": if source.is_null() { bucket } else { &source["addrs"] },
            "source_instance_name": source["name"],
            "source_instance_id": source["id"],
            "source_instance_status": source["task_status"],
            "source_instance_subnet_id": null,
            "source_instance_spec_code": null,
            "target_instance_addrs": target["addrs"],
            "target_instance_name": target["name"],
            "target_instance_id": target["id"],
            "target_instance_status": target["task_status"],
            "target_instance_subnet_id": null,
            "target_instance_spec_code": null,
            "created_at": timestamp::in_list(self.created),
            "description": detail["description"],
            "error_message": self.error_message(now),
            "released_at": detail["released_at"],
            "version": detail["version"],
            "resume_mode": detail["resume_mode"],
            "supported_features": detail["supported_features"],
        })
    }
}
