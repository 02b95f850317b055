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
mod watch;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};

use crate::arguments::Arguments;
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(mut answer) => {
            without_false_tip(&mut answer);
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

/// Nothing that begins with a dash is a value here, and that it could be one is said of each option that a command does
/// not have.
fn without_false_tip(answer: &mut clap::Error) {
    if let Some(ContextValue::StyledStrs(tips)) = answer.get(ContextKind::Suggested)
        && tips
            .iter()
            .any(|tip| tip.to_string().contains("as a value"))
    {
        answer.remove(ContextKind::Suggested);
    }
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
