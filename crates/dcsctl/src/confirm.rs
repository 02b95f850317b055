//! A question before something that cannot be taken back.

use std::io::{self, BufRead, IsTerminal as _, Write as _};

use crate::exit::Failure;

/// Asks on the terminal. Where nobody can answer, `--yes` is asked for, which answers for them.
pub(crate) fn ask(question: &str) -> Result<bool, Failure> {
    check()?;
    let mut stderr = io::stderr().lock();
    // If it cannot be written, no answer comes, which is a no.
    let _ = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
    Ok(is_yes(io::stdin().lock()))
}

/// Says beforehand whether somebody can answer, for those who make calls before they ask.
pub(crate) fn check() -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    Err(Failure::usage(
        "nobody can be asked, so that nothing was sent: give --yes",
    ))
}

/// All but a clear yes is a no.
fn is_yes(mut input: impl BufRead) -> bool {
    let mut line = String::new();
    let answer = input.read_line(&mut line);
    answer.is_ok() && matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_a_clear_yes_is_a_no() {
        for yes in ["y\n", "Y\n", " yes \n", "YES"] {
            assert!(is_yes(yes.as_bytes()), "{yes}");
        }
        for no in ["", "\n", "n\n", "no\n", "yep\n", "nyes\n", "\u{ff}"] {
            assert!(!is_yes(no.as_bytes()), "{no}");
        }
        assert!(!is_yes(&b"\xff\n"[..]));
    }
}
