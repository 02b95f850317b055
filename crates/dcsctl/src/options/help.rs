//! The texts of `--help`: layout, environment variables, exit codes.

use std::fmt::Write as _;

use clap::ValueEnum;

/// The layout: examples come before the options.
pub(crate) const TEMPLATE: &str = "{about-with-newline}
{usage-heading} {usage}

{before-help}{all-args}{after-help}";

pub(crate) const PROGRAM_EXAMPLES: &str = "Examples:
  dcsctl list                                                     list the tasks of the project
  dcsctl show b21989ec-2889-4b8e-99db-19c073425ec2                show one task
  dcsctl stats --watch b21989ec-2889-4b8e-99db-19c073425ec2       follow its progress
  dcsctl cutover --dry-run b21989ec-2889-4b8e-99db-19c073425ec2   show what a cut-over would do now
  dcsctl cutover b21989ec-2889-4b8e-99db-19c073425ec2             cut over once the lag is 0
  dcsctl stop-sync --wait b21989ec-2889-4b8e-99db-19c073425ec2    stop now, and wait until the task has stopped
  dcsctl help cutover                                             show the help of one command";

/// The end of the help of a command that only reads.
pub(crate) const READ_FOOT: &str = "\
Exit codes:
  0 done, 1 refused, 2 usage, 3 not allowed, 4 no such task, 5 refused for now, 6 failed, 130 interrupted
Details and environment variables: dcsctl --help";

/// The end of the help of a command that changes tasks.
pub(crate) const CHANGE_FOOT: &str = "\
Exit codes:
  0 done, 1 refused, 2 nothing was sent, 3 not allowed, 4 no such task, 5 refused for now,
  6 failed and nothing was changed, 7 may have been applied, 130 interrupted or declined
Details and environment variables: dcsctl --help";

/// The end of the help of a command that calls no service.
pub(crate) const LOCAL_FOOT: &str = "\
Exit codes:
  0 done, 2 usage, 6 failed, 130 interrupted
Details and environment variables: dcsctl --help";

const ENVIRONMENT: &str = "Environment (an empty variable counts as unset; an option wins over its variable):
  HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK  access key pair, as for the vendor's SDKs
  HUAWEICLOUD_SDK_SECURITY_TOKEN          security token of a temporary key pair
  HUAWEICLOUD_SDK_PROJECT_ID              project ID; if unset, it is looked up by the region's name
  HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN, HW_PROJECT_ID
                                          the names of Terraform, read where those above are unset
  HW_AUTH_TOKEN                           IAM token of a project; refused together with a key pair
  HW_DOMAIN_NAME, HW_USER_NAME, HW_USER_PASSWORD
                                          IAM user: account, name, password; refused together with the others
  HW_REGION_NAME                          region ID
  DCS_ENDPOINT                            service address; wins over HW_REGION_NAME, but not over --region
  HUAWEICLOUD_SDK_IAM_ENDPOINT            IAM address, for projects and tokens; ignored with --region
  HTTPS_PROXY, ALL_PROXY, NO_PROXY        used, except for loopback and with --no-proxy";

const EXIT_CODES: &str = "Exit codes (for several tasks, the highest):
    0  done, or already done
    1  refused: an HTTP status 4xx without an exit code of its own below, or a refusal for one task of a batch
    2  nothing was sent: wrong usage, invalid task ID, missing or conflicting settings, --yes missing off a terminal,
       or a plan that no longer holds
    3  not allowed: HTTP 401 or 403, a token refused by IAM, or an access key held back after refusals
    4  no such task
    5  refused for now: HTTP 429, 408 or 503 with an error code, or any 408 or 503 to a read; try again later
    6  failed, and nothing was changed
    7  may have been applied, or accepted but not confirmed: read the task before you retry
  130  interrupted with nothing in flight, or declined";

/// The end of the program's help.
pub(crate) fn program() -> String {
    format!("{ENVIRONMENT}\n\n{EXIT_CODES}")
}

/// The beginning of a command's help: its examples, then its limits.
pub(crate) fn examples(examples: &str) -> String {
    format!("Examples:\n{examples}")
}

/// The values of an option, with one line of help each.
pub(crate) fn values<T: ValueEnum>(option: &str) -> String {
    let values: Vec<_> = T::value_variants()
        .iter()
        .filter_map(ValueEnum::to_possible_value)
        .collect();
    let width = values.iter().map(|value| value.get_name().len()).max();
    let width = width.unwrap_or_default();
    let mut text = format!("Values of --{option}:");
    for value in &values {
        let help = value.get_help().map(ToString::to_string);
        let (name, help) = (value.get_name(), help.unwrap_or_default());
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {name:<width$}  {help}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readme_has_environment_and_exit_codes_verbatim() {
        let readme = include_str!("../../README.md");
        for text in [ENVIRONMENT, EXIT_CODES] {
            assert!(readme.contains(text), "copy this to README.md:\n{text}");
        }
    }
}
