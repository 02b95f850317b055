//! `wait`: waits until a task is in a state.

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

Only reads. Once the task is in the state, it is shown as by `dcsctl show`. The exit code is 6 if the task fails, can no
longer reach the state, or does not reach it in time. The error says what the task shows and what to do.
If you wait for IP addresses, and a task has ended without any sign of an exchange, the wait ends after 1 minute.";

/// Wait until a migration task is in a given state
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = format!("{}\n\n{}", help::values::<Until>("until"), help::READ_FOOT))]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// State to wait for; listed below
    #[arg(long, value_enum, hide_possible_values = true, value_name = "STATE")]
    until: Until,

    /// Maximum time to wait
    #[arg(long, value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    /// Time between two polls, at least 500ms
    #[arg(long, value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,
}

/// The states that can be waited for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Until {
    /// A new online task waits to be configured: RUNNING
    AwaitsConfiguration,
    /// The task follows the changes of the source: INCRMIGEATING
    IncrementalPhase,
    /// The full copy is done: success, or the incremental phase
    Copied,
    /// The task was stopped: TERMINATED
    Stopped,
    /// The task has ended without a failure
    Finished,
    /// The IP addresses of source and target are exchanged
    IpsExchanged,
    /// The exchange of IP addresses is rolled back
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

/// Waits, then writes the task as last read.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let task_id = options.task_id.trim();
    let spinner = Spinner::start("reading the task".to_owned());
    let progress = CopyProgress::new(spinner.clone());
    let (shown, copying) = (spinner.clone(), progress.clone());
    let wait = WaitConfig::default()
        .with_interval(options.interval)
        .with_timeout(options.wait_timeout)
        .with_progress(move |progress| {
            if let Progress::TaskPolled(task, _) = progress {
                let status = task.status.as_ref();
                copying.set_is_running(status.is_some_and(TaskStatus::is_running));
                shown.set(polling::words(task));
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

/// Maximum delay before the first progress of a task that starts to copy.
const CHECK_AGAIN: Duration = Duration::from_millis(200);

/// The part of the spinner's line that shows the progress of the copy.
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

    /// Sets whether the task copies. Only then there is progress to read.
    fn set_is_running(&self, is_running: bool) {
        self.is_running.store(is_running, Relaxed);
        if !is_running {
            self.spinner.set_detail(String::new());
        }
    }

    /// Reads and shows the progress until dropped. Skips a reading that may succeed later; any other failure is the last
    /// reading. The wait itself reports failures.
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
                sleep(interval.min(CHECK_AGAIN)).await;
            }
        }
    }
}
