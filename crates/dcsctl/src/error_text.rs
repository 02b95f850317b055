//! What is said of a call that failed.

use std::error::Error as _;

use huaweicloud_dcs::{Error, ErrorKind};

use crate::output::one_line;

/// How much of a cause is shown.
const CAUSE_LENGTH: usize = 200;

/// What happened, what to do, and the cause where it is what one has to know: a refused connection, an expired
/// certificate, a name that is not found, a task that cannot be read.
///
/// The causes of other kinds are left out: they may quote the answer.
pub(crate) fn line(error: &Error) -> String {
    match cause(error) {
        Some(cause) => format!("{error} (cause: {cause})"),
        None => error.to_string(),
    }
}

/// The service's own words if it sent some, else ours, with the cause where that is what one has to know.
pub(crate) fn message(error: &Error) -> String {
    let message = error.message().map_or_else(
        || match error.status() {
            Some(status) => format!("HTTP {status}"),
            None => error.kind().to_string(),
        },
        str::to_owned,
    );
    match cause(error) {
        Some(cause) => format!("{message} (cause: {cause})"),
        None => message,
    }
}

fn cause(error: &Error) -> Option<String> {
    if !matches!(
        error.kind(),
        ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Wait
    ) {
        return None;
    }
    let mut source = error.source()?;
    if let Some(error) = source.downcast_ref::<Error>() {
        return Some(line(error));
    }
    // The libraries between say no more than where they were.
    while let Some(next) = source.source() {
        source = next;
    }
    let text = one_line(&source.to_string());
    Some(match text.char_indices().nth(CAUSE_LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    })
}
