//! `stop`: requests tasks to stop, without waiting.

use clap::Args;
use huaweicloud_dcs::MigrationClient;

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};

const EXAMPLES: &str = "  dcsctl stop b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stop --output json - < ids.txt > outcomes.jsonl

Writes that have not reached the target are lost: `dcsctl cutover` waits for them first.
Stopping is asynchronous: a task has stopped when `dcsctl show` says TERMINATED. `dcsctl stop-sync --wait` waits for it.
Asks first on a terminal; proceeds off a terminal. Several tasks are stopped in one call.
One line per task, with the outcome accepted, failed or unknown. JSON: one object per task, with the keys of
`stop-sync`.";

/// Request migration tasks to stop, without waiting
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
    does: "Stop",
    effect: "Writes that have not reached the target are lost.",
    needs_yes: false,
};

/// Requests the stop. A single task has its own call, whose response says more.
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
        .and_then(|response| response.body().status.clone());
    let report = TaskReport::of_call(id.clone(), Outcome::Accepted, &result);
    vec![report.with_message(status.map(|status| format!("the task shows {status}")))]
}
