//! The command line: one file per command, and the dispatch.

mod completions;
mod configure;
mod create;
mod cutover;
mod delete;
mod exchange_ip;
mod import;
mod list;
mod logs;
mod man;
mod projects;
mod restart;
mod rollback_ip;
mod show;
mod stats;
mod stop;
mod stop_sync;
mod update;
mod wait;

use clap::{CommandFactory as _, Parser, Subcommand};
use tokio::{runtime, select};

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::run::interrupt::{self, interrupt};

/// Runs Huawei Cloud DCS data migration tasks and reports whether each step happened
#[derive(Debug, Parser)]
#[command(name = "dcsctl", version, help_template = help::TEMPLATE, before_help = help::PROGRAM_EXAMPLES, after_help = help::program())]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One variant per command; its options are in the command's own file.
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

/// Runs a command to its end.
pub(crate) fn run(command: Command, global: &GlobalOptions) -> Result<Exit, Failure> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::local(format!("cannot start the async runtime: {error}")))?;
    interrupt::listen()?;
    let result = runtime.block_on(async {
        let result = match command {
            Command::List(options) => reading(list::run(&options, global)).await,
            Command::Show(options) => reading(show::run(&options, global)).await,
            Command::Stats(options) => reading(stats::run(&options, global)).await,
            Command::Logs(options) => Box::pin(reading(logs::run(&options, global))).await,
            Command::Wait(options) => reading(wait::run(&options, global)).await,
            Command::Projects(options) => reading(projects::run(&options, global)).await,
            Command::Cutover(options) => cutover::run(options, global).await,
            Command::Create(options) => create::run(options, global).await,
            Command::Configure(options) => configure::run(options, global).await,
            Command::Import(options) => import::run(options, global).await,
            Command::Update(options) => update::run(options, global).await,
            Command::StopSync(options) => stop_sync::run(options, global).await,
            Command::Stop(options) => stop::run(options, global).await,
            Command::Restart(options) => restart::run(options, global).await,
            Command::Delete(options) => delete::run(options, global).await,
            Command::ExchangeIp(options) => exchange_ip::run(options, global).await,
            Command::RollbackIp(options) => rollback_ip::run(options, global).await,
            Command::Completions(options) => completions::run(&options, Arguments::command()),
            Command::Man(options) => man::run(&options, Arguments::command()),
        };
        interrupt::end(result).await
    });
    // An abandoned DNS look-up may still run in a thread: do not wait for it.
    runtime.shutdown_background();
    result
}

/// Runs a command that changes nothing. A signal ends it at any time.
async fn reading(command: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    select! {
        biased;
        result = command => result,
        () = interrupt() => Ok(Exit::Interrupted),
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;
    use std::path::PathBuf;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn command_definition_is_valid() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn readme_commands_parse() {
        let readme = include_str!("../../README.md").replace("\\\n", " ");
        let lines = readme.lines().filter(|line| line.starts_with("dcsctl "));
        let commands: Vec<_> = lines
            .map(|line| line.split(['|', '>', '<', '#']).next().unwrap_or_default())
            .collect();
        assert!(commands.len() > 20, "{commands:?}");
        for line in commands {
            let parsed = Arguments::try_parse_from(line.split_whitespace());
            assert!(parsed.is_ok(), "{line}: {:?}", parsed.err());
        }
    }

    #[test]
    fn argument_never_takes_a_secret() {
        let program = Arguments::command();
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            for argument in command.get_arguments() {
                // A flag takes no value. The path of a file is no secret, if the value must be a path.
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
