//! Makes calls for tasks or batches of tasks, several at a time, and reports each task when its call ends.

use std::cell::Cell;
use std::future::ready;
use std::pin::pin;

use huaweicloud_dcs::MigrationClient;
use tokio::select;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::interrupt::{interrupt, is_interrupted, set_signal_exit};
use super::last_responses::LastResponses;
use super::summary::Summary;
use crate::outcome::{Exit, Outcome, READ_FIRST, TaskReport};
use crate::output::{self, Format, trace};

/// Why tasks were not started, or their calls not finished.
const INTERRUPTED: &str = "interrupted";
const REFUSED: &str = "the credentials were refused";
const LOST: &str = "the call was lost to a bug in dcsctl";

/// The calls to make and how to report them.
#[derive(Debug)]
pub(crate) struct TaskRunner {
    /// The tasks, one batch per call.
    pub(crate) batches: Vec<Vec<String>>,
    /// Maximum number of calls in flight.
    pub(crate) concurrency: usize,
    pub(crate) format: Format,
    /// The last responses to calls in flight.
    pub(crate) responses: LastResponses,
    /// What to do after an accepted request.
    pub(crate) next: Option<&'static str>,
}

impl TaskRunner {
    /// All tasks in one call.
    pub(crate) fn one_call(
        task_ids: Vec<String>,
        format: Format,
        next: Option<&'static str>,
    ) -> Self {
        Self {
            batches: vec![task_ids],
            concurrency: 1,
            format,
            responses: LastResponses::default(),
            next,
        }
    }

    /// Makes the calls, writes one line per task and, in text, what to do next. Returns the highest exit code.
    pub(crate) async fn report<C>(
        self,
        client: &MigrationClient,
        call: impl Fn(MigrationClient, Vec<String>) -> C,
    ) -> Exit
    where
        C: Future<Output = Vec<TaskReport>> + Send + 'static,
    {
        let mut summary = Summary::default();
        let exit = run(
            self.batches,
            self.concurrency,
            &self.responses,
            |ids| call(self.responses.recording(client, &ids), ids),
            |report| {
                output::report(report, self.format);
                summary.add(report);
            },
        )
        .await;
        // Write the final messages after the lines, unless the reader does not read them.
        if !is_interrupted() {
            select! {
                biased;
                // A failed write is reported when the program ends.
                _ = output::written() => {}
                () = interrupt() => {}
            }
        }
        if self.format == Format::Text {
            for hint in summary.hints(self.next) {
                output::talk(&hint);
            }
        }
        exit
    }

    /// Like [`report`](Self::report), with one call per task.
    pub(crate) async fn report_each<C>(
        self,
        client: &MigrationClient,
        call: impl Fn(MigrationClient, String) -> C,
    ) -> Exit
    where
        C: Future<Output = TaskReport> + Send + 'static,
    {
        self.report(client, |client, ids| {
            let calls = ids.into_iter().map(|id| call(client.clone(), id));
            let calls: Vec<C> = calls.collect();
            async {
                let mut reports = Vec::with_capacity(calls.len());
                for call in calls {
                    reports.push(call.await);
                }
                reports
            }
        })
        .await
    }
}

