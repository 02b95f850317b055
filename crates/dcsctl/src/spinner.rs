//! What is waited for, on a terminal alone, on one line that is written anew.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// A line on standard error that moves. It is nothing where nobody watches.
#[derive(Clone, Debug)]
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    pub(crate) fn start(words: String) -> Self {
        let bar = ProgressBar::new_spinner().with_message(words);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}{prefix} [{elapsed}]") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    pub(crate) fn set(&self, words: String) {
        self.0.set_message(words);
    }

    /// Sets what follows the words, until the next time.
    pub(crate) fn set_detail(&self, detail: String) {
        self.0.set_prefix(detail);
    }

    /// Says something that stays, above it.
    pub(crate) fn talk(&self, text: &str) {
        self.0.suspend(|| output::talk(text));
    }

    /// Whether nobody watches.
    pub(crate) fn is_hidden(&self) -> bool {
        self.0.is_hidden()
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}
