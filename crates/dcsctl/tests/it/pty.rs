//! Runs the program on a terminal made by `script`, on which a test types. Every wait has a deadline.

#![expect(
    clippy::disallowed_methods,
    reason = "a deadline in real time, which no test asserts"
)]

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::service::Service;

const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a terminal. Killed when dropped.
pub(crate) struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: Receiver<Vec<u8>>,
    /// The text on the screen, including the echo of typed text.
    pub(crate) shown: String,
    deadline: Instant,
    gate: Option<tempfile::TempDir>,
}

impl Terminal {
    pub(crate) fn start(service: &Service, line: &str) -> Self {
        Self::start_with(service, line, "")
    }

    /// Types a text, and starts the program after the text has been echoed.
    pub(crate) fn start_after_typing(service: &Service, line: &str, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gate = folder.path().join("typed");
        let wait = format!("until [ -e {} ]; do sleep 0.01; done;", gate.display());
        let mut terminal = Self::start_with(service, line, &wait);
        terminal.type_text(text);
        terminal.wait_for(&text.replace('\n', "\r\n"));
        std::fs::write(gate, "").unwrap();
        terminal.gate = Some(folder);
        terminal
    }

    fn start_with(service: &Service, line: &str, first: &str) -> Self {
        let mut command = in_terminal(service, line, &format!("stty cols 200; {first} exec"));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (keyboard, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, screen) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keyboard,
            screen,
            shown: String::new(),
            deadline: Instant::now() + PATIENCE,
            gate: None,
        }
    }

    pub(crate) fn type_text(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.shown.contains(text) {
            assert!(self.read(), "{text:?} was not shown: {}", self.shown);
        }
    }

    /// Waits for the end and checks the exit code.
    #[track_caller]
    pub(crate) fn ended_with(mut self, code: i32) -> String {
        while self.read() {}
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < self.deadline, "no end: {}", self.shown);
            thread::sleep(Duration::from_millis(5));
        };
        assert_eq!(status.code(), Some(code), "{}", self.shown);
        std::mem::take(&mut self.shown)
    }

    /// Reads more of the screen. False at the end or at the deadline.
    fn read(&mut self) -> bool {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let Ok(bytes) = self.screen.recv_timeout(left) else {
            return false;
        };
        self.shown.push_str(&String::from_utf8_lossy(&bytes));
        true
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.try_wait();
    }
}

/// The program in its own terminal, after these shell commands.
pub(crate) fn in_terminal(service: &Service, line: &str, first: &str) -> Command {
    let settings = service.command(line);
    let program = env!("CARGO_BIN_EXE_dcsctl");
    let mut command = Command::new("script");
    command
        .arg("-qec")
        .arg(format!("{first} {program} {line}"))
        .arg("/dev/null")
        .env_clear()
        .env("TERM", "xterm")
        .envs(
            settings
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
}
