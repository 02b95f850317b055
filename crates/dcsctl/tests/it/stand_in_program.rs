//! The stand-in as the program that the README starts, built when it is needed.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A running stand-in, which ends when it is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) endpoint: String,
}

impl Program {
    pub(crate) fn start<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut child = Command::new(executable())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            BufReader::new(stdout).read_line(&mut line).unwrap();
            sender.send(line)
        });
        let mut program = Self {
            child,
            endpoint: String::new(),
        };
        let line = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        let endpoint = line.trim_end().strip_prefix("listening on ");
        endpoint.unwrap().clone_into(&mut program.endpoint);
        program
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the stand-in: cargo tells a test only of the programs of its own package.
fn executable() -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", "dcs-stand-in"])
        .args(["--bin", "dcs-stand-in", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(str::to_owned)
    });
    executables.next_back().unwrap()
}