/// Keeps up to `concurrency` calls in flight until all have ended, a signal arrives, or the service refuses the credentials.
/// Returns the highest exit code.
///
/// Five refusals in a row lock an access key. After one, no call is started, and the library does not send the refused key
/// in calls that were started before.
async fn run<C>(
    batches: Vec<Vec<String>>,
    concurrency: usize,
    responses: &LastResponses,
    call: impl Fn(Vec<String>) -> C,
    mut report: impl FnMut(&TaskReport),
) -> Exit
where
    C: Future<Output = Vec<TaskReport>> + Send + 'static,
{
    let mut to_start = batches.into_iter();
    let mut in_flight: Vec<String> = Vec::new();
    let mut calls = JoinSet::new();
    let mut refused = false;
    let mut exit = Exit::Done;
    let unknown = Cell::new(0);
    let mut interrupt = pin!(interrupt());
    let mut end = |ended: TaskReport| {
        exit = exit.max(ended.exit());
        unknown.set(unknown.get() + usize::from(ended.exit() == Exit::MayHaveBeenApplied));
        report(&ended);
    };
    let interrupted = loop {
        // Check before starting a call, too: a request that was never sent must not be reported as unknown.
        select! {
            biased;
            () = &mut interrupt => break true,
            () = ready(()) => {}
        }
        let room = if refused {
            0
        } else {
            concurrency - calls.len()
        };
        for ids in to_start.by_ref().take(room) {
            set_signal_exit(Exit::MayHaveBeenApplied);
            in_flight.extend_from_slice(&ids);
            let span = trace::of_task(&ids);
            calls.spawn(call(ids).instrument(span));
        }
        // Report finished calls before the interruption: their outcome is known.
        let ended = select! {
            biased;
            ended = calls.join_next() => ended,
            () = &mut interrupt => break true,
        };
        match ended {
            None => break false,
            Some(Ok(ended)) => {
                for ended in ended {
                    refused |= ended.credentials_refused();
                    in_flight.retain(|id| id != ended.task_id());
                    end(ended);
                }
                if in_flight.is_empty() {
                    set_signal_exit(Exit::of_interruption(unknown.get()));
                }
            }
            // The call panicked. Its tasks stay in flight and are reported at the end.
            Some(Err(_)) => {}
        }
    };
    let (why_in_flight, why_not_started) = if interrupted {
        (INTERRUPTED, INTERRUPTED)
    } else {
        (LOST, REFUSED)
    };
    let left = in_flight.into_iter().map(|id| {
        // A lost call may have sent another attempt after a refusal.
        let holds = |report: &TaskReport| interrupted || report.outcome() != Outcome::Failed;
        match responses.take(&id).filter(holds) {
            Some(report) => report.left(why_in_flight, READ_FIRST),
            None => TaskReport::in_flight(id, why_in_flight, READ_FIRST),
        }
    });
    let rest = to_start.flatten();
    for report in left.chain(rest.map(|id| TaskReport::not_started(id, why_not_started))) {
        end(report);
    }
    if interrupted {
        Exit::of_interruption(unknown.get())
    } else {
        exit
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    use huaweicloud_dcs::Response;
    use tokio::time::{Instant, sleep};

    use super::*;

    fn batches(count: usize) -> Vec<Vec<String>> {
        (1..=count).map(|number| vec![number.to_string()]).collect()
    }

    fn stopped(ids: Vec<String>) -> Vec<TaskReport> {
        let stopped = |id| TaskReport::of_call(id, Outcome::Stopped, &Ok(Response::from_body(())));
        ids.into_iter().map(stopped).collect()
    }

    /// Runs calls of `each` seconds. Returns the total time and the maximum number in flight.
    #[expect(clippy::disallowed_methods, reason = "the clock is a paused one")]
    async fn timed(count: usize, concurrency: usize, each: u64) -> (Duration, usize) {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let begin = Instant::now();
        let call = |ids| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                sleep(Duration::from_secs(each)).await;
                now.fetch_sub(1, SeqCst);
                stopped(ids)
            }
        };
        assert_eq!(
            run(
                batches(count),
                concurrency,
                &LastResponses::default(),
                call,
                |_| {}
            )
            .await,
            Exit::Done
        );
        (begin.elapsed(), most.load(SeqCst))
    }

    #[tokio::test(start_paused = true)]
    async fn calls_in_flight_reach_the_concurrency_limit() {
        assert_eq!(timed(3, 2, 1).await, (Duration::from_secs(2), 2));
        assert_eq!(timed(5, 4, 10).await, (Duration::from_secs(20), 4));
        assert_eq!(timed(3, 1, 10).await, (Duration::from_secs(30), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn call_that_panics_is_unknown_and_others_continue() {
        let mut ends = Vec::new();
        let call = |ids: Vec<String>| async {
            assert_ne!(ids, ["1"]);
            stopped(ids)
        };
        let exit = run(batches(3), 4, &LastResponses::default(), call, |report| {
            ends.push(report.task_id().to_owned());
        })
        .await;
        assert_eq!(exit, Exit::MayHaveBeenApplied);
        assert_eq!(ends, ["2", "3", "1"]);
    }
}
