//! The commands, one a file.

pub(crate) mod completions;
pub(crate) mod configure;
pub(crate) mod create;
pub(crate) mod cutover;
pub(crate) mod delete;
pub(crate) mod exchange_ip;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod man;
pub(crate) mod projects;
pub(crate) mod restart;
pub(crate) mod rollback_ip;
pub(crate) mod show;
pub(crate) mod stats;
pub(crate) mod stop;
pub(crate) mod stop_sync;
pub(crate) mod update;
pub(crate) mod wait;

use tokio::{runtime, select};

use crate::arguments::{Command, GlobalOptions};
use crate::exit::{Exit, Failure};
use crate::interrupt::{self, interrupt};
use crate::output;

/// Runs a command to its end.
pub(crate) fn run(command: Command, global: &GlobalOptions) -> Result<Exit, Failure> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::local(format!(
                "this machine refuses what is needed to run: {error}"
            ))
        })?;
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
            Command::Completions(options) => completions::run(&options),
            Command::Man(options) => man::run(&options),
        };
        output::end(result).await
    });
    // A name look-up that was left behind runs on in a thread; nothing waits for it.
    runtime.shutdown_background();
    result
}

/// A command that changes nothing: it can be left at any time.
async fn reading(command: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    select! {
        biased;
        result = command => result,
        () = interrupt() => Ok(Exit::Interrupted),
    }
}
