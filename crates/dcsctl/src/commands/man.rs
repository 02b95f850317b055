//! `man`: the help as pages of the manual.

use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::exit::{Exit, Failure};
use crate::output;

const EXAMPLES: &str = "Examples:
  dcsctl man | man -l -
  dcsctl man --output-dir ~/.local/share/man/man1";

/// Write the page of the manual, or the pages of all commands
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// Folder to write a page for each command to; it is made if it is not there
    #[arg(long, value_name = "PATH")]
    output_dir: Option<PathBuf>,
}

/// Writes the pages.
pub(crate) fn run(options: &Options) -> Result<Exit, Failure> {
    let program = Arguments::command();
    if let Some(folder) = &options.output_dir {
        fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(program, folder))
            .map_err(|error| {
                Failure::local(format!(
                    "the pages cannot be written to {}: {error}",
                    folder.display()
                ))
            })?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    Man::new(program)
        .render(&mut page)
        .map_err(|error| Failure::local(format!("the page cannot be written: {error}")))?;
    output::data(String::from_utf8_lossy(&page).trim_end());
    Ok(Exit::Done)
}
