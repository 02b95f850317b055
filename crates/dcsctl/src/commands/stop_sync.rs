//! `stop-sync`: stops tasks, several at a time, and reports each one when it ends.

use std::time::Duration;

use clap::Args;
use huaweicloud_dcs::{Error, MigrationClient, StopEnd, StopOutcome, WaitConfig};

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::output;
use crate::run::confirm::{Consent, Intent};
use crate::run::polling::Goal;
use crate::run::{LastResponses, TaskRunner, polling};

const EXAMPLES: &str = "  dcsctl stop-sync b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stop-sync --wait --region ap-southeast-1 b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stop-sync --output json - < ids.txt > outcomes.jsonl

Writes that have not reached the target are lost: `dcsctl cutover` waits for them first.
On a terminal, shows the tasks and asks first; off a terminal, proceeds.
One line per task, written when the task ends:
  stopped          the service reported success; with --wait, the task shows that it has ended
  already_stopped  only with --wait: the task was stopped before
  failed           the task was not stopped; the line says why and what to do
  accepted         only with --wait: the service accepted the stop, but the task did not confirm it
  unknown          the task may have been stopped: check with `dcsctl show` before you retry
  not_started      nothing was sent for this task: the command was interrupted or the credentials were refused

All IDs are checked before the first call. If one is not 1 to 64 letters, digits, - and _, nothing is sent.
After Ctrl-C, SIGTERM or SIGHUP no further task is started. A call in flight is reported by its last response, or as
unknown. A second signal ends the command at once.
After a 401 no further task is started, and the refused key is not sent again: repeated failures lock a key.
JSON: one object per task, with the keys task_id, outcome, attempts, request_id, http_status, kind, code, message,
advice and time. Unknown values are null.";

/// Stop the synchronization of migration tasks
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Task IDs; `-` reads them from standard input, one per line
    #[arg(required = true, value_name = "TASK_ID")]
    task_ids: Vec<String>,

    /// Poll each task until it has stopped, even if the response to its stop was lost
    #[arg(long)]
    wait: bool,

    /// Maximum time to poll a task after the response to its stop
    #[arg(long, requires = "wait", value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    /// Time between two polls of a task, at least 500ms
    #[arg(long, requires = "wait", value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,

    /// Number of tasks to stop at a time, 1 to 64
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64), default_value_t = 4, value_name = "N")]
    concurrency: u8,

    #[command(flatten)]
    consent: Consent,
}

const INTENT: Intent<'_> = Intent {
    does: "Stop the synchronization of",
    effect: "Writes that have not reached the target are lost.",
    needs_yes: false,
};

/// Stops all tasks and returns the highest of their exit codes.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read(&options.task_ids)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let count = ids.len();
    let opening = format!(
        "stopping {count} {} of {} at {}",
        if count == 1 { "task" } else { "tasks" },
        client.known_project_id().map_or_else(
            || format!(
                "the project of region {}",
                client.region().unwrap_or_default()
            ),
            |id| format!("project {id}")
        ),
        client.endpoint(),
    );
    output::progress(None, &opening);
    let wait = options.wait.then(|| {
        WaitConfig::default()
            .with_interval(options.interval)
            .with_timeout(options.wait_timeout)
    });
    let run = TaskRunner {
        batches: ids.into_iter().map(|id| vec![id]).collect(),
        concurrency: options.concurrency.into(),
        format: global.output,
        responses: LastResponses::default(),
        next: None,
    };
    let responses = run.responses.clone();
    let call = |client, id: String| {
        let reported =
            |wait| polling::with_progress_lines(wait, &id, Goal::Stopped, responses.clone());
        let wait = wait.clone().map(reported);
        stop(client, id, wait)
    };
    Ok(run.report_each(&client, call).await)
}

async fn stop(client: MigrationClient, id: String, wait: Option<WaitConfig>) -> TaskReport {
    output::progress(Some(&id), "sending the stop");
    match wait {
        None => {
            let result = client.stop_sync(&id).await;
            TaskReport::of_call(id, Outcome::Stopped, &result)
        }
        Some(wait) => {
            let result = client.stop_sync_and_wait(&id, wait).await;
            report_of(id, &result)
        }
    }
}

/// The report of a stop with `--wait`.
fn report_of(task_id: String, result: &Result<StopOutcome, Error>) -> TaskReport {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(error) => return TaskReport::of_error(task_id, error),
    };
    let (word, message) = match outcome.end() {
        StopEnd::AlreadyStopped => (
            Outcome::AlreadyStopped,
            "the task was stopped before".to_owned(),
        ),
        StopEnd::Ended(status) => (
            Outcome::Stopped,
            format!("the task ended by itself: {status}"),
        ),
        _ if outcome.response().is_ok() => {
            (Outcome::Stopped, "the task shows TERMINATED".to_owned())
        }
        _ => (
            Outcome::Stopped,
            "the response was lost, but the task shows TERMINATED".to_owned(),
        ),
    };
    let report = TaskReport::new(task_id, word, Exit::Done);
    let report = match outcome.response() {
        Ok(response) => report.with_response(response),
        Err(error) => report.resolved(error),
    };
    report.attempted(outcome.attempts()).said(message)
}
