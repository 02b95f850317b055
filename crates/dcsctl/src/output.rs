//! Where lines go: data to standard output, talk to standard error.

use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use serde::Serialize;

use crate::exit::Failure;

/// Whether a line of data met a reader that has gone.
static READER_HAS_GONE: AtomicBool = AtomicBool::new(false);

/// Writes data that was read, one line or several. A reader that has gone is no error.
pub(crate) fn data(text: &str) -> Result<(), Failure> {
    written(write_line(&mut io::stdout().lock(), text))
}

/// What a write to standard output that has ended so is to whoever runs the program.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            READER_HAS_GONE.store(true, Relaxed);
            Ok(())
        }
        Err(error) => Err(Failure::local(format!(
            "standard output cannot be written: {error}"
        ))),
    }
}

/// Writes what became of a task. The exit code tells of it too, and is not changed by a line that cannot be written: that
/// goes to standard error, because it may be the only trace of what happened.
pub(crate) fn outcome(text: &str) {
    if let Err(failure) = data(text) {
        talk(&format!("{failure}:\n{text}"));
    }
}

/// Whether nobody reads the data any more, for those who do nothing but write it.
pub(crate) fn reader_has_gone() -> bool {
    READER_HAS_GONE.load(Relaxed)
}

/// Writes an object of JSON as a line of data.
pub(crate) fn object(value: &impl Serialize) -> Result<(), Failure> {
    data(&json(value)?)
}

/// An object of JSON on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|error| Failure::local(format!("this cannot be written as JSON: {error}")))
}

/// Says something to whoever runs the program.
pub(crate) fn talk(text: &str) {
    // There is nowhere left to say that this failed.
    let _ = write_line(&mut io::stderr().lock(), text);
}

/// Says something that only matters to somebody who is waiting.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        talk(text);
    }
}

fn write_line(stream: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(stream, "{text}").and_then(|()| stream.flush())
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
