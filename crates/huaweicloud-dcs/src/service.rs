//! Describes DCS to the pipeline: its endpoints, its error codes and their advice.

use huaweicloud_core::CodeMeaning::{NotFound, Other, UnknownPath, WrongStatus};
use huaweicloud_core::{ErrorCode, Operation, Service, is_known_region};
use huaweicloud_dcs_api::operations::{CREATE_MIGRATION_TASK, CREATE_ONLINE_MIGRATION_TASK};

/// Distributed Cache Service: its endpoints, and what its error codes mean.
///
/// ```
/// use huaweicloud_dcs::{Error, ErrorKind, SERVICE};
///
/// let error = Error::builder(ErrorKind::Service).service(&SERVICE).code(Some("DCS.4133")).build();
/// assert!(error.is_not_found());
/// ```
pub static SERVICE: Service = Service {
    name: "DCS",
    endpoint_variable: "DCS_ENDPOINT",
    endpoint_of: |region| {
        is_known_region(region).then(|| format!("https://dcs.{region}.myhuaweicloud.com"))
    },
    code_prefixes: &["DCS.", "1114"],
    codes: &[
        ErrorCode::new(
            "DCS.4133",
            NotFound,
            "no such task: check task id, project and region",
        ),
        ErrorCode::new(
            "DCS.4957",
            WrongStatus,
            "the task's status forbids it: read the task first",
        ),
        ErrorCode::new("DCS.4001", UnknownPath, "check region and endpoint"),
        ErrorCode::new("DCS.4070", Other, CHECK_THE_TASK_ID),
        ErrorCode::new("111400070", Other, CHECK_THE_TASK_ID),
        ErrorCode::new("DCS.4002", Other, "check the project id"),
        ErrorCode::new("111400002", Other, "check the project id"),
        // Key pairs get it, too, if the project ID is mistyped or another account's. A token is not renewed: a new one
        // would be for the same project.
        ErrorCode::new(
            "DCS.1004",
            Other,
            "check project id and region: the credentials are not those of this project",
        ),
        ErrorCode::token_refused("DCS.1001"),
        ErrorCode::token_refused("DCS.1002"),
        ErrorCode::token_refused("DCS.1003"),
    ],
    look_first,
};

const CHECK_THE_TASK_ID: &str =
    "check the task id, which is not its name: the list of tasks has both";

/// What to do before a call about a task is sent again that may have been applied.
pub(crate) const READ_FIRST: &str = "it may have been applied: read the task before you retry";

fn look_first(operation: &Operation) -> &'static str {
    if [CREATE_MIGRATION_TASK, CREATE_ONLINE_MIGRATION_TASK].contains(operation) {
        "it may have been applied: look for the name in the list before you create it again"
    } else {
        READ_FIRST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, ErrorKind};

    #[test]
    fn not_found_needs_a_code_of_the_service() {
        for (status, code, not_found) in [
            (400, Some("DCS.4133"), true),
            (404, Some("DCS.4133"), true),
            (404, Some("DCS.4998"), true),
            (404, Some("DCS.4070"), true),
            (404, Some("DCS.4957"), true),
            (404, Some("111400998"), true),
            (404, Some("DCS.4001"), false),
            (404, Some("APIGW.0101"), false),
            (404, Some("404"), false),
            (404, None, false),
            (400, Some("DCS.4957"), false),
        ] {
            let error = Error::builder(ErrorKind::Service).service(&SERVICE);
            let error = error.status(status).code(code).build();
            assert_eq!(error.is_not_found(), not_found, "{status} {code:?}");
            let is_wrong_status = (status, code) == (400, Some("DCS.4957"));
            assert_eq!(error.is_wrong_status(), is_wrong_status, "{code:?}");
        }
    }
}
