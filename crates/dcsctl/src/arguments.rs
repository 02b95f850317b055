//! What can be written on the command line. Secrets are not among it: other users of the machine can read it.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    completions, configure, create, cutover, delete, exchange_ip, import, list, logs, man,
    projects, restart, rollback_ip, show, stats, stop, stop_sync, update, wait,
};
use crate::help;

/// Runs Huawei Cloud DCS data migration tasks, and says of each step whether it happened
#[derive(Debug, Parser)]
#[command(name = "dcsctl", version, help_template = help::TEMPLATE, before_help = help::PROGRAM_EXAMPLES, after_help = help::program())]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One variant a command, its options in the command's own file.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::Options),
    Show(show::Options),
    Stats(stats::Options),
    Logs(logs::Options),
    Wait(wait::Options),
    Create(create::Options),
    Configure(configure::Options),
    Import(import::Options),
    Update(update::Options),
    Cutover(cutover::Options),
    StopSync(stop_sync::Options),
    Stop(stop::Options),
    Restart(restart::Options),
    Delete(delete::Options),
    ExchangeIp(exchange_ip::Options),
    RollbackIp(rollback_ip::Options),
    Projects(projects::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Region ID, such as ap-southeast-1
    #[arg(
        long,
        global = true,
        value_name = "REGION",
        conflicts_with = "endpoint"
    )]
    pub(crate) region: Option<String>,

    /// Address to call instead of a region's, as https://host:port; http is for this machine alone
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Address of IAM, which looks projects up and makes tokens, instead of the region's
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) iam_endpoint: Option<String>,

    /// Project ID: 1 to 64 letters, digits, - and _; in the public cloud 32 hexadecimal digits
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) project_id: Option<String>,

    /// Lines to read, or JSON to process
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, hide_possible_values = true, value_name = "text|json")]
    pub(crate) output: Format,

    /// How long one call may take with its repeats; a stop may be answered late
    #[arg(long, global = true, value_parser = humantime::parse_duration, default_value = "120s", value_name = "DURATION")]
    pub(crate) timeout: Duration,

    /// How often a call is tried, where that cannot act twice
    #[arg(long, global = true, default_value = "3", value_name = "N")]
    pub(crate) max_attempts: NonZeroU32,

    /// Ignore the proxy variables of the environment
    #[arg(long, global = true)]
    pub(crate) no_proxy: bool,

    /// Say on standard error what is done; twice for more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How data is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line a task, or one a field
    Text,
    /// One object a line
    Json,
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;
    use std::path::PathBuf;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_secret() {
        let program = Arguments::command();
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            for argument in command.get_arguments() {
                // A flag takes nothing, and the path of a file is no secret: what stands there must be a path.
                let id = argument.get_id().as_str();
                let takes_path = id.ends_with("_file")
                    && argument.get_value_parser().type_id() == TypeId::of::<PathBuf>();
                if takes_path || !argument.get_action().takes_values() {
                    continue;
                }
                for word in id.split('_') {
                    let secrets = [
                        "ak",
                        "sk",
                        "secret",
                        "access",
                        "key",
                        "token",
                        "password",
                        "credentials",
                    ];
                    assert!(!secrets.contains(&word), "{id}");
                }
            }
        }
    }
}
