//! Runs a program in a test. Every wait has a deadline, after which the program is killed.

use std::io::{Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Longer than any run takes. A hanging run ends here.
const DEADLINE: Duration = Duration::from_secs(60);

/// A running program. Killed when dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
}

impl Running {
    /// Waits for the end.
    #[track_caller]
    pub(crate) fn end(self) -> Ran {
        match self.end_within(DEADLINE) {
            Some(ran) => ran,
            None => panic!("the program does not end"),
        }
    }

    /// Waits for the end; nothing after the limit.
    pub(crate) fn end_within(mut self, limit: Duration) -> Option<Ran> {
        drop(self.child.stdin.take());
        let until = after(limit);
        let stdout = self.child.stdout.take().map(read);
        let stderr = self.child.stderr.take().map(read);
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if is_over(until) => return None,
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        let text = |stream: Option<Receiver<String>>| {
            stream.map_or(Some(String::new()), |stream| {
                stream.recv_timeout(DEADLINE).ok()
            })
        };
        Some(Ran::new(status, text(stdout)?, text(stderr)?))
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Sends a signal, such as `INT`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.child.id());
        // The program may have ended before.
        run(Command::new("sh").args(["-c", &kill]));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        // A killed child ends at once.
        let _ = self.child.wait();
    }
}

fn read(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let _ = sender.send(text);
    });
    receiver
}

#[expect(clippy::disallowed_methods, reason = "a deadline of a test")]
fn after(limit: Duration) -> Instant {
    Instant::now() + limit
}

#[expect(clippy::disallowed_methods, reason = "a deadline of a test")]
fn is_over(until: Instant) -> bool {
    Instant::now() >= until
}

/// Calls `is_met` until it is true; false at the deadline.
pub(crate) fn wait_until(mut is_met: impl FnMut() -> bool) -> bool {
    let until = after(DEADLINE);
    while !is_over(until) {
        if is_met() {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

/// The result of a thread.
#[track_caller]
pub(crate) fn joined<T>(thread: JoinHandle<T>) -> T {
    assert!(wait_until(|| thread.is_finished()), "the thread ends");
    thread.join().unwrap()
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn new(status: ExitStatus, stdout: String, stderr: String) -> Self {
        Self {
            code: status.code(),
            stdout,
            stderr,
        }
    }

    #[track_caller]
    pub(crate) fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

#[track_caller]
pub(crate) fn run(command: &mut Command) -> Ran {
    spawn(command).end()
}

/// Starts the program with captured output.
pub(crate) fn spawn(command: &mut Command) -> Running {
    start(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
}

/// Starts the program with its streams as set.
pub(crate) fn start(command: &mut Command) -> Running {
    Running {
        child: command.spawn().unwrap(),
    }
}

/// Runs the program with text on its standard input.
#[track_caller]
pub(crate) fn run_with_input(command: &mut Command, input: &[u8]) -> Ran {
    let mut running = spawn(command.stdin(Stdio::piped()));
    let (mut stdin, input) = (running.child.stdin.take().unwrap(), input.to_owned());
    // If the program ends without reading, the write fails.
    thread::spawn(move || stdin.write_all(&input));
    running.end()
}

#[cfg(unix)]
#[test]
fn hanging_program_is_killed_at_the_deadline() {
    let running = spawn(Command::new("sleep").arg("600"));
    let id = running.child.id();
    assert!(running.end_within(Duration::from_millis(50)).is_none());
    let alive = run(Command::new("sh").args(["-c", &format!("kill -0 {id}")]));
    assert_ne!(alive.code, Some(0));
}

#[test]
fn tests_never_wait_without_a_deadline() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    let without = [
        ".wait_with_output()",
        ".wait()",
        ".output()",
        ".recv()",
        ".join()",
    ];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("running.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for call in without {
            assert!(!text.contains(call), "{call} in {}", path.display());
        }
    }
}
