//! The stand-in as a program.

mod arguments;
#[cfg(feature = "redis")]
mod engine;

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use dcs_stand_in::StartError;

use crate::arguments::{Arguments, usage};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let source = error.source().map(|source| format!(" ({source})"));
            let _ = writeln!(io::stderr(), "error: {error}{}", source.unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (builder, faults) = arguments.settings().unwrap_or_else(|error| error.exit());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let stand_in = match builder.log(io::stderr()).start().await {
            Ok(stand_in) => stand_in,
            Err(error @ StartError::Listen(..)) => return Err(error.into()),
            #[cfg(feature = "redis")]
            Err(error @ StartError::State(..)) => return Err(error.into()),
            Err(error) => usage(error).exit(),
        };
        for fault in faults {
            stand_in.fault(fault);
        }
        // Before the line is written: its reader may send the signal at once.
        let asked_to_end = asked_to_end()?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "listening on http://{}", stand_in.address())?;
        stdout.flush()?;
        asked_to_end.await;
        stand_in.shut_down().await;
        Ok(())
    })
}

/// Waits for Ctrl-C or SIGTERM, by which service managers end a program.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}
