//! `cutover`: stops a task, or exchanges IP addresses, once the lag is small enough.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;
use huaweicloud_dcs::{
    CutOver, CutOverOutcome, CutOverPlan, CutOverReport, Error, MigrationClient, PlannedStep,
    Progress, Step, StepState, WaitConfig,
};
use serde_json::json;
use tokio::select;

use super::exchange_ip;
use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::output::{self, Format, Spinner, task};
use crate::run::confirm::{self, Consent, Intent};
use crate::run::interrupt::{interrupt, set_signal_exit, unless_interrupted};
use crate::run::polling::Goal;
use crate::run::{LastResponses, polling};
use crate::text::one_line;

const EXAMPLES: &str = "  dcsctl cutover --dry-run b21989ec-2889-4b8e-99db-19c073425ec2              show the plan, and change nothing
  dcsctl cutover b21989ec-2889-4b8e-99db-19c073425ec2                        show the plan, ask, and run it
  dcsctl cutover --yes --output json b21989ec-2889-4b8e-99db-19c073425ec2    run it from a script
  dcsctl cutover --exchange-ip b21989ec-2889-4b8e-99db-19c073425ec2          exchange IP addresses instead of stopping

First stop all writes to the source: the service does not stop them. Writes after the stop never reach the target.

On a terminal, shows the plan and asks; off a terminal, requires --yes. Then the command
  1. waits until the lag is small enough in several readings in a row,
  2. sends the stop or the exchange,
  3. polls the task until the task confirms it.
Each step is a line on standard error. One run sends at most one stop or exchange that may have been applied. If the
response to it is lost, the command polls. If the task does not change for 60 s, it ends with exit code 7.
If the plan sends nothing, the command does not ask. If the task then migrates again, the exit code is 2.
After a failure or an interruption, run the command again: it continues from what the task shows.
Exit code 7 means that the stop or the exchange may have been applied. Every other code except 0 means that it was not.
One line, with the outcome stopped, already_stopped, exchanged, already_exchanged, accepted, failed, unknown or
not_started. JSON: one object with the keys of `stop-sync`. --dry-run writes one line per step, or one object.";

/// Stop a task, or exchange IP addresses, once the lag is small enough
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Show what would happen now, and send nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    consent: Consent,

    /// Maximum lag; 0 means that source and target are equal
    #[arg(long, default_value_t = 0, value_name = "N")]
    max_lag: u64,

    /// Number of readings in a row that must show such a lag
    #[arg(long, default_value = "3", value_name = "N")]
    readings: NonZeroU32,

    /// Time between two readings of the lag, or two polls, at least 500ms
    #[arg(long, value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,

    /// Maximum time to wait for the lag
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    lag_timeout: Duration,

    /// Skip the lag check; writes that have not reached the target are lost
    #[arg(long, conflicts_with_all = ["max_lag", "readings", "lag_timeout"])]
    ignore_lag: bool,

    /// Maximum time to poll the task after the response to the stop or exchange
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    #[command(flatten)]
    instead: InsteadOfStop,
}

/// Options of the exchange of IP addresses.
#[derive(Debug, Args)]
struct InsteadOfStop {
    /// Exchange the IP addresses instead; this ends the synchronization
    #[arg(long)]
    exchange_ip: bool,

    /// Source IP address to exchange, if the target has fewer shards; may be repeated
    #[arg(long = "ip", requires = "exchange_ip", value_name = "IP")]
    ips: Vec<IpAddr>,

    /// Exchange the domain names, too
    #[arg(long, requires = "exchange_ip")]
    domain: bool,
}

impl InsteadOfStop {
    /// What to do after an interruption. Same words as the library's after a wait that timed out.
    fn advice(&self) -> &'static str {
        if self.exchange_ip {
            "make sure that no exchange is under way, then run the cut-over again: it continues from the status of the task"
        } else {
            "run the cut-over again: it continues from the status of the task"
        }
    }
}

