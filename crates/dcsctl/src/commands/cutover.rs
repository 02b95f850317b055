//! `cutover`: stops a task, or exchanges addresses, once the target is level with the source.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
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

const EXAMPLES: &str = "  dcsctl cutover --dry-run b21989ec-2889-4b8e-99db-19c073425ec2            what it would do now; changes nothing
  dcsctl cutover b21989ec-2889-4b8e-99db-19c073425ec2                      shows that, asks, and does it
  dcsctl cutover --yes --output json b21989ec-2889-4b8e-99db-19c073425ec2  the same from a script
  dcsctl cutover --exchange-ip b21989ec-2889-4b8e-99db-19c073425ec2        exchanges the addresses instead of stopping

First stop what writes to the source: the service does not, and what is written after the stop never reaches the target.

On a terminal it asks first; elsewhere --yes is needed. If nothing is left to send, it does not ask and sends nothing:
if the task migrates again when it is read next, the exit code is 2. It waits until the lag is small enough several
times in a row, stops the task, and polls it until that is confirmed. Each step is a line on standard error. One run
sends at most one stop or exchange that may have been applied. If its response is lost, it polls; after 60 s without a
change it ends.
After a failure or an interruption run it again: it goes on from what the task shows, and repeats nothing that is done.
Exit code 0: done. 7: the stop or the exchange may have been applied. Any other: it was not. After a no, or interrupted
while it waits for the lag: 130.
One line, with the outcome stopped, already_stopped, exchanged, already_exchanged, accepted, failed, unknown or
not_started; JSON has the keys of `stop-sync`. With --dry-run the plan is written, a line a step or one object.";

/// Stop a task, or exchange IP addresses, once the target is level with the source
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Say what would happen now, and send nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    consent: Consent,

    /// How large the lag may be; 0 when source and target are level
    #[arg(long, default_value_t = 0, value_name = "N")]
    max_lag: u64,

    /// How many readings in a row must show such a lag
    #[arg(long, default_value = "3", value_name = "N")]
    readings: NonZeroU32,

    /// Time between two readings of the lag, and two polls, 500ms at least
    #[arg(long, value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,

    /// How long to wait for the lag
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    lag_timeout: Duration,

    /// Do not wait for the lag: what has not reached the target is lost to it
    #[arg(long, conflicts_with_all = ["max_lag", "readings", "lag_timeout"])]
    ignore_lag: bool,

    /// How long to read the task after the stop or the exchange was answered
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    #[command(flatten)]
    instead: InsteadOfStop,
}

/// Options of the exchange of IP addresses.
#[derive(Debug, Args)]
struct InsteadOfStop {
    /// Exchange the IP addresses instead; the synchronization stops by itself
    #[arg(long)]
    exchange_ip: bool,

    /// IP address of the source to exchange; may be given again
    #[arg(long = "ip", requires = "exchange_ip", value_name = "IP")]
    ips: Vec<IpAddr>,

    /// Exchange the domain names too
    #[arg(long, requires = "exchange_ip")]
    domain: bool,
}

impl InsteadOfStop {
    /// What to do after an interruption: what the library says after a wait that ended too early.
    fn go_on(&self) -> &'static str {
        if self.exchange_ip {
            "make sure that no exchange is under way, then run the cut-over again: it goes on from what the task shows"
        } else {
            "run the cut-over again: it goes on from what the task shows"
        }
    }
}

const BY_STOP: Intent<'_> = Intent {
    does: "Cut over",
    effect: "What is written to the source after the stop never reaches the target.",
    needs_yes: true,
};
const BY_EXCHANGE: Intent<'_> = Intent {
    effect: "Connections break for seconds, and the synchronization stops.",
    ..BY_STOP
};

/// Cuts the task over, unless the answer is no.
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

