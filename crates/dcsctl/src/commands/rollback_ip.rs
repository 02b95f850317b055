//! `rollback-ip`: rolls an exchange of IP addresses back.

use std::time::Duration;

use clap::Args;
use huaweicloud_dcs::{
    Condition, Error, MigrationClient, RollBackEnd, RollBackOutcome, WaitConfig,
};

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport, error_summary};
use crate::output;
use crate::run::confirm::{Consent, Intent};
use crate::run::interrupt::unless_interrupted;
use crate::run::polling::Goal;
use crate::run::{LastResponses, TaskRunner, polling};

const EXAMPLES: &str = "  dcsctl rollback-ip b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl rollback-ip --no-wait b21989ec-2889-4b8e-99db-19c073425ec2

Writes to the target since the exchange are not on the source, and the synchronization does not resume.
Asks first on a terminal; requires --yes off a terminal.
The exchange must be finished. The command reads the task, sends the rollback once, and polls the task until it shows
ROLLBACK_SUCCESS at `ip exchange`. --no-wait only sends it; then accepted does not mean rolled back.
One line, with the outcome rolled_back, already_rolled_back, accepted, failed or unknown. JSON: one object with the
keys of `stop-sync`.";

/// Roll back an exchange of the IP addresses of source and target
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Maximum time to poll the task after the response to the rollback
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    /// Time between two polls of the task, at least 500ms
    #[arg(long, value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,

    /// Send the rollback without reading the task before or after
    #[arg(long, conflicts_with_all = ["wait_timeout", "interval"])]
    no_wait: bool,

    #[command(flatten)]
    consent: Consent,
}

/// Maximum time to poll for a rollback that another run may have sent.
const MOST_FOR_ANOTHER: Duration = Duration::from_secs(60);

const INTENT: Intent<'_> = Intent {
    does: "Roll back the IP addresses of",
    effect: "Writes to the target since the exchange are not on the source.",
    needs_yes: true,
};

/// Rolls the exchange back. With `--no-wait`, only sends the request.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read_one(&options.task_id)?;
    if options.consent.must_ask(INTENT)? && !options.no_wait {
        let id = ids.concat();
        let Some(result) = unless_interrupted(Box::pin(client.roll_back_dry_run(&id))).await else {
            return Ok(Exit::Interrupted);
        };
        // The plan sends nothing: report it now, so that a later reading cannot lead to a request.
        if let Some(result) = result.transpose() {
            let report = report_of(id, &result);
            output::report(&report, global.output);
            return Ok(report.exit());
        }
    }
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let next = "the rollback is done when `dcsctl show` says ROLLBACK_SUCCESS at `ip exchange`";
    let run = TaskRunner::one_call(ids, global.output, options.no_wait.then_some(next));
    let wait = (!options.no_wait).then(|| {
        WaitConfig::default()
            .with_interval(options.interval)
            .with_timeout(options.wait_timeout)
    });
    let responses = run.responses.clone();
    let call = |client, id: String| {
        let reported =
            |wait| polling::with_progress_lines(wait, &id, Goal::RolledBack, responses.clone());
        let wait = wait.clone().map(reported);
        let timeout = options.wait_timeout.min(MOST_FOR_ANOTHER);
        roll_back(client, id, wait, timeout, responses.clone())
    };
    Ok(run.report_each(&client, call).await)
}

async fn roll_back(
    client: MigrationClient,
    id: String,
    wait: Option<WaitConfig>,
    timeout_for_another: Duration,
    responses: LastResponses,
) -> TaskReport {
    match wait {
        None => {
            let result = client.rollback_ip(&id).await;
            TaskReport::of_call(id, Outcome::Accepted, &result)
        }
        Some(wait) => {
            let result = Box::pin(client.roll_back(&id, wait.clone())).await;
            match &result {
                Err(refusal) if is_refused_by_status(refusal) => {
                    responses.not_accepted(&id, refusal);
                    poll_for_another(&client, id, refusal, wait.with_timeout(timeout_for_another))
                        .await
                }
                result => report_of(id, result),
            }
        }
    }
}

/// Whether the task's status forbids the rollback, and nothing was applied.
fn is_refused_by_status(error: &Error) -> bool {
    error.is_wrong_status() && !error.may_have_been_applied()
}

/// Polls for a rollback that another run started. The vendor documentation has no status for a rollback in progress, so
/// a refusal despite a finished exchange may mean one. If polling shows none, reports the refusal.
async fn poll_for_another(
    client: &MigrationClient,
    id: String,
    refusal: &Error,
    wait: WaitConfig,
) -> TaskReport {
    output::talk_of(
        Some(&id),
        &format!(
            "another rollback may be in progress, polling the task: {}",
            error_summary(refusal)
        ),
    );
    let condition = Condition::IpsRolledBack;
    match Box::pin(client.wait_until(&id, condition, wait)).await {
        Ok(_) => TaskReport::new(id, Outcome::AlreadyRolledBack, Exit::Done)
            .resolved(refusal)
            .said("another run rolled the exchange back"),
        Err(_) => TaskReport::of_error(id, refusal),
    }
}

/// The report of a rollback that was confirmed, or not.
fn report_of(task_id: String, result: &Result<RollBackOutcome, Error>) -> TaskReport {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(error) => return TaskReport::of_error(task_id, error),
    };
    let word = match outcome.end() {
        RollBackEnd::AlreadyRolledBack => Outcome::AlreadyRolledBack,
        _ => Outcome::RolledBack,
    };
    let report = TaskReport::new(task_id, word, Exit::Done);
    let report = match outcome.response() {
        Some(Ok(response)) => report.with_response(response),
        Some(Err(error)) => report.resolved(error),
        None => report.attempted(0),
    };
    match outcome.end() {
        RollBackEnd::AlreadyRolledBack => report.said("the exchange was rolled back before"),
        _ => report.said("the task shows ROLLBACK_SUCCESS"),
    }
}
