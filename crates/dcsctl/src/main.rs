//! `dcsctl`: runs Huawei Cloud DCS data migration tasks, and says of each step whether it happened.
//!
//! A module uses only those before it: `clock` and `text`, `outcome`, `output`, `options`, `run`, `commands`. Inside a folder,
//! too, files import one way.

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
        Err(answer) => {
            let answer = usage::shown(answer, &Arguments::command());
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
