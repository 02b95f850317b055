//! The stand-in as a program, as the README starts it. Built on demand.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::running::{Running, start};

/// A running stand-in. Killed when dropped.
pub(crate) struct Program {
    _running: Running,
    pub(crate) endpoint: String,
}

impl Program {
    pub(crate) fn start<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut command = Command::new(executable());
        let command = command.args(arguments).stdin(Stdio::null());
        let mut running = start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let stdout = running.child.stdout.take().unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).unwrap();
            sender.send(line)
        });
        let line = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        let endpoint = line.trim_end().strip_prefix("listening on ");
        Self {
            _running: running,
            endpoint: endpoint.unwrap().to_owned(),
        }
    }
}

/// Builds the stand-in: cargo names only programs of the test's own package.
fn executable() -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet", "--package", "dcs-stand-in"])
        .args(["--bin", "dcs-stand-in", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    // The build may take long.
    let built = start(&mut command).end_within(Duration::from_secs(600));
    let built = built.unwrap().ended_with(0);
    let mut executables = built.lines().into_iter().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(str::to_owned)
    });
    executables.next_back().unwrap()
}
