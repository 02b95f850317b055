//! `wait`: until a task is in a state.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use clap::{Args, ValueEnum};
use huaweicloud_dcs::types::TaskStatus;
use huaweicloud_dcs::{Condition, MigrationClient, Progress, WaitConfig};
use tokio::select;
use tokio::time::sleep;

use super::show;
use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{Spinner, task};
use crate::run::polling;

const EXAMPLES: &str = "  dcsctl wait --until awaits-configuration b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl wait --until incremental-phase --wait-timeout 6h b21989ec-2889-4b8e-99db-19c073425ec2

It only reads. When the task is in that state, it is shown as by `dcsctl show`. If it has failed, can never come to that
state, or does not come in time, the exit code is 6. The line names its state and what to do. A task that has ended
and shows no exchange of IP addresses is waited for 1 minute.";

/// Wait until a migration task is in a state
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::values::<Until>("until"))]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// What to wait for; the states are below
    #[arg(long, value_enum, hide_possible_values = true, value_name = "STATE")]
    until: Until,

    /// How long to wait
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    /// Time between two looks, 500ms at least
    #[arg(long, value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,
}

/// What can be waited for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Until {
    /// A new online task waits to be configured: RUNNING
    AwaitsConfiguration,
    /// The source's changes are being followed: INCRMIGEATING
    IncrementalPhase,
    /// What the source held is on the target: SUCCESS, or the incremental phase
    Copied,
    /// Somebody stopped the task: TERMINATED
    Stopped,
    /// The task has come to any end that is no failure
    Finished,
    /// The IP addresses of source and target are exchanged
    IpsExchanged,
    /// The exchange of IP addresses is taken back
    IpsRolledBack,
}

impl From<Until> for Condition {
    fn from(until: Until) -> Self {
        match until {
            Until::AwaitsConfiguration => Self::AwaitsConfiguration,
            Until::IncrementalPhase => Self::IncrementalPhase,
            Until::Copied => Self::Copied,
            Until::Stopped => Self::Stopped,
            Until::Finished => Self::Finished,
            Until::IpsExchanged => Self::IpsExchanged,
            Until::IpsRolledBack => Self::IpsRolledBack,
        }
    }
}

/// Waits, and writes the task as it was read last.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let task_id = options.task_id.trim();
    let spinner = Spinner::start("the task is read".to_owned());
    let progress = CopyProgress::new(spinner.clone());
    let (shown, copying) = (spinner.clone(), progress.clone());
    let wait = WaitConfig::default()
        .with_interval(options.interval)
        .with_timeout(options.wait_timeout)
        .with_progress(move |progress| {
            if let Progress::Polled(poll) = progress {
                let status = poll.task().status.as_ref();
                copying.set_is_running(status.is_some_and(TaskStatus::is_running));
                shown.set(polling::words(poll));
            }
        });
    let condition = options.until.into();
    let result = select! {
        biased;
        result = Box::pin(client.wait_until(task_id, condition, wait)) => result,
        never = Box::pin(progress.show(&client, task_id, options.interval)) => match never {},
    };
    spinner.end();
    let task = result.map_err(|error| Failure::of(&error))?;
    show::write(&task, global.output)?;
    Ok(Exit::Done)
}

/// How soon it is noticed that the task has begun to copy.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The part of a spinner's line that says how far a task is.
#[derive(Clone)]
struct CopyProgress {
    spinner: Spinner,
    is_running: Arc<AtomicBool>,
}

impl CopyProgress {
    fn new(spinner: Spinner) -> Self {
        Self {
            spinner,
            is_running: Arc::default(),
        }
    }

    /// Only of a task that copies there is something to read.
    fn set_is_running(&self, is_running: bool) {
        self.is_running.store(is_running, Relaxed);
        if !is_running {
            self.spinner.set_detail(String::new());
        }
    }

    /// Reads and shows it for as long as it is polled. A reading that fails is passed over; one that is refused is the last:
    /// the wait itself says why, if it concerns the wait.
    async fn show(self, client: &MigrationClient, task_id: &str, interval: Duration) -> Infallible {
        loop {
            if self.is_running.load(Relaxed) {
                match client.stats(task_id).await {
                    Ok(stats) => self.spinner.set_detail(task::progress(stats.body())),
                    Err(error) if error.is_retryable() => {}
                    Err(_) => return pending().await,
                }
                sleep(interval).await;
            } else {
                sleep(interval.min(LOOK_AGAIN)).await;
            }
        }
    }
}
