//! Invented details of tasks, for tasks that a test adds without configuring them.

use std::time::{Duration, SystemTime};

use huaweicloud_dcs_api::types::{InstanceRespBody, MigrationTaskDetail};

/// The details of a task that a test has added, without ID and state.
pub(super) fn sample_details() -> MigrationTaskDetail {
    let text = |text: &str| Some(text.to_owned());
    let mut details = new_details("orders-to-v6");
    details.description = text("move to 6.0");
    details.migration_type = text("online_migration");
    details.migration_method = text("incremental_migration");
    details.network_type = text("vpc");
    details.resume_mode = text("auto");
    details.bandwidth_limit_mb = Some("100".into());
    details.tenant_vpc_id = text("1f7d2c90-3b5a-4d68-9e07-a4c1b8f6e215");
    details.tenant_subnet_id = text("7b1e9d52-0c3a-4e6f-8d11-5c2a9f3b7e60");
    details.tenant_security_group_id = text("e9a04c3b-6d12-4f87-b0c5-2a7f1d9e8c34");
    details.source_instance = Some(instance(
        "0d5a2c77-4b1e-4f0e-9d0a-6a3f0c1b2e44",
        "orders-v5",
        "10.20.0.15",
    ));
    details.target_instance = Some(instance(
        "c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7",
        "orders-v6",
        "10.20.0.31",
    ));
    details
}

fn instance(id: &str, name: &str, ip: &str) -> InstanceRespBody {
    let mut instance = InstanceRespBody::default();
    instance.id = Some(id.into());
    instance.name = Some(name.into());
    instance.addrs = Some(format!("{ip}:6379"));
    instance.ip = Some(ip.into());
    instance.port = Some("6379".into());
    instance.db = Some("0".into());
    instance.proxy_multi_db = Some(false);
    instance.task_status = Some("RUNNING".into());
    instance
}

/// The creation time of a task that a test has added: 2026-02-11 08:30:12.
pub(super) fn sample_created() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_770_798_612_004)
}

/// The details of any new task.
pub(crate) fn new_details(name: &str) -> MigrationTaskDetail {
    let mut details = MigrationTaskDetail::default();
    details.task_name = Some(name.into());
    details.ecs_tenant_private_ip = Some("10.20.0.77".into());
    details.version = Some("6.0.21".into());
    details.supported_features = Some(vec!["bandwidth".into()]);
    details
}
