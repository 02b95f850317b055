//! Tasks as text: for the question, the spinner and `show`.

use huaweicloud_dcs::lag;
use huaweicloud_dcs::types::{
    InstanceRespBody, MigrationTaskDetail, ShowMigrationTaskStatsResponse, TaskStatus,
};

use crate::text::one_line;

/// A task on one line: name, ID, status, progress, source and target.
pub(crate) fn line(task: &MigrationTaskDetail, progress: &str) -> String {
    let known = |text: Option<&str>| text.unwrap_or("unknown").to_owned();
    let [source, target] = ends(task);
    one_line(&format!(
        "  {} ({}): {}{progress}, {} -> {}",
        known(task.task_name.as_deref()),
        known(task.task_id.as_deref()),
        status(task),
        known(source.as_deref()),
        known(target.as_deref()),
    ))
}

/// The status of a task and, if there is one, of its exchange.
pub(crate) fn status(task: &MigrationTaskDetail) -> String {
    let status = task.status.as_ref().map_or("unknown", TaskStatus::as_str);
    match task.task_status.as_deref().filter(|text| !text.is_empty()) {
        Some(exchange) => one_line(&format!("{status}, ip exchange {exchange}")),
        None => one_line(status),
    }
}

/// The percentage until all is copied, then the lag. Empty if neither is known.
pub(crate) fn progress(stats: &ShowMigrationTaskStatsResponse) -> String {
    let percent = stats.full_migration_progress.as_ref();
    match (percent, lag(stats)) {
        (Some(percent), _) if percent.as_u64().is_none_or(|percent| percent < 100) => {
            format!(", {} % copied", one_line(&percent.to_string()))
        }
        (_, Some(lag)) => format!(", lag {lag}"),
        (Some(_), None) => ", all copied".to_owned(),
        (None, None) => String::new(),
    }
}

/// Source and target, if known.
pub(crate) fn ends(task: &MigrationTaskDetail) -> [Option<String>; 2] {
    let source = task.source_instance.as_ref().and_then(instance);
    [
        source.or_else(|| backup(task)),
        task.target_instance.as_ref().and_then(instance),
    ]
}

/// The known ones of name, ID and address of an instance.
fn instance(instance: &InstanceRespBody) -> Option<String> {
    let address = match (&instance.addrs, &instance.ip, &instance.port) {
        (Some(addrs), ..) if !addrs.is_empty() => Some(addrs.clone()),
        (_, Some(ip), Some(port)) => Some(format!("{ip}:{port}")),
        (_, Some(ip), None) => Some(ip.clone()),
        _ => None,
    };
    let id = instance.id.as_ref().map(|id| {
        if instance.name.is_some() {
            format!("({id})")
        } else {
            id.clone()
        }
    });
    let known: Vec<String> = [instance.name.clone(), id, address]
        .into_iter()
        .flatten()
        .collect();
    (!known.is_empty()).then(|| known.join(" "))
}

/// The backup or the files of an import.
fn backup(task: &MigrationTaskDetail) -> Option<String> {
    let backup = task.backup_files.as_ref()?;
    let id = backup
        .backup_record
        .as_ref()
        .and_then(|record| record.backup_id.as_ref())
        .or(backup.backup_id.as_ref());
    if let Some(id) = id {
        return Some(format!("backup {id}"));
    }
    let files = backup
        .files
        .iter()
        .flatten()
        .filter_map(|file| file.file_name.clone())
        .collect::<Vec<_>>()
        .join(", ");
    match &backup.bucket_name {
        Some(bucket) => Some(format!("bucket {bucket}: {files}")),
        None => (!files.is_empty()).then_some(files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_percent_until_copied_then_lag() {
        for (stats, expected) in [
            (
                r#"{"full_migration_progress": 40, "offset": null}"#,
                ", 40 % copied",
            ),
            (
                r#"{"full_migration_progress": "99.5", "offset": 7}"#,
                ", 99.5 % copied",
            ),
            (
                r#"{"full_migration_progress": "100", "offset": "7"}"#,
                ", lag 7",
            ),
            (
                r#"{"full_migration_progress": 100, "offset": null}"#,
                ", all copied",
            ),
            (r#"{"offset": 0}"#, ", lag 0"),
            ("{}", ""),
        ] {
            let stats = serde_json::from_str(stats).unwrap();
            assert_eq!(progress(&stats), expected, "{stats:?}");
        }
    }

    #[test]
    fn task_with_line_break_in_its_name_is_one_line() {
        let task = r#"{"task_id": "t-1", "task_name": "a\nb", "status": "INCRMIGEATING", "task_status": "EXCHANGING",
            "source_instance": {"addrs": "10.20.0.15:6379"}, "target_instance": {"name": "orders-v6", "id": "i-1"}}"#;
        assert_eq!(
            line(&serde_json::from_str(task).unwrap(), ", lag 7"),
            "  a\\nb (t-1): INCRMIGEATING, ip exchange EXCHANGING, lag 7, 10.20.0.15:6379 -> orders-v6 (i-1)"
        );
    }
}
