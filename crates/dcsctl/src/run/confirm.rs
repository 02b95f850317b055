//! The question before a task is changed: what it is about, and whether to go on.

use std::io::{self, BufRead, IsTerminal as _, Write as _};

use clap::Args;
use huaweicloud_dcs::MigrationClient;
use huaweicloud_dcs::types::TaskStatus;
use tokio::task::spawn_blocking;

use super::interrupt::unless_interrupted;
use crate::options::stdin;
use crate::outcome::Failure;
use crate::output::{self, task};
use crate::text::one_line;

/// How many tasks are read and shown before the question.
const SHOWN: usize = 20;

/// What a command that changes tasks is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent<'a> {
    /// The beginning of the question, such as "Restart".
    pub(crate) does: &'a str,
    /// What that does to data or clients: a sentence, or nothing.
    pub(crate) effect: &'a str,
    /// Whether it needs `--yes` where nobody can be asked.
    pub(crate) needs_yes: bool,
}

/// The option of each command that changes tasks.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Consent {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

impl Consent {
    /// Whether to ask. Fails where `--yes` is needed and nobody can be asked: no call has been made by then.
    pub(crate) fn must_ask(self, intent: Intent<'_>) -> Result<bool, Failure> {
        if self.yes {
            return Ok(false);
        }
        let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
        if !can_ask && intent.needs_yes {
            return Err(Failure::usage(
                "not a terminal: pass --yes; nothing was sent",
            ));
        }
        Ok(can_ask)
    }

    /// Shows the tasks and asks, unless `--yes` or the lack of a terminal forbids it. True to go on.
    pub(crate) async fn to_change(
        self,
        client: &MigrationClient,
        ids: &[String],
        intent: Intent<'_>,
    ) -> Result<bool, Failure> {
        if !self.must_ask(intent)? {
            return Ok(true);
        }
        let about = async {
            let mut lines = Vec::new();
            for id in ids.iter().take(SHOWN) {
                lines.push(read(client, id).await?);
            }
            if ids.len() > SHOWN {
                lines.push(format!("  and {} more", ids.len() - SHOWN));
            }
            Ok(lines.join("\n"))
        };
        let what = match ids.len() {
            1 => "this task".to_owned(),
            count => format!("these {count} tasks"),
        };
        ask(client, about, &what, intent).await
    }

    /// The same for a task that does not exist yet: `what` says which name and ends it is to have.
    pub(crate) async fn to_create(
        self,
        client: &MigrationClient,
        what: &str,
        intent: Intent<'_>,
    ) -> Result<bool, Failure> {
        if !self.must_ask(intent)? {
            return Ok(true);
        }
        let about = async { Ok(format!("  {}", one_line(what))) };
        ask(client, about, "this task", intent).await
    }
}

/// Shows what it is about, drops what was typed ahead, and asks on the terminal. Interrupted, the answer is no.
pub(crate) async fn ask(
    client: &MigrationClient,
    about: impl Future<Output = Result<String, Failure>>,
    what: &str,
    intent: Intent<'_>,
) -> Result<bool, Failure> {
    let asked = async {
        let mut text = about.await?;
        let project = Box::pin(client.project_id()).await;
        let project = project.map_err(|error| Failure::of(&error))?;
        if !intent.effect.is_empty() {
            text = format!("{text}\n{}", intent.effect);
        }
        let (does, endpoint) = (intent.does, client.endpoint());
        say(&format!(
            "{text}\n{does} {what} in project {project} at {endpoint}?"
        ));
        stdin::drop_typed_ahead().map_err(|error| {
            Failure::usage(format!(
                "the terminal cannot be asked ({error}): pass --yes; nothing was sent"
            ))
        })?;
        say(" [y/N] ");
        // On a thread of its own, so that a signal is heeded meanwhile.
        let answer = spawn_blocking(|| is_yes(io::stdin().lock()));
        Ok(answer.await.unwrap_or(false))
    };
    let goes_on = match unless_interrupted(asked).await {
        Some(goes_on) => goes_on?,
        None => return Ok(false),
    };
    if !goes_on {
        output::talk("nothing was sent");
    }
    Ok(goes_on)
}

/// Writes to the terminal. If that fails, no answer comes, which is a no.
fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

/// Reads a task and how far it is, and puts it on a line.
async fn read(client: &MigrationClient, id: &str) -> Result<String, Failure> {
    let shown = Box::pin(client.show(id)).await;
    let shown = shown.map_err(|error| Failure::of(&error))?.into_body();
    // Other tasks have no progress to read.
    let progress = match shown.status {
        Some(TaskStatus::FullMigrating | TaskStatus::IncrementalMigrating) => {
            let stats = Box::pin(client.stats(id)).await;
            task::progress(stats.map_err(|error| Failure::of(&error))?.body())
        }
        _ => String::new(),
    };
    Ok(task::line(&shown, &progress))
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
