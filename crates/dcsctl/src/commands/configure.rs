//! `configure`: configures source and target of an online task, and starts the copy.

use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use huaweicloud_dcs::MigrationClient;
use huaweicloud_dcs::types::{
    ConfigMigrationInstanceBody, MigrationMethod, ResumeMode, Secret, SetOnlineMigrationTaskBody,
};

use crate::options::passwords::PasswordFrom;
use crate::options::{GlobalOptions, help, passwords, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};
use crate::text::one_line;

const EXAMPLES: &str = "  dcsctl configure b21989ec-2889-4b8e-99db-19c073425ec2 --method incremental --resume-mode auto \\
      --source-addrs 10.20.0.15:6379 --source-password-file /run/secrets/orders-v5 \\
      --target-id c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7 --ask-target-password

Asks first on a terminal; proceeds off a terminal.
The task must wait to be configured: `dcsctl show` says RUNNING. The copy then starts: follow it with
`dcsctl stats --watch`.
Passwords come from a file, standard input or the terminal. They never come from an argument or a variable, which other
programs can read. A line end after the password is removed.
One line, with the outcome accepted, failed or unknown. JSON: one object with the keys of `stop-sync`.";

/// The generated usage is wider than a terminal.
const USAGE: &str = "dcsctl configure [OPTIONS] --method <METHOD> --resume-mode <MODE>
           <--source-id <ID>|--source-addrs <ADDRESSES>> <--target-id <ID>|--target-addrs <ADDRESSES>> <TASK_ID>";

/// Configure source and target of an online migration task and start the copy
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("source").required(true),
    group = ArgGroup::new("target").required(true),
    override_usage = USAGE,
    help_template = help::TEMPLATE,
    before_help = help::examples(EXAMPLES),
    after_help = format!(
        "{}\n\n{}\n\n{}",
        help::values::<Method>("method"),
        help::values::<Resume>("resume-mode"),
        help::CHANGE_FOOT
    )
)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// ID of the DCS instance to migrate from
    #[arg(long, group = "source", value_name = "ID")]
    source_id: Option<String>,

    /// Self-hosted Redis to migrate from, as host:port; separate several by commas
    #[arg(long, group = "source", value_name = "ADDRESSES")]
    source_addrs: Option<String>,

    /// File that contains the password of the source; `-` is standard input
    #[arg(long, value_name = "PATH")]
    source_password_file: Option<PathBuf>,

    /// Ask for the password of the source on the terminal
    #[arg(long, conflicts_with = "source_password_file")]
    ask_source_password: bool,

    /// ID of the DCS instance to migrate to
    #[arg(long, group = "target", value_name = "ID")]
    target_id: Option<String>,

    /// Self-hosted Redis to migrate to, as host:port; separate several by commas
    #[arg(long, group = "target", value_name = "ADDRESSES")]
    target_addrs: Option<String>,

    /// File that contains the password of the target; `-` is standard input
    #[arg(long, value_name = "PATH")]
    target_password_file: Option<PathBuf>,

    /// Ask for the password of the target on the terminal
    #[arg(long, conflicts_with = "target_password_file")]
    ask_target_password: bool,

    /// full (copy once) or incremental (copy once, then follow the changes)
    #[arg(long, value_enum, hide_possible_values = true, value_name = "METHOD")]
    method: Method,

    /// Reaction to a network fault: auto or manual
    #[arg(long, value_enum, hide_possible_values = true, value_name = "MODE")]
    resume_mode: Resume,

    /// Bandwidth limit in MB/s, 1 to 10240; for the incremental method only
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=10240), value_name = "N")]
    bandwidth_limit_mb: Option<u16>,

    #[command(flatten)]
    consent: Consent,
}

/// How data is copied. The names are shorter than the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Copy once; writes to the source during the copy do not reach the target
    #[value(alias = "full_amount_migration")]
    Full,
    /// Copy once, then follow the changes until the task is stopped
    #[value(alias = "incremental_migration")]
    Incremental,
}

/// How a task reacts to a network fault.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Resume {
    /// Retry without limit; may start another full copy, which costs bandwidth
    Auto,
    /// Wait for manual action
    Manual,
}

impl From<Resume> for ResumeMode {
    fn from(resume: Resume) -> Self {
        match resume {
            Resume::Auto => Self::Auto,
            Resume::Manual => Self::Manual,
        }
    }
}

