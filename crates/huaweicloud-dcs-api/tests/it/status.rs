//! The status of a task: documented values, two spellings of one, and unknown values.

use huaweicloud_dcs_api::TaskStatus;

/// All documented values, spelled as the service sends them.
const KNOWN: &[&str] = &[
    "CREATING",
    "RUNNING",
    "FULLMIGRATING",
    "INCRMIGEATING",
    "MIGRATING",
    "SUCCESS",
    "FAILED",
    "TERMINATING",
    "TERMINATED",
    "MIGRATION_SUCCESS",
    "MIGRATION_FAILED",
    "RELEASED",
    "ERROR",
    "DELETED",
];

fn named(fits: fn(&TaskStatus) -> bool) -> Vec<&'static str> {
    let fits = |text: &&str| fits(&TaskStatus::from(*text));
    KNOWN.iter().copied().filter(fits).collect()
}

#[test]
fn documented_status_is_known_and_written_back() {
    for text in KNOWN {
        let status: TaskStatus = text.parse().unwrap();
        assert!(!matches!(status, TaskStatus::Unknown(_)), "{text}");
        assert_eq!(status.as_str(), *text);
        assert_eq!(status.to_string(), *text);
        assert_eq!(status, TaskStatus::from((*text).to_owned()));
        let json = serde_json::to_string(&status).unwrap();
        assert_eq!(json, format!("{text:?}"));
        assert_eq!(serde_json::from_str::<TaskStatus>(&json).unwrap(), status);
    }
}

#[test]
fn incremental_status_has_two_spellings() {
    for text in ["INCRMIGEATING", "INCRMIGRATING"] {
        let status = TaskStatus::from(text);
        assert_eq!(status, TaskStatus::IncrementalMigrating);
        assert_eq!(status.as_str(), "INCRMIGEATING");
    }
}

#[test]
fn unknown_status_is_kept_verbatim() {
    for text in ["PAUSED", "success", "SUCCESS ", ""] {
        let json = format!("{text:?}");
        let status: TaskStatus = serde_json::from_str(&json).unwrap();
        match &status {
            TaskStatus::Unknown(unknown) => assert_eq!(unknown.as_str(), text),
            known => panic!("{text:?} became {known:?}"),
        }
        assert_eq!(serde_json::to_string(&status).unwrap(), json);
        assert!(!status.is_running() && !status.is_final() && !status.is_failure());
    }
}

#[test]
fn status_that_is_not_a_string_is_refused() {
    for json in ["1", "null", "[]", "{}"] {
        assert!(serde_json::from_str::<TaskStatus>(json).is_err(), "{json}");
    }
}

#[test]
fn is_running_covers_statuses_that_can_be_stopped() {
    assert_eq!(
        named(TaskStatus::is_running),
        ["FULLMIGRATING", "INCRMIGEATING", "MIGRATING"]
    );
}

#[test]
fn is_final_and_is_failure_cover_all_end_statuses() {
    assert_eq!(
        named(TaskStatus::is_final),
        [
            "SUCCESS",
            "FAILED",
            "TERMINATED",
            "MIGRATION_SUCCESS",
            "MIGRATION_FAILED",
            "RELEASED",
            "ERROR",
            "DELETED"
        ]
    );
    assert_eq!(
        named(TaskStatus::is_failure),
        ["FAILED", "MIGRATION_FAILED", "ERROR"]
    );
}
