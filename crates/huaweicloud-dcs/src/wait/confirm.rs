//! Polls a task until it shows what became of a request.

use std::time::Duration;

use huaweicloud_core::{Result, clock};
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::Instant;

use super::config::{Progress, WaitConfig};
use super::failure;
use super::sent::Sent;
use super::watch::{Watch, seen};
use crate::client::MigrationClient;

/// What a request is to bring about, and what a task shows of that.
pub(crate) trait Goal: Send + Sync {
    /// What the task is to do, to follow "the task is not seen to".
    fn aim(&self) -> &'static str;

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict;
}

/// What a task says of a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    /// Ours or another one is being carried out.
    UnderWay,
    /// As though nothing had been sent.
    AsBefore,
    /// Nothing to judge by.
    Unclear,
    /// It is over in another way, with which the caller can go on.
    OtherEnd,
    /// It is over in a way that is an error.
    WrongEnd,
    Failed,
}

/// How long successful polls have shown a task unchanged, such as it was before a request.
#[derive(Default)]
pub(crate) struct Unchanged {
    pub(crate) total: Duration,
    /// The poll before, unless it failed.
    last: Option<Instant>,
}

impl Unchanged {
    /// Adds the time since the poll before. The time around a failed poll does not count.
    pub(crate) fn add(&mut self, polled: Instant) {
        if let Some(last) = self.last.replace(polled) {
            self.total = self
                .total
                .saturating_add(polled.saturating_duration_since(last));
        }
    }

    pub(crate) fn poll_failed(&mut self) {
        self.last = None;
    }
}

/// Polls until the goal is reached; the task as it was then, and what was sent. It only reads: what was sent is never sent
/// again.
///
/// # Errors
///
/// The refusal, if it was refused and neither done nor under way; otherwise what was not confirmed, and why.
pub(crate) async fn confirm(
    client: &MigrationClient,
    task_id: &str,
    config: &WaitConfig,
    sent: Sent,
    goal: &impl Goal,
) -> Result<(Sent, MigrationTaskDetail)> {
    let mut unchanged = Unchanged::default();
    let mut last = None;
    let mut watch = Watch::begin(config);
    config.report(&match sent.answer() {
        Ok(response) => Progress::Accepted(response),
        Err(error) => Progress::NotAccepted(error),
    });
    loop {
        match watch.look(Box::pin(client.show(task_id))).await {
            Ok(Some(answer)) => {
                let polled = clock::instant();
                watch.report(answer.body());
                let task = answer.into_body();
                match goal.judge(&task) {
                    Verdict::Done => return Ok((sent, task)),
                    Verdict::UnderWay => unchanged = Unchanged::default(),
                    // The status forbade it, and not because it is done or under way.
                    _ if sent.is_refused() => return Err(sent.refusal_or("", None)),
                    Verdict::OtherEnd => return Ok((sent, task)),
                    Verdict::WrongEnd => {
                        let message =
                            format!("the task came to another end: {}", seen(Some(&task)));
                        return Err(sent.unconfirmed(&message, None));
                    }
                    Verdict::Failed => {
                        let message = failure::sentence(client, task_id, &task).await;
                        return Err(sent.unconfirmed(&message, None));
                    }
                    Verdict::AsBefore if sent.is_lost() => {
                        unchanged.add(polled);
                        if unchanged.total >= config.unchanged_timeout {
                            return Err(sent.unchanged(&task, unchanged.total));
                        }
                    }
                    Verdict::AsBefore | Verdict::Unclear => unchanged = Unchanged::default(),
                }
                last = Some(task);
            }
            // The task is where the refusal has to be understood from: without it, the refusal is what is known.
            Ok(None) if sent.is_refused() && last.is_none() => {
                return Err(sent.refusal_or("", None));
            }
            Ok(None) => unchanged.poll_failed(),
            Err(error) => return Err(sent.refusal_or("the task cannot be read", Some(error))),
        }
        if !watch.pause().await {
            let seen = seen(last.as_ref());
            let aim = goal.aim();
            let message = format!(
                "the task is not seen to {aim} within {:?}: {seen}",
                config.timeout
            );
            return Err(sent.unconfirmed(&message, watch.take_missed()));
        }
    }
}