const BY_STOP: Intent<'_> = Intent {
    does: "Cut over",
    effect: "Writes to the source after the stop never reach the target.",
    needs_yes: true,
};
const BY_EXCHANGE: Intent<'_> = Intent {
    effect: "Connections break for seconds, and the synchronization stops.",
    ..BY_STOP
};

/// Cuts the task over, unless the user declines.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let task_id = task_ids::read_one(&options.task_id)?.concat();
    let responses = LastResponses::default();
    let (refusals, refused) = (responses.clone(), task_id.clone());
    let recording = client.on_retry(move |error, _| refusals.attempt_failed(&refused, error));
    let mut cut_over = prepare(&recording, &task_id, &options);
    let intent = if options.instead.exchange_ip {
        BY_EXCHANGE
    } else {
        BY_STOP
    };
    if options.dry_run || options.consent.must_ask(intent)? {
        let Some(plan) = unless_interrupted(Box::pin(cut_over.dry_run())).await else {
            return Ok(Exit::Interrupted);
        };
        let plan = plan.map_err(|error| Failure::of(&error))?;
        if options.dry_run {
            write(&plan, &task_id, global.output)?;
            return Ok(Exit::Done);
        }
        let words = words(&plan).join("\n");
        if plan.would_send() {
            let lag = plan.lag().map(|lag| format!(", lag {lag}"));
            let task = task::line(plan.task(), &lag.unwrap_or_default());
            let about = async { Ok(format!("{task}\n{words}")) };
            if !confirm::ask(&client, about, "this task", intent).await? {
                return Ok(Exit::Interrupted);
            }
        } else {
            output::talk(&words);
            cut_over = cut_over.only_confirming();
        }
    }
    let report = carry_out(cut_over, task_id, &options, responses).await;
    output::report(&report, global.output);
    Ok(report.exit())
}

fn prepare(client: &MigrationClient, task_id: &str, options: &Options) -> CutOver {
    let mut cut_over = client
        .cut_over(task_id)
        .with_max_lag(options.max_lag)
        .with_readings(options.readings)
        .with_interval(options.interval)
        .with_timeout(options.lag_timeout);
    if options.ignore_lag {
        cut_over = cut_over.ignoring_lag();
    }
    if options.instead.exchange_ip {
        let InsteadOfStop { ips, domain, .. } = &options.instead;
        cut_over = cut_over.by_exchange(exchange_ip::request(ips, *domain));
    }
    cut_over
}

/// Runs the cut-over and reports each step. After an interruption, reports whether something may have been sent.
async fn carry_out(
    cut_over: CutOver,
    task_id: String,
    options: &Options,
    responses: LastResponses,
) -> TaskReport {
    let readings = options.readings;
    let spinner = Spinner::start("reading the task".to_owned());
    let (steps, lag, polls) = (spinner.clone(), spinner.clone(), spinner.clone());
    let goal = if options.instead.exchange_ip {
        Goal::Exchanged
    } else {
        Goal::Stopped
    };
    let (kept, id) = (responses.clone(), task_id.clone());
    let (earlier, id_sent) = (responses.clone(), task_id.clone());
    let confirmation = WaitConfig::default()
        .with_interval(options.interval)
        .with_timeout(options.wait_timeout)
        .with_progress(move |progress| {
            match progress {
                Progress::Accepted(response) => kept.accepted(&id, response),
                Progress::NotAccepted(error) => kept.not_accepted(&id, error),
                Progress::TaskPolled(task, _) => {
                    if let Some(words) = goal.words(task) {
                        polls.set(words);
                    }
                }
                // The library logs failed polls.
                _ => {}
            }
        });
    let cut_over = cut_over
        .with_confirmation(confirmation)
        .on_step(move |step| {
            match step.state {
                StepState::Sending => {
                    earlier.sending(&id_sent);
                    set_signal_exit(Exit::MayHaveBeenApplied);
                }
                // Nothing was applied.
                StepState::Refused | StepState::RefusedForNow | StepState::NotSent => {
                    set_signal_exit(Exit::Interrupted);
                }
                _ => {}
            }
            output::talk(&one_line(&format!("{:>8}  {step}", time(step.elapsed))));
            steps.show(match step.state {
                StepState::Sending => step.to_string(),
                _ => "reading the task".to_owned(),
            });
        })
        .on_reading(move |reading| {
            let known = reading
                .lag
                .map_or("unknown".to_owned(), |lag| lag.to_string());
            let in_a_row = reading.in_a_row;
            lag.set(format!(
                "lag {known}, {in_a_row} of {readings} readings in a row"
            ));
        });
    let report = select! {
        biased;
        result = Box::pin(cut_over.run()) => report_of(task_id, &result),
        () = interrupt() => {
            let advice = options.instead.advice();
            let is_in_flight = responses.is_sending(&task_id);
            match responses.take(&task_id) {
                Some(report) => report.left("interrupted", advice),
                None if is_in_flight => TaskReport::in_flight(task_id, "interrupted", advice),
                None => TaskReport::interrupted_before(task_id),
            }
        }
    };
    spinner.end();
    report
}

