//! Looks at a task until it shows what became of a call that was sent.

use std::future::Future;

use huaweicloud_dcs_api::migration::types::MigrationTaskDetail;

use crate::client::MigrationClient;
use crate::clock;
use crate::error::Result;
use crate::response::Response;
use crate::wait::sent::Sent;
use crate::wait::watch::{LAST_LOOK, Watch, seen};
use crate::wait::{WaitConfig, failure};

/// How many looks in a row must show a task as it was before a call whose answer was lost is sent again: one could fall
/// between the call and its effect.
const LOOKS_BEFORE_REPEAT: u32 = 2;

/// What a call is to bring about, and what a task shows of that.
pub(crate) trait Goal: Send {
    /// What the task is to be seen to do, to follow "the task is not seen to".
    const AIM: &'static str;

    fn judge(&self, task: &MigrationTaskDetail) -> Verdict;

    /// Sends the call a second time, unless that could act twice. It is asked while a task whose first call's answer was
    /// lost is as it was, until it has been sent: again also where the error says that it may be repeated after a pause.
    fn send_again(&mut self) -> impl Future<Output = Option<Result<Response<()>>>> + Send;
}

/// What a look at a task says of a goal.
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

/// Looks until the goal is reached; the task as it was then, and what was sent last.
///
/// # Errors
///
/// The refusal, if it was refused and neither done nor under way; otherwise what was not confirmed, and why.
pub(crate) async fn confirm<G: Goal>(
    client: &MigrationClient,
    task_id: &str,
    config: &WaitConfig,
    mut sent: Sent,
    mut goal: G,
) -> Result<(Sent, MigrationTaskDetail)> {
    let mut may_repeat = sent.is_lost();
    let mut seen_as_before = 0;
    let mut last = None;
    let mut watch = Watch::begin(config);
    loop {
        match watch.look(Box::pin(client.show(task_id))).await {
            Ok(Some(answer)) => {
                let answered = clock::instant();
                watch.report(answer.body());
                let task = answer.into_body();
                let verdict = goal.judge(&task);
                match verdict {
                    Verdict::Done => return Ok((sent, task)),
                    Verdict::UnderWay => {}
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
                    Verdict::AsBefore | Verdict::Unclear => {}
                }
                // Who was told of it may have held the wait up.
                let is_fresh = clock::since(answered) <= LAST_LOOK;
                seen_as_before = if verdict == Verdict::AsBefore && is_fresh {
                    seen_as_before + 1
                } else {
                    0
                };
                last = Some(task);
            }
            // The task is where the refusal has to be understood from: without it, the refusal is what is known.
            Ok(None) if sent.is_refused() && last.is_none() => {
                return Err(sent.refusal_or("", None));
            }
            Ok(None) => seen_as_before = 0,
            Err(error) => return Err(sent.refusal_or("the task cannot be read", Some(error))),
        }
        if may_repeat
            && seen_as_before >= LOOKS_BEFORE_REPEAT
            && let Some(result) = goal.send_again().await
        {
            may_repeat = result
                .as_ref()
                .is_err_and(|error| error.repeat_after().is_some());
            sent = sent.sent_again(result)?;
            if !may_repeat {
                continue;
            }
        }
        if !watch.pause().await {
            let seen = seen(last.as_ref());
            let aim = G::AIM;
            let message = format!(
                "the task is not seen to {aim} within {:?}: {seen}",
                config.timeout
            );
            return Err(sent.unconfirmed(&message, watch.take_missed()));
        }
    }
}
