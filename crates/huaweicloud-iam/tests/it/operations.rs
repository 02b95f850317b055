//! The table of operations.

use huaweicloud_core::{Auth, Operation, Repeat};
use huaweicloud_iam::operations::{
    KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD as TOKEN, KEYSTONE_LIST_PROJECTS as PROJECTS, OPERATIONS,
};

#[test]
fn there_are_the_look_up_and_the_token() {
    assert_eq!(OPERATIONS, [PROJECTS, TOKEN]);
}

#[test]
fn neither_changes_anything_and_only_the_look_up_is_repeated() {
    let facts = |operation: Operation| (operation.changes, operation.repeat);
    assert_eq!(facts(PROJECTS), (false, Repeat::Safe));
    assert_eq!(facts(TOKEN), (false, Repeat::Never));
}

#[test]
fn a_token_is_asked_for_without_credentials() {
    assert_eq!(PROJECTS.auth, Auth::Required);
    assert_eq!(TOKEN.auth, Auth::None);
}

#[test]
fn the_password_and_the_token_are_secret() {
    assert_eq!(TOKEN.secrets, ["password"]);
    assert_eq!(TOKEN.secret_headers, ["x-subject-token"]);
    assert!(PROJECTS.secrets.is_empty() && PROJECTS.secret_headers.is_empty());
}
