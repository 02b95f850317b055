//! Standard error: messages and progress. During a wait, a terminal shows one line that is redrawn. Off a terminal, each
//! change is a line.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::format::is_json;
use crate::clock;
use crate::outcome::{Failure, OutcomeRecord};

/// Writes a message.
pub(crate) fn talk(text: &str) {
    talk_of(None, text);
}

/// Writes a message about a task.
pub(crate) fn talk_of(task_id: Option<&str>, text: &str) {
    if is_json() {
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

/// Writes the failure of a command.
pub(crate) fn error(failure: &Failure) {
    if is_json() {
        json(&Talk::Error(failure.record()));
    } else {
        raw(&format!("error: {failure}"));
    }
}

/// A line of JSON on standard error.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Talk<'a> {
    Event {
        task_id: Option<&'a str>,
        message: &'a str,
        time: &'a str,
    },
    Error(&'a OutcomeRecord),
}

fn json(line: &Talk<'_>) {
    // Strings, numbers and null always serialize.
    raw(&serde_json::to_string(line).unwrap_or_default());
}

/// Writes a message that only matters to a user at a terminal.
pub(crate) fn progress(task_id: Option<&str>, text: &str) {
    if io::stderr().is_terminal() {
        talk_of(task_id, text);
    }
}

/// Writes a line above the spinner.
pub(super) fn raw(line: &str) {
    let write = || {
        let mut stderr = io::stderr().lock();
        // A failure cannot be reported anywhere.
        let _ = writeln!(stderr, "{line}").and_then(|()| stderr.flush());
    };
    let bar = bar().clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Sets the spinner that makes room for other lines.
fn set_bar(new: Option<ProgressBar>) {
    *bar() = new;
}

fn bar() -> MutexGuard<'static, Option<ProgressBar>> {
    static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);
    BAR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The progress of a wait: a line that is redrawn, or off a terminal one line per change.
#[derive(Clone, Debug)]
pub(crate) struct Spinner {
    bar: ProgressBar,
    /// The last line written off a terminal.
    last_line: Arc<Mutex<String>>,
}

impl Spinner {
    pub(crate) fn start(words: String) -> Self {
        let bar = ProgressBar::new_spinner().with_message(words);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}{prefix} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        set_bar(Some(bar.clone()));
        Self {
            bar,
            last_line: Arc::default(),
        }
    }

    /// Sets the message. Off a terminal, writes it as a line.
    pub(crate) fn set(&self, words: String) {
        self.show(words);
        self.write_line();
    }

    /// Sets a message that only a terminal shows.
    pub(crate) fn show(&self, words: String) {
        self.bar.set_message(words);
    }

    /// Sets the detail after the message.
    pub(crate) fn set_detail(&self, detail: String) {
        let is_new = !detail.is_empty();
        self.bar.set_prefix(detail);
        if is_new {
            self.write_line();
        }
    }

    /// Removes the line.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
        set_bar(None);
    }

    /// Off a terminal, writes the line unless it was the last one written.
    fn write_line(&self) {
        if !self.bar.is_hidden() {
            return;
        }
        let line = format!("{}{}", self.bar.message(), self.bar.prefix());
        let mut last_line = self
            .last_line
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *last_line != line {
            talk(&line);
            *last_line = line;
        }
    }
}
