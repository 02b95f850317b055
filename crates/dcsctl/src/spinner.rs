//! What is waited for: on a terminal one line that is written anew, elsewhere a line whenever there is something new.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// A line on standard error that moves, or lines that stay.
#[derive(Clone, Debug)]
pub(crate) struct Spinner {
    bar: ProgressBar,
    /// What it begins with, which is nothing new.
    first: String,
    /// The line that stays and was written last.
    told: Arc<Mutex<String>>,
}

impl Spinner {
    pub(crate) fn start(words: String) -> Self {
        let bar = ProgressBar::new_spinner().with_message(words.clone());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}{prefix} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        output::set_bar(Some(bar.clone()));
        Self {
            bar,
            first: words,
            told: Arc::default(),
        }
    }

    pub(crate) fn set(&self, words: String) {
        let is_new = words != self.first;
        self.bar.set_message(words);
        if is_new {
            self.tell();
        }
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
        output::set_bar(None);
    }

    /// Where no line can be written anew, writes it once.
    fn tell(&self) {
        if !self.bar.is_hidden() {
            return;
        }
        let line = format!("{}{}", self.bar.message(), self.bar.prefix());
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != line {
            output::talk(&line);
            *told = line;
        }
    }
}
