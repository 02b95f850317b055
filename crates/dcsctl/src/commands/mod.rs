//! The commands, one a file.

pub(crate) mod show;
pub(crate) mod stop_sync;

use tokio::runtime;

use crate::arguments::{Command, GlobalOptions};
use crate::exit::{Exit, Failure};

/// Runs a command to its end.
pub(crate) fn run(command: Command, global: &GlobalOptions) -> Result<Exit, Failure> {
    // A thread that a server keeps busy must not keep the other one from its time limits.
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::local(format!(
                "this machine refuses what is needed to run: {error}"
            ))
        })?;
    let result = runtime.block_on(async {
        match command {
            Command::StopSync(options) => stop_sync::run(options, global).await,
            Command::Show(options) => show::run(&options, global).await,
        }
    });
    // A name look-up that was left behind runs on in a thread; nothing waits for it.
    runtime.shutdown_background();
    result
}
