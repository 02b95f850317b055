//! `rollback-ip`: takes an exchange of addresses back.

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

On a terminal it asks first; elsewhere --yes is needed.
The exchange must be done. What was written to the target since is not on the source, and the synchronization does not
begin again.
It reads the task, sends the order once, and reads the task until it shows ROLLBACK_SUCCESS beside `ip exchange`. With
--no-wait it only sends the order, and an accepted order is not a roll back.
One line, with the outcome rolled_back, already_rolled_back, accepted, failed or unknown; JSON has the keys of
`stop-sync`.";

/// Give source and target their IP addresses back
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// How long to read the task, counted from the answer to the order
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    /// Time between two polls of the task, 500ms at least
    #[arg(long, value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,

    /// Send the order without reading the task before or after
    #[arg(long, conflicts_with_all = ["wait_timeout", "interval"])]
    no_wait: bool,

    #[command(flatten)]
    consent: Consent,
}

/// How long a task is polled for a rollback that somebody else may have sent.
const MOST_FOR_ANOTHER: Duration = Duration::from_secs(60);

const INTENT: Intent<'_> = Intent {
    does: "Roll back the IP addresses of",
    effect: "What was written to the target since the exchange is not on the source.",
    needs_yes: true,
};

/// Takes the exchange back, or only gives the order.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read_one(&options.task_id)?;
    if options.consent.must_ask(INTENT)? && !options.no_wait {
        let id = ids.concat();
        let Some(result) = unless_interrupted(Box::pin(client.roll_back_dry_run(&id))).await else {
            return Ok(Exit::Interrupted);
        };
        // Nothing is left to send: a later reading must not find that something is.
        if let Some(result) = result.transpose() {
            let report = report_of(id, &result);
            output::report(&report, global.output);
            return Ok(report.exit());
        }
    }
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let next = "it is done when `dcsctl show` says ROLLBACK_SUCCESS beside `ip exchange`";
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

/// Whether the task's status forbids the order, and nothing was done.
fn is_refused_by_status(error: &Error) -> bool {
    error.is_wrong_status() && !error.may_have_been_applied()
}

/// The order was refused although the exchange is done. The vendor documentation has no state for a rollback under way:
/// the refusal may be for one that an earlier run began. So the task is polled for a short while. If that does not show a
/// rollback, the refusal is what is known.
async fn poll_for_another(
    client: &MigrationClient,
    id: String,
    refusal: &Error,
    wait: WaitConfig,
) -> TaskReport {
    output::talk_of(
        Some(&id),
        &format!(
            "a rollback may be under way already, the task is polled: {}",
            error_summary(refusal)
        ),
    );
    let condition = Condition::IpsRolledBack;
    match Box::pin(client.wait_until(&id, condition, wait)).await {
        Ok(_) => TaskReport::new(id, Outcome::AlreadyRolledBack, Exit::Done)
            .resolved(refusal)
            .said("another run rolled it back"),
        Err(_) => TaskReport::of_error(id, refusal),
    }
}

/// The report of a roll back that was waited for.
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
    let report = match outcome.roll_back() {
        Some(Ok(response)) => report.answered(response),
        Some(Err(error)) => report.resolved(error),
        None => report.attempted(0),
    };
    match outcome.end() {
        RollBackEnd::AlreadyRolledBack => report.said("it had been rolled back before"),
        _ => report.said("the task shows ROLLBACK_SUCCESS"),
    }
}
