//! `delete`: deletes tasks after a confirmation.

use clap::Args;
use huaweicloud_dcs::MigrationClient;

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};

const EXAMPLES: &str = "  dcsctl delete b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl delete --yes --output json - < ids.txt > outcomes.jsonl

Asks first on a terminal; requires --yes off a terminal, which includes IDs from a pipe.
All tasks are deleted in one call. A task that does not exist is not a failure, and it is safe to delete again.
One line per task, with the outcome deleted, failed or unknown. JSON: one object per task, with the keys of `stop-sync`.";

/// Delete migration tasks
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Task IDs; `-` reads them from standard input, one per line
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

/// Deletes the tasks, unless the user declines.
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
        Ok(response) if !response.body().contains(&id) => TaskReport::not_named(id, response),
        _ => TaskReport::of_call(id, Outcome::Deleted, &result),
    };
    ids.into_iter().map(report).collect()
}
