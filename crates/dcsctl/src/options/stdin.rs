//! Reads standard input whole, and drops input typed ahead on a terminal.

use std::io::{self, IsTerminal as _, Read};

use crate::outcome::Failure;
use crate::output;

/// The maximum size of the input: about 28,000 task IDs.
const MOST: u64 = 1024 * 1024;

/// Reads standard input to its end. `what` names the expected input for prompt and errors.
pub(crate) fn read(what: &str) -> Result<String, Failure> {
    let stdin = io::stdin().lock();
    if stdin.is_terminal() {
        output::progress(
            None,
            &format!("reading {what} from standard input; Ctrl-D ends the input"),
        );
    }
    text(stdin)
        .map_err(|why| Failure::usage(format!("cannot read {what} from standard input: {why}")))
}

/// Reads text of limited length. Skips a byte order mark, which some editors write.
pub(crate) fn text(stream: impl Read) -> Result<String, String> {
    let mut text = String::new();
    let length = stream
        .take(MOST + 1)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    if length as u64 > MOST {
        return Err("it is longer than 1 MiB".to_owned());
    }
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Drops input typed before a question appeared: it cannot be the reply. Also flushes `/dev/tty`, from which passwords are
/// read.
#[cfg(unix)]
pub(crate) fn drop_typed_ahead() -> io::Result<()> {
    use rustix::termios::{QueueSelector, tcflush};

    let stdin = io::stdin();
    if stdin.is_terminal() {
        tcflush(&stdin, QueueSelector::IFlush)?;
    }
    if let Ok(terminal) = std::fs::File::open("/dev/tty") {
        tcflush(&terminal, QueueSelector::IFlush)?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn drop_typed_ahead() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_long_input_is_refused_and_never_cut() {
        let longest = "a".repeat(1024 * 1024);
        assert_eq!(text(longest.as_bytes()).as_ref(), Ok(&longest));
        let why = text(io::repeat(b'a')).unwrap_err();
        assert!(why.contains("1 MiB"), "{why}");
    }

    #[test]
    fn byte_order_mark_at_the_start_is_skipped() {
        assert_eq!(text("\u{feff}a\u{feff}".as_bytes()).unwrap(), "a\u{feff}");
    }

    #[test]
    fn input_other_than_utf8_is_refused() {
        assert!(text(&b"\xff\xfe"[..]).is_err());
    }
}
