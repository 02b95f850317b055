//! `dcsctl`: runs Huawei Cloud DCS data migration tasks and reports whether each step happened.
//!
//! A module imports only from those before it: `clock` and `text`, `outcome`, `output`, `options`, `run`, `commands`. The
//! files of a folder import one way, too.

mod clock;
mod commands;
mod options;
mod outcome;
mod output;
mod run;
mod text;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::commands::Arguments;
use crate::options::usage;
use crate::outcome::{Exit, Failure};
use crate::output::{Format, trace};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let error = usage::shown(error, &Arguments::command());
            if error.use_stderr() && usage::asks_for_json() {
                output::set_format(Format::Json);
                return end(Err(usage::failure(&error)));
            }
            // To clap, help and version are errors, too.
            let printed = error.print();
            return if error.use_stderr() {
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

/// Reports a failure and returns the exit code.
fn end(result: Result<Exit, Failure>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::error(&failure);
            failure.exit().into()
        }
    }
}
