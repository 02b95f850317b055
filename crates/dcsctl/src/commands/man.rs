//! `man`: writes the help as manual pages.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use crate::options::help;
use crate::outcome::{Exit, Failure};
use crate::output;

const EXAMPLES: &str = "  dcsctl man | man -l -
  dcsctl man --output-dir ~/.local/share/man/man1";

/// Write the manual page of dcsctl, or the pages of all commands
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::LOCAL_FOOT)]
pub(crate) struct Options {
    /// Write one page per command to this folder, which is created if missing
    #[arg(long, value_name = "PATH")]
    output_dir: Option<PathBuf>,
}

/// Writes the pages.
pub(crate) fn run(options: &Options, program: Command) -> Result<Exit, Failure> {
    let program = with_examples(program).mut_subcommands(with_examples);
    if let Some(folder) = &options.output_dir {
        fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(program, folder))
            .map_err(|error| {
                Failure::local(format!(
                    "cannot write the pages to {}: {error}",
                    folder.display()
                ))
            })?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    Man::new(program)
        .render(&mut page)
        .map_err(|error| Failure::local(format!("cannot write the page: {error}")))?;
    output::data(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Exit::Done)
}

/// Moves the examples to the end: a manual page omits the text before the options.
fn with_examples(command: Command) -> Command {
    let texts = [command.get_before_help(), command.get_after_help()];
    let texts: Vec<_> = texts
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    command.after_help(texts.join("\n\n"))
}
