//! The table of operations.

use std::collections::BTreeSet;

use huaweicloud_dcs_api::{
    Operation, Repeat, iam,
    migration::operations::{
        DELETE_MIGRATION_TASK, OPERATIONS, SHOW_MIGRATION_TASK, STOP_MIGRATION_TASK_SYNC,
    },
};

#[test]
fn it_lists_each_operation_once() {
    assert!(OPERATIONS.contains(&SHOW_MIGRATION_TASK));
    assert!(OPERATIONS.contains(&STOP_MIGRATION_TASK_SYNC));
    let ids: BTreeSet<&str> = OPERATIONS.iter().map(Operation::id).collect();
    let calls: BTreeSet<(&str, &str)> = OPERATIONS
        .iter()
        .map(|operation| (operation.method(), operation.path()))
        .collect();
    assert_eq!(ids.len(), 16);
    assert_eq!(ids.len(), OPERATIONS.len());
    assert_eq!(calls.len(), OPERATIONS.len());
}

#[test]
fn nothing_but_reads_and_deletion_may_be_repeated() {
    for operation in OPERATIONS {
        let is_safe = operation.is_read() || *operation == DELETE_MIGRATION_TASK;
        assert_eq!(
            operation.repeat() == Repeat::Safe,
            is_safe,
            "{}",
            operation.id()
        );
    }
    assert!(SHOW_MIGRATION_TASK.is_read());
    assert!(!DELETE_MIGRATION_TASK.is_read());
}

#[test]
fn of_iam_there_are_the_look_up_and_the_token() {
    let repeats: Vec<(&str, Repeat)> = iam::operations::OPERATIONS
        .iter()
        .map(|operation| (operation.id(), operation.repeat()))
        .collect();
    assert_eq!(
        repeats,
        [
            ("KeystoneListProjects", Repeat::Safe),
            ("KeystoneCreateUserTokenByPassword", Repeat::Never),
        ]
    );
}

#[test]
fn reads_and_the_token_call_change_nothing() {
    let all = OPERATIONS.iter().chain(iam::operations::OPERATIONS);
    let unchanging: Vec<&str> = all
        .filter(|operation| !operation.changes() && !operation.is_read())
        .map(Operation::id)
        .collect();
    assert_eq!(unchanging, ["KeystoneCreateUserTokenByPassword"]);
    assert!(!SHOW_MIGRATION_TASK.changes());
    assert!(STOP_MIGRATION_TASK_SYNC.changes() && DELETE_MIGRATION_TASK.changes());
}

#[test]
fn secret_members_are_those_that_the_document_marks() {
    let all = OPERATIONS.iter().chain(iam::operations::OPERATIONS);
    let with_secrets: Vec<&str> = all
        .filter(|operation| operation.secrets() == ["password"])
        .map(Operation::id)
        .collect();
    let expected = [
        "CreateMigrationTask",
        "SetOnlineMigrationTask",
        "KeystoneCreateUserTokenByPassword",
    ];
    assert_eq!(with_secrets, expected);
    assert!(STOP_MIGRATION_TASK_SYNC.secrets().is_empty());
}

#[test]
fn a_stop_is_never_repeated_blindly() {
    assert_eq!(STOP_MIGRATION_TASK_SYNC.repeat(), Repeat::Never);
    assert!(!STOP_MIGRATION_TASK_SYNC.is_read());
}

#[test]
fn a_path_matches_its_template_only() {
    let stop = STOP_MIGRATION_TASK_SYNC;
    for path in [
        "/v2/p1/migration-task/t1/sync-stop",
        "/v2/..p/migration-task/.../sync-stop",
        "/v2/p%201/migration-task/%C3%A4/sync-stop",
    ] {
        assert!(stop.matches_path(path), "{path}");
    }
    for path in [
        "",
        "/",
        "v2/p1/migration-task/t1/sync-stop",
        "/v2/p1/migration-task/t1",
        "/v2/p1/migration-task/t1/sync-stop/",
        "/v2/p1/migration-task/t1/sync-stop/x",
        "//v2/p1/migration-task/t1/sync-stop",
        "/v2/p1/migration-task//sync-stop",
        "/v2//migration-task/t1/sync-stop",
        "/v1/p1/migration-task/t1/sync-stop",
        "/v2/p1/migration-tasks/t1/sync-stop",
        "/v2/p1/migration-task/t1/stop",
        "/v2/p1/migration-task/./sync-stop",
        "/v2/p1/migration-task/../sync-stop",
        "/v2/p1/migration-task/%2E%2e/sync-stop",
        "/v2/p1/migration-task/.%2e/sync-stop",
        "/v2/p1/migration-task/a%2Fb/sync-stop",
        "/v2/p1/migration-task/a%5cb/sync-stop",
        r"/v2/p1/migration-task/a\b/sync-stop",
        // What is no escape hides nothing behind it.
        r"/v2/p1/migration-task/%\b/sync-stop",
        r"/v2/p1/migration-task/%%5cb/sync-stop",
    ] {
        assert!(!stop.matches_path(path), "{path}");
    }
}
