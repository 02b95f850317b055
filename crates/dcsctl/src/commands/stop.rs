//! `stop`: orders tasks to stop and does not wait until they have.

use clap::Args;
use huaweicloud_dcs::MigrationClient;

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};

const EXAMPLES: &str = "  dcsctl stop b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stop --output json - < ids.txt > outcomes.jsonl

On a terminal it asks first; elsewhere it goes ahead.
An accepted order is not a stopped task: it has stopped when `dcsctl show` says TERMINATED. To see it stop, use
`dcsctl stop-sync --wait`.
Several tasks are one call. Each is one line, with the outcome accepted, failed or unknown; JSON has the keys of
`stop-sync`.";

/// Order migration tasks to stop, without waiting until they have
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
    does: "Stop",
    effect: "Writes that have not reached the target are lost to it.",
    needs_yes: false,
};

/// Gives the order: one task has a call of its own, whose answer tells more.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read(&options.task_ids)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let next = "a task has stopped when `dcsctl show` says TERMINATED";
    let run = TaskRunner::one_call(ids, global.output, Some(next));
    Ok(run.report(&client, stop).await)
}

async fn stop(client: MigrationClient, ids: Vec<String>) -> Vec<TaskReport> {
    let [id] = ids.as_slice() else {
        let result = client.stop_many(&ids).await;
        return TaskReport::of_batch(ids, Outcome::Accepted, &result);
    };
    let result = client.stop(id).await;
    let status = result
        .as_ref()
        .ok()
        .and_then(|answer| answer.body().status.clone());
    let report = TaskReport::of_call(id.clone(), Outcome::Accepted, &result);
    vec![report.with_message(status.map(|status| format!("the task shows {status}")))]
}
