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
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::exit::Exit;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => {
            // Help and version are such answers too. One that nobody reads any more is no error.
            let _ = answer.print();
            return if answer.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            }
            .into();
        }
    };
    let Arguments { global, command } = arguments;
    trace::start(global.verbose);
    match commands::run(command, &global) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::talk(&format!("error: {failure}"));
            failure.exit().into()
        }
    }
}
