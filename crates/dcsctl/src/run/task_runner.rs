//! Makes calls for tasks, one or a batch of them each, a few at a time, and reports each task as its call ends.

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

/// Why tasks are not started, or not heard of to their end.
const INTERRUPTED: &str = "interrupted";
const REFUSED: &str = "the credentials were refused";
const LOST: &str = "the call was lost to a fault of this program";

/// What there is to do and how it is told of.
#[derive(Debug)]
pub(crate) struct TaskRunner {
    /// The tasks, a batch for each call.
    pub(crate) batches: Vec<Vec<String>>,
    /// How many calls are under way at most.
    pub(crate) concurrency: usize,
    pub(crate) format: Format,
    /// What calls under way have been answered.
    pub(crate) responses: LastResponses,
    /// What to do when an order is accepted.
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

    /// Makes the calls, writes a line a task and, in text, what to do next. The exit code is the highest of the tasks'.
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
        // The words at the end come after the lines, if somebody reads them.
        if !is_interrupted() {
            select! {
                biased;
                // What cannot be written is told of when the program ends.
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

    /// The same with a call for each task of its own.
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

/// Keeps up to `concurrency` calls under way until all have ended, the program is asked to end, or the service refuses
/// the credentials. The exit code is the highest of the tasks'.
///
/// Five refusals of credentials in a row lock an access key. So nothing is started after one; of the calls under way the
/// library holds back those that would send a key which was refused.
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
    let mut under_way: Vec<String> = Vec::new();
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
        // Asked before a call is started too: what was never sent must not be reported as perhaps sent.
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
            under_way.extend_from_slice(&ids);
            let span = trace::of_task(&ids);
            calls.spawn(call(ids).instrument(span));
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
                for ended in ended {
                    refused |= ended.credentials_refused();
                    under_way.retain(|id| id != ended.task_id());
                    end(ended);
                }
                if under_way.is_empty() {
                    set_signal_exit(Exit::of_interruption(unknown.get()));
                }
            }
            // It panicked. Its tasks stay under way, and are told of at the end.
            Some(Err(_)) => {}
        }
    };
    let (in_flight, not_started) = if interrupted {
        (INTERRUPTED, INTERRUPTED)
    } else {
        (LOST, REFUSED)
    };
    let left = under_way.into_iter().map(|id| {
        // Of a call that was lost, nobody knows what it did after a refusal.
        let holds = |report: &TaskReport| interrupted || report.outcome() != Outcome::Failed;
        match responses.take(&id).filter(holds) {
            Some(report) => report.left(in_flight, READ_FIRST),
            None => TaskReport::in_flight(id, in_flight, READ_FIRST),
        }
    });
    let rest = to_start.flatten();
    for report in left.chain(rest.map(|id| TaskReport::not_started(id, not_started))) {
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

    /// Runs calls that take so long each, and says how long all took and how many were under way at most.
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
    async fn as_many_calls_are_under_way_as_asked_from_the_first_on() {
        assert_eq!(timed(3, 2, 1).await, (Duration::from_secs(2), 2));
        assert_eq!(timed(5, 4, 10).await, (Duration::from_secs(20), 4));
        assert_eq!(timed(3, 1, 10).await, (Duration::from_secs(30), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_panics_is_unknown_and_the_rest_goes_on() {
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
