//! A request that was sent, and the polls that show whether the service carried it out.

use std::time::Duration;

use huaweicloud_core::{Error, ErrorKind, Operation, Response, Result, clock};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK;
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::Instant;

use super::condition::{Condition, Verdict};
use super::config::{Progress, WaitConfig};
use super::poll::{Polled, Polls};
use super::task::{failure_words, status_words};
use crate::client::MigrationClient;
use crate::service::READ_FIRST;

/// A request that changes a task, sent once: accepted, lost, or refused because of the task's status.
#[derive(Debug)]
pub(crate) struct Sent {
    operation: &'static Operation,
    result: Result<Response<()>>,
}

impl Sent {
    /// Keeps the result of a call. An error that polls cannot explain is returned.
    pub(crate) fn new(operation: &'static Operation, result: Result<Response<()>>) -> Result<Self> {
        match result {
            Err(error) if !error.may_have_been_applied() && !error.is_wrong_status() => Err(error),
            result => Ok(Self { operation, result }),
        }
    }

    /// The response, or the error that polls have to explain.
    pub(crate) fn result(&self) -> std::result::Result<&Response<()>, &Error> {
        self.result.as_ref()
    }

    /// Whether no response proves that the service refused the request or accepted it.
    fn is_lost(&self) -> bool {
        self.result
            .as_ref()
            .is_err_and(Error::may_have_been_applied)
    }

    pub(crate) fn is_refused(&self) -> bool {
        self.result.is_err() && !self.is_lost()
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.result()
            .map_or_else(Error::attempts, Response::attempts)
    }

    /// The refusal, or the error of a request that no poll confirmed.
    fn refusal_or(self, message: &str, source: Option<Error>) -> Error {
        match self.result {
            Err(refusal) if !refusal.may_have_been_applied() => refusal,
            result => Self { result, ..self }.unconfirmed(message, source),
        }
    }

    /// The error of a request that no poll confirmed. `source` is the error of a poll; the error of the request follows
    /// it.
    fn unconfirmed(self, message: &str, source: Option<Error>) -> Error {
        let result = self.result();
        let error = Error::builder(ErrorKind::Wait)
            .operation(self.operation.id)
            .message(message)
            .status(result.map_or_else(Error::status, |response| Some(response.status())))
            .code(result.err().and_then(Error::code))
            .request_id(result.map_or_else(Error::request_id, Response::request_id))
            .attempts(self.attempts());
        let (error, source) = match self.result {
            Ok(_) => {
                let advice = "it was accepted: read the task before you retry";
                (error.accepted().advice(advice), source)
            }
            Err(sent) => {
                let (is_lost, mut sent) = (sent.may_have_been_applied(), sent.into_builder());
                let error = error.previous(sent.take_previous());
                let sent = sent.build();
                let error = error.may_have_been_applied(is_lost).advice(if is_lost {
                    READ_FIRST
                } else {
                    "it was refused while another one was under way: read the task"
                });
                let source = match source {
                    Some(source) => source.into_builder().caused_by(sent).build(),
                    None => sent,
                };
                (error, Some(source))
            }
        };
        match source {
            Some(source) => error.source(source).build(),
            None => error.build(),
        }
    }
}

/// Decides by a task whether a wait ends.
pub(crate) type Judge<'a> = &'a (dyn Fn(&MigrationTaskDetail) -> Verdict + Sync);

/// How long successive polls have shown a task unchanged. The time around a failed poll does not count.
#[derive(Default)]
struct Unchanged {
    total: Duration,
    /// The number and the time of the last poll.
    last: Option<(u32, Instant)>,
}

impl Unchanged {
    fn add(&mut self, number: u32) {
        let now = clock::instant();
        if let Some((before, then)) = self.last.replace((number, now))
            && before + 1 == number
        {
            self.total += now.saturating_duration_since(then);
        }
    }
}

