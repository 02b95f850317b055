//! `restart`: restarts online tasks that were stopped or have failed.

use clap::Args;
use huaweicloud_dcs::MigrationClient;

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::confirm::{Consent, Intent};
use crate::run::{LastResponses, TaskRunner};

const EXAMPLES: &str = "  dcsctl restart b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl restart --yes --output json - < ids.txt > outcomes.jsonl

Copies all data again, over the data in the target.
Asks first on a terminal; requires --yes off a terminal, which includes IDs from a pipe.
Restarting is asynchronous: check the status with `dcsctl show`.
Each call restarts up to 50 tasks. One line per task, with the outcome accepted, failed, unknown or not_started.
JSON: one object per task, with the keys of `stop-sync`.";

/// Restart online migration tasks that were stopped or have failed
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
    does: "Restart",
    effect: "All data is copied again, over the data in the target.",
    needs_yes: true,
};

/// Requests the restarts, batch by batch, unless the user declines.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read(&options.task_ids)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let run = TaskRunner {
        batches: ids
            .chunks(MigrationClient::MOST_RESTARTED)
            .map(<[String]>::to_vec)
            .collect(),
        concurrency: 1,
        format: global.output,
        responses: LastResponses::default(),
        next: Some("all data is copied again: follow it with `dcsctl stats --watch`"),
    };
    Ok(run.report(&client, restart).await)
}

async fn restart(client: MigrationClient, ids: Vec<String>) -> Vec<TaskReport> {
    let result = client.restart_many(&ids).await;
    TaskReport::of_batch(ids, Outcome::Accepted, &result)
}
