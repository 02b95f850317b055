//! Standard output, written by its own thread. A reader that does not read delays only the data.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write as _};
use std::pin::pin;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde::Serialize;
use tokio::sync::Notify;

use super::format::{Format, serialized};
use super::stderr::{raw, talk};
use crate::outcome::{Failure, TaskReport};

/// Writes data, one line or several. A closed pipe is not an error.
///
/// Only queues the data: [`written`] reports whether it was written.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    put(Line {
        text: text.to_owned(),
        otherwise: None,
    });
    check_written()
}

/// Writes a JSON object as a line of data.
pub(crate) fn object(value: &impl Serialize) -> Result<(), Failure> {
    data(&serialized(value)?)
}

/// Writes the outcome of a task. If that fails, writes it to standard error: it may be the only trace of what happened. The
/// exit code stays that of the outcome.
pub(crate) fn outcome(text: &str) {
    put(Line {
        text: text.to_owned(),
        otherwise: Some(|text, error| {
            talk(&not_written(error));
            raw(text);
        }),
    });
}

/// Writes the report of a task in the given format.
pub(crate) fn report(report: &TaskReport, format: Format) {
    match format {
        Format::Text => outcome(&report.text()),
        Format::Json => outcome(&report.json()),
    }
}

/// Waits until all lines are written or have failed. Keeps the queue short if the reader is slow.
pub(crate) async fn written() -> Result<(), Failure> {
    loop {
        let mut done = pin!(DONE.notified());
        done.as_mut().enable();
        if queue().lines.is_empty() {
            return check_written();
        }
        done.await;
    }
}

/// Gives up unwritten lines: outcomes go to standard error. Returns whether data was lost.
pub(crate) fn give_up() -> bool {
    let (outcomes, data): (Vec<_>, Vec<_>) = queue()
        .lines
        .drain(..)
        .partition(|line| line.otherwise.is_some());
    if !outcomes.is_empty() {
        talk(&not_written("the reader does not read"));
        for line in &outcomes {
            raw(&line.text);
        }
    }
    !data.is_empty()
}

/// Whether the reader has closed the pipe, so that a command that only reads may end.
pub(crate) fn reader_has_gone() -> bool {
    queue().reader_has_gone
}

/// Checks the result of a write to standard output that did not use the thread.
pub(crate) fn printed(result: io::Result<()>) -> Result<(), Failure> {
    match check_stdout(false).and(result) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::local(not_written(&error.to_string())))
        }
        _ => Ok(()),
    }
}

/// Fails if a line of data could not be written.
fn check_written() -> Result<(), Failure> {
    match &queue().failure {
        Some(error) => Err(Failure::local(not_written(error))),
        None => Ok(()),
    }
}

fn not_written(error: &str) -> String {
    format!("cannot write to standard output: {error}")
}

/// A line to write, with a fallback.
struct Line {
    text: String,
    /// Called with the text and the error if the write fails. Without it, [`written`] returns the error.
    otherwise: Option<fn(&str, &str)>,
}

#[derive(Default)]
struct Queue {
    /// The lines not written yet; the first one may be half written.
    lines: VecDeque<Line>,
    failure: Option<String>,
    reader_has_gone: bool,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    lines: VecDeque::new(),
    failure: None,
    reader_has_gone: false,
});
static MORE: Condvar = Condvar::new();
static DONE: Notify = Notify::const_new();

/// Whether the thread runs. Without it, callers write their lines themselves.
static HAS_THREAD: LazyLock<bool> = LazyLock::new(|| {
    let writer = thread::Builder::new().name("output".to_owned());
    writer.spawn(write_all).is_ok()
});

fn queue() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Queues a line.
fn put(line: Line) {
    queue().lines.push_back(line);
    if *HAS_THREAD {
        MORE.notify_one();
    } else {
        write_next();
    }
}

fn write_all() {
    loop {
        drop(
            MORE.wait_while(queue(), |queue| queue.lines.is_empty())
                .unwrap_or_else(PoisonError::into_inner),
        );
        write_next();
    }
}

fn write_next() {
    // The line stays in the queue until it is written.
    let Some((text, otherwise)) = queue()
        .lines
        .front()
        .map(|line| (line.text.clone(), line.otherwise))
    else {
        return;
    };
    let result = check_stdout(otherwise.is_some()).and_then(|()| {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{text}").and_then(|()| stdout.flush())
    });
    let failure = match result {
        Ok(()) => None,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            queue().reader_has_gone = true;
            None
        }
        Err(error) => Some(error.to_string()),
    };
    match (failure, otherwise) {
        (None, _) => {}
        (Some(failure), Some(otherwise)) => otherwise(&text, &failure),
        (Some(failure), None) => queue().failure = Some(failure),
    }
    queue().lines.pop_front();
    DONE.notify_waiters();
}

/// Fails if standard output would lose lines without an error, because the standard library ignores EBADF: if it is not open
/// for writing.
///
/// The standard library replaces a closed descriptor by /dev/null, open to read and write. Some programs pass the same on
/// purpose. Therefore only an outcome, which must not be lost, treats it as closed.
#[cfg(unix)]
fn check_stdout(is_outcome: bool) -> io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};

    let stdout = io::stdout();
    let mode = fcntl_getfl(&stdout)? & OFlags::RWMODE;
    if mode == OFlags::RDONLY {
        return Err(rustix::io::Errno::BADF.into());
    }
    let device = |it: rustix::fs::Stat| it.st_rdev;
    let null = stat("/dev/null").map(device);
    let is_null = null.is_ok() && fstat(&stdout).map(device) == null;
    if is_outcome && mode == OFlags::RDWR && is_null {
        return Err(io::Error::other(
            "it is closed, or is /dev/null opened to read and write",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_stdout(_is_outcome: bool) -> io::Result<()> {
    Ok(())
}
