//! The texts of `--help`: its order, environment, exit codes.

use std::fmt::Write as _;

use clap::ValueEnum;

/// What comes first is what is looked for first: the examples.
pub(crate) const TEMPLATE: &str = "{about-with-newline}
{usage-heading} {usage}

{before-help}{all-args}{after-help}";

pub(crate) const PROGRAM_EXAMPLES: &str = "Examples:
  dcsctl list                                                       what there is
  dcsctl show b21989ec-2889-4b8e-99db-19c073425ec2                  one task, its status first
  dcsctl stats --watch b21989ec-2889-4b8e-99db-19c073425ec2         how far it is
  dcsctl cutover --dry-run b21989ec-2889-4b8e-99db-19c073425ec2     what a cut-over would do now
  dcsctl cutover b21989ec-2889-4b8e-99db-19c073425ec2               do it, once source and target are level
  dcsctl stop-sync --wait b21989ec-2889-4b8e-99db-19c073425ec2      stop it now
  dcsctl help cutover                                               more on a command";

/// The foot of a command's help.
pub(crate) const FOOT: &str = "Environment and exit codes: dcsctl --help";

const ENVIRONMENT: &str = "Environment (an empty variable counts as unset; an option wins over its variable):
  HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK  access key pair, as for the vendor's SDKs
  HUAWEICLOUD_SDK_SECURITY_TOKEN          what belongs to a temporary key pair
  HUAWEICLOUD_SDK_PROJECT_ID              project ID; where none is known, it is looked up by the region's name
  HW_ACCESS_KEY, HW_SECRET_KEY, HW_SECURITY_TOKEN, HW_PROJECT_ID
                                          the same, as for Terraform, where those above are unset
  HW_AUTH_TOKEN                           a project's IAM token, instead of a key pair, never beside one
  HW_DOMAIN_NAME, HW_USER_NAME, HW_USER_PASSWORD
                                          an IAM user: account, name, password; never beside the others
  HW_REGION_NAME                          region ID
  DCS_ENDPOINT                            address to call; wins over HW_REGION_NAME, but not over --region
  HUAWEICLOUD_SDK_IAM_ENDPOINT            address of IAM, for projects and tokens; not with --region
  HTTPS_PROXY, ALL_PROXY, NO_PROXY        followed, except to this machine and with --no-proxy";

const EXIT_CODES: &str = "Exit codes (of several tasks the highest):
    0  done, or already done
    1  refused: any HTTP status 4xx that has no code of its own below, or one task of a batch
    2  nothing was sent: wrong usage, bad task ID, settings missing or in contradiction, --yes missing where
       nobody can be asked, or a plan that no longer holds
    3  not allowed: HTTP status 401 or 403, or no credentials because IAM refused
    4  no such task
    5  refused for now: 429, a 408 or 503 with an error code, any 408 or 503 to a read; try again later
    6  failed, and nothing was changed
    7  it may have been applied, or was accepted and the confirmation is missing: read the task before you repeat it
  130  interrupted with nothing under way, or a question was answered with no";

/// The foot of the whole program's help.
pub(crate) fn program() -> String {
    format!("{ENVIRONMENT}\n\n{EXIT_CODES}")
}

/// The head of a command's help: its examples and what to know before it is run.
pub(crate) fn examples(examples: &str) -> String {
    format!("Examples:\n{examples}")
}

/// The foot of a command of which an option takes one of several values.
pub(crate) fn values<T: ValueEnum>(option: &str) -> String {
    format!("{}\n\n{FOOT}", values_of::<T>(option))
}

/// What the values of an option mean, a line each.
pub(crate) fn values_of<T: ValueEnum>(option: &str) -> String {
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
        // Text takes all that is written to it.
        let _ = write!(text, "\n  {name:<width$}  {help}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_says_the_same() {
        let readme = include_str!("../../README.md");
        for text in [ENVIRONMENT, EXIT_CODES] {
            assert!(readme.contains(text), "copy this to README.md:\n{text}");
        }
    }
}
