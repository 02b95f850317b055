//! `dcsctl`: runs Huawei Cloud DCS data migration tasks, and says of each step whether it happened.

mod advance;
mod arguments;
mod clock;
mod commands;
mod confirm;
mod creation;
mod error_text;
mod exit;
mod fields;
mod help;
mod input;
mod interrupt;
mod known;
mod look;
mod members;
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
mod writer;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Format};
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => {
            let answer = usage::shown(answer);
            if answer.use_stderr() && usage::asks_for_json() {
                output::set_format(Format::Json);
                return end(Err(usage::failure(&answer)));
            }
            // Help and version are such answers too.
            let printed = answer.print();
            return if answer.use_stderr() {
                Exit::Usage.into()
            } else {
                end(output::printed(printed).map(|()| Exit::Done))
            };
        }
    };
    let Arguments { global, command } = arguments;
    output::set_format(global.output);
    trace::start(global.verbose);
    end(commands::run(command, &global))
}

/// The exit code, and why where there is something to say.
fn end(result: Result<Exit, Failure>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::error(&failure);
            failure.exit().into()
        }
    }
}