/// Runs it, tells of each step, and knows when it is interrupted whether something may have been sent.
async fn carry_out(
    cut_over: CutOver,
    task_id: String,
    options: &Options,
    responses: LastResponses,
) -> TaskReport {
    let readings = options.readings;
    let spinner = Spinner::start("the task is read".to_owned());
    // From when it is sent on, it may have been applied, unless it is told to have been refused.
    let may_have_sent = Arc::new(AtomicBool::new(false));
    let (steps, sending) = (spinner.clone(), Arc::clone(&may_have_sent));
    let lag = spinner.clone();
    let polls = spinner.clone();
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
                Progress::Polled(poll) => {
                    if let Some(words) = goal.words(poll) {
                        polls.set(words);
                    }
                }
                // The library warns of polls that fail.
                _ => {}
            }
        });
    let cut_over = cut_over
        .with_confirmation(confirmation)
        .on_step(move |step| {
            match step.state() {
                StepState::Sending => {
                    earlier.sending(&id_sent);
                    set_sending(&sending, true);
                }
                // The state says that it was not applied.
                StepState::Refused | StepState::RefusedForNow | StepState::NotSent => {
                    set_sending(&sending, false);
                }
                _ => {}
            }
            output::talk(&one_line(&format!("{:>8}  {step}", time(step.elapsed()))));
            steps.show(match step.state() {
                StepState::Sending => step.to_string(),
                _ => "the task is read".to_owned(),
            });
        })
        .on_reading(move |reading| {
            let known = reading
                .lag()
                .map_or("unknown".to_owned(), |lag| lag.to_string());
            let in_a_row = reading.in_a_row();
            lag.set(format!(
                "lag {known}, {in_a_row} of {readings} readings in a row"
            ));
        });
    let report = select! {
        biased;
        result = Box::pin(cut_over.run()) => report_of(task_id, &result),
        () = interrupt() => {
            let go_on = options.instead.go_on();
            let left = responses.take(&task_id).map(|it| it.left("interrupted", go_on));
            // Of each attempt that ended, the answer is known.
            left.unwrap_or_else(|| if may_have_sent.load(Relaxed) {
                TaskReport::in_flight(task_id, "interrupted", go_on)
            } else {
                TaskReport::interrupted_before(task_id)
            })
        }
    };
    spinner.end();
    report
}

/// The report of a cut-over. Its calls were several: its request id is that of the last stop or exchange, and none
/// that was refused where another one was not.
fn report_of(task_id: String, result: &Result<CutOverReport, Error>) -> TaskReport {
    let report = match result {
        Ok(report) => report,
        Err(error) => return TaskReport::of_error(task_id, error),
    };
    let nothing_of_ours = match report.attempts() {
        0 => "nothing was left to send",
        _ => "somebody else was faster: no attempt of this run was applied",
    };
    let (outcome, words) = match report.outcome() {
        CutOverOutcome::Stopped => (Outcome::Stopped, "the task shows TERMINATED"),
        CutOverOutcome::Exchanged => (Outcome::Exchanged, "the task shows EXCHANGE_SUCCESS"),
        CutOverOutcome::AlreadyExchanged => (Outcome::AlreadyExchanged, nothing_of_ours),
        _ => (Outcome::AlreadyStopped, nothing_of_ours),
    };
    let is_ours = outcome == Outcome::Stopped || outcome == Outcome::Exchanged;
    let may_be_it =
        |step: &&Step| !is_ours || matches!(step.state(), StepState::Done | StepState::Unanswered);
    let mut steps = report.steps().iter().rev().filter(may_be_it);
    let answered = steps.find(|step| step.request_id().is_some());
    let mut done = TaskReport::new(task_id, outcome, Exit::Done).attempted(report.attempts());
    done.record.request_id = answered.and_then(Step::request_id).map(str::to_owned);
    done.record.http_status = answered.and_then(Step::http_status);
    done.said(words)
}

/// Notes whether it may have been applied, for an interruption.
fn set_sending(sending: &AtomicBool, is_sending: bool) {
    sending.store(is_sending, Relaxed);
    set_signal_exit(Exit::of_interruption(is_sending.into()));
}

/// How long it has taken, as people say it: after a minute in whole seconds.
fn time(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(60) {
        format!("{elapsed:.1?}")
    } else {
        humantime::format_duration(Duration::from_secs(elapsed.as_secs())).to_string()
    }
}

/// The plan, a line a step.
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
    fn long_times_are_told_in_minutes_and_hours() {
        for (milliseconds, told) in [
            (1, "1.0ms"),
            (59_900, "59.9s"),
            (60_000, "1m"),
            (1_803_400, "30m 3s"),
            (7_320_000, "2h 2m"),
        ] {
            assert_eq!(time(Duration::from_millis(milliseconds)), told);
        }
    }
}
