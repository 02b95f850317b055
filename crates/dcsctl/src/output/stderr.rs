//! Standard error: what is said to whoever runs the program. While something is waited for, on a terminal one line that is
//! written anew, elsewhere a line whenever there is something new.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::format::is_json;
use crate::clock;
use crate::outcome::{Failure, OutcomeRecord};

/// Says something to whoever runs the program.
pub(crate) fn talk(text: &str) {
    talk_of(None, text);
}

/// Says something about a task.
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

/// Writes why a command failed.
pub(crate) fn error(failure: &Failure) {
    if is_json() {
        json(&Talk::Error(failure.record()));
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
    Error(&'a OutcomeRecord),
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

/// Writes a line, above the one that moves.
pub(super) fn raw(line: &str) {
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
fn set_bar(new: Option<ProgressBar>) {
    *bar() = new;
}

fn bar() -> MutexGuard<'static, Option<ProgressBar>> {
    static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);
    BAR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A line on standard error that moves, or lines that stay.
#[derive(Clone, Debug)]
pub(crate) struct Spinner {
    bar: ProgressBar,
    /// The line that stays and was written last.
    told: Arc<Mutex<String>>,
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
            told: Arc::default(),
        }
    }

    /// Sets the words. Off a terminal, writes them as a line.
    pub(crate) fn set(&self, words: String) {
        self.show(words);
        self.tell();
    }

    /// Sets words that only a terminal shows.
    pub(crate) fn show(&self, words: String) {
        self.bar.set_message(words);
    }

    /// Sets what follows the words, until the next time.
    pub(crate) fn set_detail(&self, detail: String) {
        let is_new = !detail.is_empty();
        self.bar.set_prefix(detail);
        if is_new {
            self.tell();
        }
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
        set_bar(None);
    }

    /// Where no line can be written anew, writes it once.
    fn tell(&self) {
        if !self.bar.is_hidden() {
            return;
        }
        let line = format!("{}{}", self.bar.message(), self.bar.prefix());
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != line {
            talk(&line);
            *told = line;
        }
    }
}
