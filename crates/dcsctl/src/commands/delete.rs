//! `delete`: tasks, after a question.

use clap::Args;
use huaweicloud_dcs::MigrationClient;

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};

const EXAMPLES: &str = "  dcsctl delete b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl delete --yes --output json - < ids.txt > outcomes.jsonl

On a terminal it asks first; elsewhere, and where the IDs come from standard input, --yes is needed. After a no
nothing is sent, and the exit code is 130.
All tasks are one call. For a task that does not exist nothing is done, which is no failure. Each is one line, with the
outcome deleted, failed or unknown; JSON has the keys of `stop-sync`. Deleting again does no harm.";

/// Delete migration tasks
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Task IDs; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "TASK_ID")]
    task_ids: Vec<String>,

    #[command(flatten)]
    consent: Consent,
}

const INTENT: Intent<'_> = Intent {
    does: "Delete",
    effect: "",
    needs_yes: true,
};

/// Deletes the tasks, unless the answer is no.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read(&options.task_ids)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let run = TaskRunner::one_call(ids, global.output, None);
    Ok(run.report(&client, delete).await)
}

async fn delete(client: MigrationClient, ids: Vec<String>) -> Vec<TaskReport> {
    let result = client.delete(&ids).await;
    let report = |id: String| match &result {
        Ok(answer) if !answer.body().contains(&id) => TaskReport::not_named(id, answer),
        _ => TaskReport::of_call(id, Outcome::Deleted, &result),
    };
    ids.into_iter().map(report).collect()
}