/// Polls a task until it shows the end of the wait, or the time is up. A task that stays unchanged ends the wait after
/// the unchanged timeout, unless the service accepted the request. If it refused the request, the polls continue only
/// if the task is done or pending.
pub(crate) async fn poll_task(
    client: &MigrationClient,
    task_id: &str,
    config: &WaitConfig,
    sent: Option<&Sent>,
    judge: Judge<'_>,
) -> Result<Polled<MigrationTaskDetail, Verdict>> {
    let is_refused = sent.is_some_and(Sent::is_refused);
    let is_accepted = sent.is_some_and(|sent| sent.result.is_ok());
    let mut unchanged = Unchanged::default();
    let judge = |task: &MigrationTaskDetail, number| {
        let verdict = judge(task);
        match verdict {
            Verdict::Unchanged | Verdict::Unclear if is_refused => return Some(verdict),
            Verdict::Unchanged if !is_accepted => {
                unchanged.add(number);
                return (unchanged.total >= config.unchanged_timeout).then_some(verdict);
            }
            Verdict::Pending | Verdict::Unchanged | Verdict::Unclear => {}
            end => return Some(end),
        }
        unchanged = Unchanged::default();
        None
    };
    let read = || client.show(task_id);
    // Only the task explains a refusal: if it cannot be read, the refusal stands.
    let mut polls = Polls::begin(config, Duration::ZERO);
    polls.task_id = Some(task_id.to_owned());
    polls.gives_up = is_refused;
    let operation = &SHOW_MIGRATION_TASK;
    polls
        .run(
            operation,
            read,
            |task, poll| Progress::TaskPolled(task, poll),
            judge,
        )
        .await
}

/// Polls until the task meets the condition. Returns the request and the task; never sends the request again. A refusal is
/// returned as it is, unless the task is done or pending.
pub(crate) async fn confirm(
    client: &MigrationClient,
    task_id: &str,
    config: &WaitConfig,
    sent: Sent,
    condition: Condition,
    judge: Judge<'_>,
) -> Result<(Sent, MigrationTaskDetail)> {
    config.report(&match sent.result() {
        Ok(response) => Progress::Accepted(response),
        Err(error) => Progress::NotAccepted(error),
    });
    let (verdict, task) = match poll_task(client, task_id, config, Some(&sent), judge).await {
        Ok(Polled::Ended(verdict, response)) => (verdict, response.into_body()),
        Ok(Polled::TimedOut(None, _)) if sent.is_refused() => return Err(sent.refusal_or("", None)),
        Ok(Polled::TimedOut(last, failed)) => {
            let status = status_words(last.as_ref().map(Response::body));
            let (timeout, aim) = (config.timeout, condition.aim());
            let message =
                format!("timed out after {timeout:?} waiting for the task to {aim}: {status}");
            return Err(sent.unconfirmed(&message, failed));
        }
        Err(error) => return Err(sent.refusal_or("the task cannot be read", Some(error))),
    };
    let status = status_words(Some(&task));
    let message = match verdict {
        Verdict::Done => return Ok((sent, task)),
        _ if sent.is_refused() => return Err(sent.refusal_or("", None)),
        Verdict::OtherEnd => return Ok((sent, task)),
        Verdict::WrongEnd => format!("the task came to another end: {status}"),
        Verdict::Failed => failure_words(client, task_id, &task).await,
        Verdict::Unchanged | Verdict::Pending | Verdict::Unclear => {
            let timeout = config.unchanged_timeout;
            let message = format!("the task has not changed in {timeout:?} of polls: {status}");
            let error = sent.unconfirmed(&message, None).into_builder();
            let advice = "it may have been applied, but the task is unchanged: run it again";
            return Err(error.advice(advice).build());
        }
    };
    Err(sent.unconfirmed(&message, None))
}

#[cfg(test)]
mod tests {
    use huaweicloud_dcs_api::operations::STOP_MIGRATION_TASK_SYNC;

    use super::*;

    #[test]
    fn only_a_response_that_was_read_was_accepted() {
        let poll = || {
            let poll = Error::builder(ErrorKind::Connect).source("refused");
            poll.retryable(true).build()
        };
        let lost = Error::builder(ErrorKind::Transport)
            .operation(STOP_MIGRATION_TASK_SYNC.id)
            .status(200)
            .may_have_been_applied(true)
            .source("cut off");
        for (result, expected) in [
            (Ok(Response::from_body(())), true),
            (Err(lost.build()), false),
        ] {
            let sent = Sent::new(&STOP_MIGRATION_TASK_SYNC, result).unwrap();
            let error = sent.unconfirmed("late", Some(poll()));
            assert_eq!(error.was_accepted(), expected, "{error:?}");
            assert!(error.may_have_been_applied());
        }
    }
}
