//! `stop-sync`: stops tasks, several at a time, and reports each as it ends.

use std::future::{pending, ready};
use std::pin::pin;
use std::time::Duration;

use clap::Args;
use huaweicloud_dcs::{MigrationClient, WaitConfig};
use tokio::select;
use tokio::task::JoinSet;

use crate::arguments::{Format, GlobalOptions};
use crate::exit::{Exit, Failure};
use crate::help;
use crate::task_report::{Outcome, TaskReport};
use crate::{output, settings, task_ids};

const EXAMPLES: &str = "  dcsctl stop-sync b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stop-sync --wait --region ap-southeast-1 b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stop-sync --output json - < ids.txt > outcomes.jsonl

One line a task, as it ends:
  stopped          the service says so; with --wait, reading the task confirmed it
  already_stopped  only with --wait: it had been stopped before
  failed           it was not stopped; the line says why and what to do
  unknown          it may have been stopped: look with `dcsctl show` before you repeat it
  not_started      interrupted before anything was sent for it

JSON has the keys task_id, outcome, attempts, request_id, status, kind, code and message, null where unknown.
With exit code 2 nothing was sent and no line is written.";

/// Stop the synchronization of migration tasks
///
/// All ids are read and checked before the first call; one bad id, and nothing is sent.
/// Ctrl-C or SIGTERM: no further task is started; calls under way are reported as unknown.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, after_help = help::SEE_LONG, after_long_help = help::with_common(EXAMPLES))]
pub(crate) struct Options {
    /// Task IDs; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "TASK_ID")]
    task_ids: Vec<String>,

    /// Read each task until it shows that it has stopped
    ///
    /// It also finds out what became of a stop whose answer was lost.
    #[arg(long)]
    wait: bool,

    /// How long to read a task, counted from the answer to its stop
    #[arg(long, requires = "wait", value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    /// How many tasks are stopped at a time, 1 to 64
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64), default_value_t = 4, value_name = "N")]
    concurrency: u8,
}

/// Stops all tasks. The exit code is the highest of theirs.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = settings::client(global)?;
    let ids = task_ids::read(&options.task_ids)?;
    let count = ids.len();
    output::progress(&format!(
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
    ));
    let wait = options
        .wait
        .then(|| WaitConfig::default().with_timeout(options.wait_timeout));
    let mut tally = Tally::default();
    let exit = stop_all(
        &client,
        ids,
        wait.as_ref(),
        options.concurrency.into(),
        |report| {
            report.print(global.output);
            tally.add(report);
        },
    )
    .await;
    if global.output == Format::Text {
        for hint in tally.hints(count) {
            output::talk(&hint);
        }
    }
    Ok(exit)
}

/// Keeps up to `concurrency` tasks under way until all have ended or Ctrl-C is pressed.
async fn stop_all(
    client: &MigrationClient,
    ids: Vec<String>,
    wait: Option<&WaitConfig>,
    concurrency: usize,
    mut report: impl FnMut(&TaskReport),
) -> Exit {
    let mut to_start = ids.into_iter();
    let mut under_way: Vec<String> = Vec::new();
    let mut calls = JoinSet::new();
    let mut exit = Exit::Done;
    let mut unknown = 0;
    let mut interrupt = pin!(interrupt());
    let mut end = |ended: TaskReport| {
        exit = exit.max(ended.exit());
        unknown += usize::from(ended.exit() == Exit::MayHaveBeenApplied);
        report(&ended);
    };
    let interrupted = loop {
        // Asked before a call is started too: what was never sent must not be reported as perhaps sent.
        select! {
            biased;
            () = &mut interrupt => break true,
            () = ready(()) => {}
        }
        for id in to_start.by_ref().take(concurrency - calls.len()) {
            under_way.push(id.clone());
            calls.spawn(stop(client.clone(), id, wait.cloned()));
        }
        // What has ended is told before an interruption is heeded: it is known.
        let ended = select! {
            biased;
            ended = calls.join_next() => ended,
            () = &mut interrupt => break true,
        };
        match ended {
            None => break false,
            Some(Ok(ended)) => {
                under_way.retain(|id| *id != ended.task_id);
                end(ended);
            }
            // It panicked. Its id stays under way, and is told of at the end.
            Some(Err(_)) => {}
        }
    };
    let why = if interrupted {
        "interrupted"
    } else {
        "the call was lost to a fault of this program"
    };
    let left = under_way
        .into_iter()
        .map(|id| TaskReport::in_flight(id, why));
    for report in left.chain(to_start.map(TaskReport::not_started)) {
        end(report);
    }
    if interrupted {
        Exit::of_interruption(unknown)
    } else {
        exit
    }
}

async fn stop(client: MigrationClient, id: String, wait: Option<WaitConfig>) -> TaskReport {
    match wait {
        None => {
            let result = client.stop_sync(&id).await;
            TaskReport::of_stop(id, &result)
        }
        Some(wait) => {
            let result = client.stop_sync_and_wait(&id, wait).await;
            TaskReport::of_wait(id, &result)
        }
    }
}

/// Is over when the program is asked to end, by Ctrl-C or, as `timeout` and service managers ask, by SIGTERM; never, where
/// that cannot be watched.
async fn interrupt() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    };
    select! {
        () = ctrl_c => {}
        () = termination() => {}
    }
}

#[cfg(unix)]
async fn termination() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => drop(terminated.recv().await),
        Err(_) => pending().await,
    }
}

#[cfg(not(unix))]
async fn termination() {
    pending().await
}

/// Outcomes counted, for the words at the end.
#[derive(Debug, Default)]
struct Tally {
    counts: [usize; 5],
    /// One of those that are unknown, to show what to do about them.
    unknown: Option<String>,
}

impl Tally {
    const OUTCOMES: [Outcome; 5] = [
        Outcome::Stopped,
        Outcome::AlreadyStopped,
        Outcome::Failed,
        Outcome::Unknown,
        Outcome::NotStarted,
    ];

    fn add(&mut self, report: &TaskReport) {
        for (count, outcome) in self.counts.iter_mut().zip(Self::OUTCOMES) {
            *count += usize::from(outcome == report.outcome);
        }
        if report.outcome == Outcome::Unknown {
            self.unknown.get_or_insert_with(|| report.task_id.clone());
        }
    }

    fn hints(&self, tasks: usize) -> Vec<String> {
        let mut hints = Vec::new();
        if tasks > 1 {
            let counts = self
                .counts
                .iter()
                .zip(Self::OUTCOMES)
                .filter(|(count, _)| **count > 0);
            let counts: Vec<String> = counts
                .map(|(count, outcome)| format!("{count} {}", outcome.as_str()))
                .collect();
            hints.push(format!("{tasks} tasks: {}", counts.join(", ")));
        }
        if let Some(id) = &self.unknown {
            hints.push(format!(
                "unknown: look before you repeat it: dcsctl show {id}"
            ));
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_task_needs_no_summary_and_several_do() {
        let mut tally = Tally::default();
        assert_eq!(tally.hints(1), [""; 0]);
        tally.add(&TaskReport::in_flight("a".to_owned(), "interrupted"));
        tally.add(&TaskReport::in_flight("b".to_owned(), "interrupted"));
        tally.add(&TaskReport::not_started("c".to_owned()));
        assert_eq!(
            tally.hints(3),
            [
                "3 tasks: 2 unknown, 1 not_started",
                "unknown: look before you repeat it: dcsctl show a"
            ]
        );
    }
}