/// The report of a cut-over. Its request ID is that of the last stop or exchange. After a success, the IDs of refused
/// attempts are skipped.
fn report_of(task_id: String, result: &Result<CutOverReport, Error>) -> TaskReport {
    let report = match result {
        Ok(report) => report,
        Err(error) => return TaskReport::of_error(task_id, error),
    };
    let nothing_of_ours = match report.attempts() {
        0 => "nothing was left to send",
        _ => "the task was changed elsewhere: no attempt of this run was applied",
    };
    let (outcome, words) = match report.outcome() {
        CutOverOutcome::Stopped => (Outcome::Stopped, "the task shows TERMINATED"),
        CutOverOutcome::Exchanged => (Outcome::Exchanged, "the task shows EXCHANGE_SUCCESS"),
        CutOverOutcome::AlreadyExchanged => (Outcome::AlreadyExchanged, nothing_of_ours),
        _ => (Outcome::AlreadyStopped, nothing_of_ours),
    };
    let is_ours = outcome == Outcome::Stopped || outcome == Outcome::Exchanged;
    let may_be_it = |step: &&Step| {
        !is_ours || matches!(step.state, StepState::Done | StepState::MayHaveBeenApplied)
    };
    let mut steps = report.steps().iter().rev().filter(may_be_it);
    let with_id = steps.find(|step| step.request_id.as_deref().is_some());
    let mut done = TaskReport::new(task_id, outcome, Exit::Done).attempted(report.attempts());
    done.record.request_id = with_id.and_then(|step| step.request_id.clone());
    done.record.http_status = with_id.and_then(|step| step.http_status);
    done.said(words)
}

/// Formats a duration: tenths below a minute, then whole seconds.
fn time(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(60) {
        format!("{elapsed:.1?}")
    } else {
        humantime::format_duration(Duration::from_secs(elapsed.as_secs())).to_string()
    }
}

/// The plan, one line per step.
fn words(plan: &CutOverPlan) -> Vec<String> {
    let steps = plan.steps().iter().map(|step| {
        let mark = if step.is_done() { "done  " } else { "to do " };
        one_line(&format!("{mark} {step}"))
    });
    steps.collect()
}

fn write(plan: &CutOverPlan, task_id: &str, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => output::data(&words(plan).join("\n")),
        Format::Json => {
            let step = |step: &PlannedStep| json!({ "step": step.kind().as_str(), "is_done": step.is_done(), "words": step.to_string() });
            let steps: Vec<_> = plan.steps().iter().map(step).collect();
            output::object(&json!({
                "task_id": task_id,
                "lag": plan.lag(),
                "would_send": plan.would_send(),
                "steps": steps,
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_over_a_minute_is_whole_seconds() {
        for (milliseconds, expected) in [
            (1, "1.0ms"),
            (59_900, "59.9s"),
            (60_000, "1m"),
            (1_803_400, "30m 3s"),
            (7_320_000, "2h 2m"),
        ] {
            assert_eq!(time(Duration::from_millis(milliseconds)), expected);
        }
    }
}
