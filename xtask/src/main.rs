//! The maintenance commands of this workspace: `cargo xtask <command>`.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use xtask::{ci, generate, interop, lint, tidy, workspace};

/// The maintenance commands of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Each command is a module of the library.
#[derive(Debug, Subcommand)]
enum Command {
    /// Generate the client crates from the OpenAPI documents under spec/.
    Gen(generate::Arguments),
    /// Check the OpenAPI documents under spec/.
    Spec(lint::Arguments),
    /// Check the rules of this repository that no other tool checks.
    Tidy(tidy::Arguments),
    /// Compare the vendor's Python SDK with our client at the stand-in.
    Interop,
    /// Run all checks of a change.
    Ci,
}

impl Command {
    fn run(&self, root: &Path) -> anyhow::Result<ExitCode> {
        match self {
            Self::Gen(arguments) => generate::run(root, arguments),
            Self::Spec(arguments) => lint::run(root, arguments),
            Self::Tidy(arguments) => tidy::run(root, arguments),
            Self::Interop => interop::run(root),
            Self::Ci => ci::run(root),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = workspace::find_root().and_then(|root| arguments.command.run(&root));
    result.unwrap_or_else(|error| {
        // Standard error is closed: the message cannot be shown.
        let _ = writeln!(io::stderr(), "{error:#}");
        ExitCode::FAILURE
    })
}
