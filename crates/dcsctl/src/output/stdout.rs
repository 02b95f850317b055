//! Standard output, written by a thread of its own: a reader that does not read holds nothing up but its data.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write as _};
use std::pin::pin;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::Notify;

/// Something to write, with what to do if that fails.
pub(crate) struct Line {
    pub(crate) text: String,
    /// Called with the text and the error, instead of keeping the error for [`failure`].
    pub(crate) otherwise: Option<fn(&str, &str)>,
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
pub(crate) fn put(line: Line) {
    queue().lines.push_back(line);
    if *HAS_THREAD {
        MORE.notify_one();
    } else {
        write_next();
    }
}

/// Waits until all lines are written, or cannot be.
pub(crate) async fn written() {
    loop {
        let mut done = pin!(DONE.notified());
        done.as_mut().enable();
        if queue().lines.is_empty() {
            return;
        }
        done.await;
    }
}

/// Takes the lines that are not written.
pub(crate) fn take_unwritten() -> Vec<Line> {
    queue().lines.drain(..).collect()
}

/// Why a line was not written.
pub(crate) fn failure() -> Option<String> {
    queue().failure.clone()
}

/// Whether a line met a reader that has gone, which is no failure.
pub(crate) fn reader_has_gone() -> bool {
    queue().reader_has_gone
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
pub(crate) fn check_stdout(is_outcome: bool) -> io::Result<()> {
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
pub(crate) fn check_stdout(_is_outcome: bool) -> io::Result<()> {
    Ok(())
}
