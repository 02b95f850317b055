//! `configure`: both ends of an online task, and the start of the copy.

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

On a terminal it asks first; elsewhere it goes ahead.
The task must wait for it: `dcsctl show` says RUNNING. Then data is copied: see `dcsctl stats --watch`.
Passwords come from a file, from standard input or from the terminal, never from an argument or a variable, which other
programs can read. The end of the line is dropped.
One line, with the outcome accepted, failed or unknown; JSON has the keys of `stop-sync`.";

/// The usual one is wider than a terminal.
const USAGE: &str = "dcsctl configure [OPTIONS] --method <METHOD> --resume-mode <MODE>
           <--source-id <ID>|--source-addrs <ADDRESSES>> <--target-id <ID>|--target-addrs <ADDRESSES>> <TASK_ID>";

/// Set both ends of an online migration task and start to copy
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("source").required(true),
    group = ArgGroup::new("target").required(true),
    override_usage = USAGE,
    help_template = help::TEMPLATE,
    before_help = help::examples(EXAMPLES),
    after_help = format!(
        "{}\n\n{}",
        help::values_of::<Method>("method"),
        help::values::<Resume>("resume-mode")
    )
)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// DCS instance to move data from
    #[arg(long, group = "source", value_name = "ID")]
    source_id: Option<String>,

    /// Self-hosted Redis to move data from: host:port, several with commas
    #[arg(long, group = "source", value_name = "ADDRESSES")]
    source_addrs: Option<String>,

    /// File that holds the source's password; `-` is standard input
    #[arg(long, value_name = "PATH")]
    source_password_file: Option<PathBuf>,

    /// Ask for the source's password on the terminal
    #[arg(long, conflicts_with = "source_password_file")]
    ask_source_password: bool,

    /// DCS instance to move data to
    #[arg(long, group = "target", value_name = "ID")]
    target_id: Option<String>,

    /// Self-hosted Redis to move data to: host:port, several with commas
    #[arg(long, group = "target", value_name = "ADDRESSES")]
    target_addrs: Option<String>,

    /// File that holds the target's password; `-` is standard input
    #[arg(long, value_name = "PATH")]
    target_password_file: Option<PathBuf>,

    /// Ask for the target's password on the terminal
    #[arg(long, conflicts_with = "target_password_file")]
    ask_target_password: bool,

    /// full (ends with the copy) or incremental (then follows the source until stopped)
    #[arg(long, value_enum, hide_possible_values = true, value_name = "METHOD")]
    method: Method,

    /// What the task does after a fault of the network: auto or manual
    #[arg(long, value_enum, hide_possible_values = true, value_name = "MODE")]
    resume_mode: Resume,

    /// Limit of the bandwidth in MB/s, 1 to 10240, for the incremental method alone
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=10240), value_name = "N")]
    bandwidth_limit_mb: Option<u16>,

    #[command(flatten)]
    consent: Consent,
}

/// How data is copied, in fewer words than the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Once: what is written to the source meanwhile does not reach the target
    #[value(alias = "full_amount_migration")]
    Full,
    /// Once and then change by change, until somebody stops the task
    #[value(alias = "incremental_migration")]
    Incremental,
}

/// What a task does after a fault of the network.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Resume {
    /// Try again for ever; it may begin a full copy anew, which costs bandwidth
    Auto,
    /// Wait for somebody
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
            "--bandwidth-limit-mb is for --method incremental alone",
        ));
    }
    for (option, addresses) in [
        ("--source-addrs", &options.source_addrs),
        ("--target-addrs", &options.target_addrs),
    ] {
        // They are not shown: who takes a URL for an address may have given a password.
        if addresses.as_ref().is_some_and(|it| !are_addresses(it)) {
            return Err(Failure::usage(format!(
                "{option}: each address is host:port, several with commas and no blanks"
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
        "Data is copied from {} to {} from now on.",
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
    // The declared type; the service takes a number too.
    settings.bandwidth_limit_mb = options
        .bandwidth_limit_mb
        .map(|limit| limit.to_string().into());
    let run = TaskRunner::one_call(
        ids,
        global.output,
        Some("data is copied from now on: look with `dcsctl stats --watch`"),
    );
    let call = |client, id| configure(client, id, settings.clone());
    Ok(run.report_each(&client, call).await)
}

/// An end of a migration, as far as it is named.
fn migration_end(
    addrs: Option<String>,
    id: Option<String>,
    password: Option<Secret>,
) -> ConfigMigrationInstanceBody {
    let mut end = ConfigMigrationInstanceBody::default();
    (end.addrs, end.id, end.password) = (addrs, id, password);
    end
}

/// Whether each part is `host:port`, as the service takes them. What a host is, it knows itself.
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
    let answer = result.as_ref().ok().map(huaweicloud_dcs::Response::body);
    let error = answer.and_then(|answer| answer.error.clone());
    let status = answer.and_then(|answer| answer.status.as_ref());
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
    fn an_address_is_a_host_with_a_port() {
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
