//! `completions`: writes a completion script for a shell.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::options::help;
use crate::outcome::{Exit, Failure};
use crate::output;

const EXAMPLES: &str =
    "  dcsctl completions bash > ~/.local/share/bash-completion/completions/dcsctl
  dcsctl completions zsh > \"${fpath[1]}/_dcsctl\"
  dcsctl completions fish > ~/.config/fish/completions/dcsctl.fish";

/// Write a completion script for a shell
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::LOCAL_FOOT)]
pub(crate) struct Options {
    /// Shell to write the script for
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Writes the script.
pub(crate) fn run(options: &Options, mut program: Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut program, "dcsctl", &mut script);
    output::data(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Done)
}
