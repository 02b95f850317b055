//! `dcsctl`: runs Huawei Cloud DCS data migration tasks, and says of each step whether it happened.

mod advance;
mod arguments;
mod commands;
mod confirm;
mod creation;
mod error_text;
mod exit;
mod fields;
mod help;
mod input;
mod interrupt;
mod look;
mod outcome;
mod output;
mod password;
mod settings;
mod spinner;
mod table;
mod tally;
mod task_ids;
mod task_report;
mod task_runner;
mod trace;
mod usage;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => {
            let answer = usage::shown(answer);
            // Help and version are such answers too.
            let printed = answer.print();
            return if answer.use_stderr() {
                Exit::Usage.into()
            } else {
                end(output::written(printed).map(|()| Exit::Done))
            };
        }
    };
    let Arguments { global, command } = arguments;
    trace::start(global.verbose);
    end(commands::run(command, &global))
}

/// The exit code, and why where there is something to say.
fn end(result: Result<Exit, Failure>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::talk(&format!("error: {failure}"));
            failure.exit().into()
        }
    }
}
