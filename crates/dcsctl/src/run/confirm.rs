//! The confirmation before a command changes a task.

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

/// Maximum number of tasks shown before the question.
const SHOWN: usize = 20;

/// What a command is about to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent<'a> {
    /// The start of the question, such as "Restart".
    pub(crate) does: &'a str,
    /// The effect on data or clients: a sentence, or empty.
    pub(crate) effect: &'a str,
    /// Whether it requires `--yes` off a terminal.
    pub(crate) needs_yes: bool,
}

/// The option of every command that changes tasks.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Consent {
    /// Skip the question
    #[arg(short, long)]
    yes: bool,
}

impl Consent {
    /// Whether to ask. Fails if `--yes` is required and missing; no call was made before.
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

    /// Shows the tasks and asks, unless there is `--yes` or no terminal. Returns whether to proceed.
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

    /// Asks before a task is created. `what` describes the task.
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

/// Shows what will change, drops input typed ahead, and asks. An interruption counts as no.
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
                "cannot ask on the terminal ({error}): pass --yes; nothing was sent"
            ))
        })?;
        say(" [y/N] ");
        // On another thread, so that a signal ends the question.
        let reply = spawn_blocking(|| is_yes(io::stdin().lock()));
        Ok(reply.await.unwrap_or(false))
    };
    let is_confirmed = match unless_interrupted(asked).await {
        Some(is_confirmed) => is_confirmed?,
        None => return Ok(false),
    };
    if !is_confirmed {
        output::talk("nothing was sent");
    }
    Ok(is_confirmed)
}

/// Writes to the terminal. If that fails, there is no reply, which counts as no.
fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

/// Reads a task and its progress, and formats it as a line.
async fn read(client: &MigrationClient, id: &str) -> Result<String, Failure> {
    let shown = Box::pin(client.show(id)).await;
    let shown = shown.map_err(|error| Failure::of(&error))?.into_body();
    // Tasks with another status have no progress.
    let progress = match shown.status {
        Some(TaskStatus::FullMigrating | TaskStatus::IncrementalMigrating) => {
            let stats = Box::pin(client.stats(id)).await;
            task::progress(stats.map_err(|error| Failure::of(&error))?.body())
        }
        _ => String::new(),
    };
    Ok(task::line(&shown, &progress))
}

/// Whether the reply is `y` or `yes`; anything else counts as no.
fn is_yes(mut input: impl BufRead) -> bool {
    let mut line = String::new();
    let read = input.read_line(&mut line);
    read.is_ok() && matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reply_other_than_yes_is_no() {
        for yes in ["y\n", "Y\n", " yes \n", "YES"] {
            assert!(is_yes(yes.as_bytes()), "{yes}");
        }
        for no in ["", "\n", "n\n", "no\n", "yep\n", "nyes\n", "\u{ff}"] {
            assert!(!is_yes(no.as_bytes()), "{no}");
        }
        assert!(!is_yes(&b"\xff\n"[..]));
    }
}
