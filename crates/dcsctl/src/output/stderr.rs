//! Where lines go: data to standard output, talk to standard error.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::ProgressBar;
use serde::Serialize;
use tokio::select;
use tokio::time::timeout;

use crate::arguments::Format;
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::interrupt::{interrupt, would_end_with};
use crate::members::Members;
use crate::writer::{self, Line};

/// How long lines may take to be written once the program was asked to end.
const GRACE: Duration = Duration::from_secs(1);

/// Whether every line is an object.
static IS_JSON: AtomicBool = AtomicBool::new(false);

/// Sets how everything is written from now on.
pub(crate) fn set_format(format: Format) {
    IS_JSON.store(format == Format::Json, Relaxed);
}

/// Writes data that was read, one line or several. A reader that has gone is no error.
///
/// It only hands the data on: [`written`] tells whether it was written.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    writer::put(Line {
        text: text.to_owned(),
        otherwise: None,
    });
    failure()
}

/// Writes what became of a task. The exit code tells of it too, and is not changed by a line that cannot be written: that
/// goes to standard error, because it may be the only trace of what happened.
pub(crate) fn outcome(text: &str) {
    writer::put(Line {
        text: text.to_owned(),
        otherwise: Some(|text, error| {
            talk(&not_written(error));
            raw(text);
        }),
    });
}

/// Waits until all data and outcomes are written. Data that grows with time waits here for its reader.
pub(crate) async fn written() -> Result<(), Failure> {
    writer::written().await;
    failure()
}

/// The end of a command: all is written, or the program was asked to end and its reader does not read. Then outcomes go
/// to standard error.
pub(crate) async fn end(result: Result<Exit, Failure>) -> Result<Exit, Failure> {
    would_end_with(result.as_ref().map_or_else(Failure::exit, |exit| *exit));
    let in_time = select! {
        biased;
        () = writer::written() => true,
        () = interrupt() => timeout(GRACE, writer::written()).await.is_ok(),
    };
    if in_time {
        return result.and_then(|exit| failure().map(|()| exit));
    }
    let (outcomes, data): (Vec<_>, Vec<_>) = writer::take_unwritten()
        .into_iter()
        .partition(|line| line.otherwise.is_some());
    if !outcomes.is_empty() {
        talk(&not_written("nobody reads it"));
        for line in &outcomes {
            raw(&line.text);
        }
    }
    let is_data_lost = !data.is_empty();
    match result {
        Ok(Exit::Done) if is_data_lost => Ok(Exit::Interrupted),
        result => result,
    }
}

fn failure() -> Result<(), Failure> {
    match writer::failure() {
        Some(error) => Err(Failure::local(not_written(&error))),
        None => Ok(()),
    }
}

fn not_written(error: &str) -> String {
    format!("standard output cannot be written: {error}")
}

/// What a write to standard output without the thread has ended with.
pub(crate) fn printed(result: io::Result<()>) -> Result<(), Failure> {
    match writer::check_stdout(false).and(result) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::local(not_written(&error.to_string())))
        }
        _ => Ok(()),
    }
}

/// Whether nobody reads the data any more, for those who do nothing but write it.
pub(crate) fn reader_has_gone() -> bool {
    writer::reader_has_gone()
}

/// Writes an object of JSON as a line of data.
pub(crate) fn object(value: &impl Serialize) -> Result<(), Failure> {
    data(&serialized(value)?)
}

/// An object of JSON on one line.
pub(crate) fn serialized(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|error| Failure::local(format!("this cannot be written as JSON: {error}")))
}

/// Says something to whoever runs the program.
pub(crate) fn talk(text: &str) {
    talk_of(None, text);
}

/// Says something about a task.
pub(crate) fn talk_of(task_id: Option<&str>, text: &str) {
    if IS_JSON.load(Relaxed) {
        let time = clock::now();
        json(&Talk::Event {
            task_id,
            message: text,
            time: &time,
        });
    } else {
        match task_id {
            Some(task_id) => raw(&format!("{task_id}: {text}")),
            None => raw(text),
        }
    }
}

/// Writes why a command failed.
pub(crate) fn error(failure: &Failure) {
    if IS_JSON.load(Relaxed) {
        json(&Talk::Error(failure.members()));
    } else {
        raw(&format!("error: {failure}"));
    }
}

/// A line on standard error, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Talk<'a> {
    Event {
        task_id: Option<&'a str>,
        message: &'a str,
        time: &'a str,
    },
    Error(&'a Members),
}

fn json(line: &Talk<'_>) {
    // Text, numbers and null: there is nothing in it that cannot be written.
    raw(&serde_json::to_string(line).unwrap_or_default());
}

/// Says something that only matters to somebody who is waiting.
pub(crate) fn progress(task_id: Option<&str>, text: &str) {
    if io::stderr().is_terminal() {
        talk_of(task_id, text);
    }
}

fn raw(line: &str) {
    let write = || {
        let mut stderr = io::stderr().lock();
        // There is nowhere left to say that this failed.
        let _ = writeln!(stderr, "{line}").and_then(|()| stderr.flush());
    };
    let bar = bar().clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Sets the line on the terminal that is written anew, which makes room for others.
pub(crate) fn set_bar(new: Option<ProgressBar>) {
    *bar() = new;
}

fn bar() -> MutexGuard<'static, Option<ProgressBar>> {
    static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);
    BAR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Text of somebody else on one line: what could move a terminal's cursor, or break the line, is escaped.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() || is_invisible(c) => line.extend(c.escape_default()),
            _ => line.push(c),
        }
    }
    line
}

/// Line separators and marks of writing direction, which a terminal obeys without showing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_leave_its_line() {
        assert_eq!(
            one_line("a\u{1b}[2Jb\r\nc\u{202e}d"),
            "a\\u{1b}[2Jb\\r\\nc\\u{202e}d"
        );
        assert_eq!(one_line("迁移 \"x\" é"), "迁移 \"x\" é");
    }
}
