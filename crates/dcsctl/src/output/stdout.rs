//! Standard output, written by a thread of its own: a reader that does not read holds nothing up but its data.

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

/// Writes data that was read, one line or several. A reader that has gone is no error.
///
/// It only hands the data on: [`written`] tells whether it was written.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    put(Line {
        text: text.to_owned(),
        otherwise: None,
    });
    check_written()
}

/// Writes an object of JSON as a line of data.
pub(crate) fn object(value: &impl Serialize) -> Result<(), Failure> {
    data(&serialized(value)?)
}

/// Writes what became of a task. The exit code tells of it too, and is not changed by a line that cannot be written: that
/// goes to standard error, because it may be the only trace of what happened.
pub(crate) fn outcome(text: &str) {
    put(Line {
        text: text.to_owned(),
        otherwise: Some(|text, error| {
            talk(&not_written(error));
            raw(text);
        }),
    });
}

/// Writes the report of a task, in the form that was asked for.
pub(crate) fn report(report: &TaskReport, format: Format) {
    match format {
        Format::Text => outcome(&report.text()),
        Format::Json => outcome(&report.json()),
    }
}

/// Waits until all lines are written, or cannot be. Data that grows with time waits here for its reader.
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

/// Gives up the lines that are not written: outcomes go to standard error. Whether data is lost.
pub(crate) fn give_up() -> bool {
    let (outcomes, data): (Vec<_>, Vec<_>) = queue()
        .lines
        .drain(..)
        .partition(|line| line.otherwise.is_some());
    if !outcomes.is_empty() {
        talk(&not_written("nobody reads it"));
        for line in &outcomes {
            raw(&line.text);
        }
    }
    !data.is_empty()
}

/// Whether nobody reads the data any more, for those who do nothing but write it.
pub(crate) fn reader_has_gone() -> bool {
    queue().reader_has_gone
}

/// What a write to standard output without the thread has ended with.
pub(crate) fn printed(result: io::Result<()>) -> Result<(), Failure> {
    match check_stdout(false).and(result) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::local(not_written(&error.to_string())))
        }
        _ => Ok(()),
    }
}

/// Fails if a line of data was not written.
fn check_written() -> Result<(), Failure> {
    match &queue().failure {
        Some(error) => Err(Failure::local(not_written(error))),
        None => Ok(()),
    }
}

fn not_written(error: &str) -> String {
    format!("standard output cannot be written: {error}")
}

/// Something to write, with what to do if that fails.
struct Line {
    text: String,
    /// Called with the text and the error, instead of keeping the error for [`written`].
    otherwise: Option<fn(&str, &str)>,
}

#[derive(Default)]
struct Queue {
    /// What is not written yet; the first may be in the middle of it.
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

/// Whether there is a thread. Without one, lines are written by whoever has them.
static HAS_THREAD: LazyLock<bool> = LazyLock::new(|| {
    let writer = thread::Builder::new().name("output".to_owned());
    writer.spawn(write_all).is_ok()
});

fn queue() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a line after those before it.
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
    // It stays in the queue until it is written.
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

/// Fails where lines are lost without an error, because the standard library ignores EBADF: at a descriptor that is not open
/// for writing. A descriptor that was closed, the standard library has replaced by /dev/null, open to read and write. Some
/// programs pass that too, to see nothing. So only an outcome, which must not be lost, takes it for closed.
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
            "it is closed, or is /dev/null open to read and write",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_stdout(_is_outcome: bool) -> io::Result<()> {
    Ok(())
}