/// Configures the task.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read_one(&options.task_id)?;
    if options.bandwidth_limit_mb.is_some() && options.method == Method::Full {
        return Err(Failure::usage(
            "--bandwidth-limit-mb requires --method incremental",
        ));
    }
    for (option, addresses) in [
        ("--source-addrs", &options.source_addrs),
        ("--target-addrs", &options.target_addrs),
    ] {
        // The value is not shown: a URL in place of an address may contain a password.
        if addresses.as_ref().is_some_and(|it| !are_addresses(it)) {
            return Err(Failure::usage(format!(
                "{option}: pass host:port, several separated by commas, without blanks"
            )));
        }
    }
    let [source_password, target_password] = passwords::read_both(
        PasswordFrom::new(
            options.source_password_file.as_deref(),
            options.ask_source_password,
        ),
        PasswordFrom::new(
            options.target_password_file.as_deref(),
            options.ask_target_password,
        ),
    )?;
    let end = |id: &Option<String>, addresses: &Option<String>| {
        one_line(
            id.as_ref()
                .or(addresses.as_ref())
                .map_or("", String::as_str),
        )
    };
    let effect = format!(
        "The copy from {} to {} starts at once.",
        end(&options.source_id, &options.source_addrs),
        end(&options.target_id, &options.target_addrs)
    );
    let intent = Intent {
        does: "Configure",
        effect: &effect,
        needs_yes: false,
    };
    if !options.consent.to_change(&client, &ids, intent).await? {
        return Ok(Exit::Interrupted);
    }
    let method = match options.method {
        Method::Full => MigrationMethod::FullAmountMigration,
        Method::Incremental => MigrationMethod::IncrementalMigration,
    };
    let source = migration_end(options.source_addrs, options.source_id, source_password);
    let target = migration_end(options.target_addrs, options.target_id, target_password);
    let resume_mode = options.resume_mode.into();
    let mut settings = SetOnlineMigrationTaskBody::new(method, resume_mode, source, target);
    // A string is the declared type; the service accepts a number, too.
    settings.bandwidth_limit_mb = options
        .bandwidth_limit_mb
        .map(|limit| limit.to_string().into());
    let run = TaskRunner::one_call(
        ids,
        global.output,
        Some("the copy has started: follow it with `dcsctl stats --watch`"),
    );
    let call = |client, id| configure(client, id, settings.clone());
    Ok(run.report_each(&client, call).await)
}

/// Source or target of a migration.
fn migration_end(
    addrs: Option<String>,
    id: Option<String>,
    password: Option<Secret>,
) -> ConfigMigrationInstanceBody {
    let mut end = ConfigMigrationInstanceBody::default();
    (end.addrs, end.id, end.password) = (addrs, id, password);
    end
}

/// Whether each part is `host:port`. The service checks the host itself.
fn are_addresses(text: &str) -> bool {
    text.split(',').all(|address| {
        address.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty()
                && !host.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@'))
                && port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse::<NonZeroU16>().is_ok()
        })
    })
}

async fn configure(
    client: MigrationClient,
    id: String,
    settings: SetOnlineMigrationTaskBody,
) -> TaskReport {
    let result = client.configure(&id, &settings).await;
    let response = result.as_ref().ok().map(huaweicloud_dcs::Response::body);
    let error = response.and_then(|response| response.error.clone());
    let status = response.and_then(|response| response.status.as_ref());
    let message = status.map(|status| format!("the task shows {status}"));
    let report = TaskReport::of_call(id, Outcome::Accepted, &result).with_message(message);
    match error.filter(|error| !error.is_empty()) {
        Some(error) => report.doubted(&error),
        None => report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_needs_host_and_port() {
        for good in [
            "10.20.0.15:6379",
            "redis-1.example.com:1",
            "[fd00::15]:65535",
            "a:6379,b:6379",
        ] {
            assert!(are_addresses(good), "{good}");
        }
        for bad in [
            "",
            "10.20.0.15",
            "10.20.0.15:",
            ":6379",
            "a:0",
            "a:65536",
            "a:+6379",
            "a:redis",
            "a:6379,b",
            "a:6379,",
            "a:6379, b:6379",
            "redis://a:6379",
            "user@a:6379",
        ] {
            assert!(!are_addresses(bad), "{bad}");
        }
    }
}
