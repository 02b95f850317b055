//! The table of operations.

use std::collections::BTreeSet;

use huaweicloud_core::{Answer, Auth, Operation, Repeat};
use huaweicloud_dcs_api::operations::{
    DELETE_MIGRATION_TASK, OPERATIONS, SHOW_MIGRATION_TASK, STOP_MIGRATION_TASK_SYNC,
};

/// The ids of the operations that fit.
fn those(fits: fn(&Operation) -> bool) -> Vec<&'static str> {
    let those = OPERATIONS.iter().filter(|operation| fits(operation));
    those.map(|operation| operation.id).collect()
}

#[test]
fn it_lists_each_operation_once() {
    assert!(OPERATIONS.contains(&SHOW_MIGRATION_TASK));
    assert!(OPERATIONS.contains(&STOP_MIGRATION_TASK_SYNC));
    let ids: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.id).collect();
    let calls: BTreeSet<(&str, &str)> = OPERATIONS
        .iter()
        .map(|operation| (operation.method, operation.path))
        .collect();
    assert_eq!(ids.len(), OPERATIONS.len());
    assert_eq!(calls.len(), OPERATIONS.len());
}

#[test]
fn nothing_but_reads_and_deletion_may_be_repeated() {
    for operation in OPERATIONS {
        let is_safe = operation.method == "GET" || *operation == DELETE_MIGRATION_TASK;
        assert_eq!(
            operation.repeat == Repeat::Safe,
            is_safe,
            "{}",
            operation.id
        );
    }
    assert_eq!(SHOW_MIGRATION_TASK.method, "GET");
    assert_eq!(DELETE_MIGRATION_TASK.method, "DELETE");
}

#[test]
fn reads_change_nothing_and_all_others_do() {
    for operation in OPERATIONS {
        let is_read = operation.method == "GET";
        assert_eq!(operation.changes, !is_read, "{}", operation.id);
    }
}

#[test]
fn secret_members_are_those_that_the_document_marks() {
    assert_eq!(
        those(|operation| operation.secrets == ["password"]),
        ["CreateMigrationTask", "SetOnlineMigrationTask"]
    );
    assert!(STOP_MIGRATION_TASK_SYNC.secrets.is_empty());
}

#[test]
fn a_stop_is_never_repeated_blindly() {
    assert_eq!(STOP_MIGRATION_TASK_SYNC.repeat, Repeat::Never);
}

#[test]
fn bodies_are_read_only_where_a_page_describes_them() {
    assert_eq!(
        those(|operation| operation.answer == Answer::Empty),
        [
            "StopMigrationTaskSync",
            "ExchangeInstanceIp",
            "RollbackExchangeInstanceIp"
        ]
    );
    assert_eq!(
        those(|operation| operation.answer == Answer::Ignored),
        ["UpdateMigrationTask"]
    );
    for operation in OPERATIONS {
        let is_empty = operation.answer == Answer::Empty;
        let success = if is_empty { 204 } else { 200 };
        assert_eq!(operation.success, success, "{}", operation.id);
    }
}

#[test]
fn each_call_is_authenticated() {
    assert_eq!(those(|operation| operation.auth != Auth::Required), [""; 0]);
}
