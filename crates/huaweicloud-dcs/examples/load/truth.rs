//! Compares what a client says of a stop with what the server saw of it.

use dcs_stand_in::{Effect, RecordedRequest, TaskStatus};
use huaweicloud_dcs::{Response, Result};

/// How a stop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Stopped,
    Refused,
    /// The client cannot know whether it was stopped.
    Unknown,
}

/// Finds how a stop ended, given what the client says, the requests that came for the task, and its status.
///
/// Fails if these contradict each other.
pub(crate) fn end(
    said: &Result<Response<()>>,
    seen: &[RecordedRequest],
    status: Option<&TaskStatus>,
) -> std::result::Result<End, String> {
    let acted = seen
        .iter()
        .filter(|request| request.effect() == Effect::Stopped)
        .count();
    let Some((last, repeated)) = seen.split_last() else {
        return Err("no request came".to_owned());
    };
    let (end, attempts, request_id) = match said {
        Ok(stopped) => (End::Stopped, stopped.attempts(), stopped.request_id()),
        Err(error) if error.may_have_been_applied() => {
            (End::Unknown, error.attempts(), error.request_id())
        }
        Err(error) => (End::Refused, error.attempts(), error.request_id()),
    };
    let is_refusal = |request: &RecordedRequest| matches!(request.status(), Some(429 | 503));
    let last_id = last.status().is_some().then(|| last.id());
    let wrong = [
        (
            usize::try_from(attempts) != Ok(seen.len()),
            "the number of attempts",
        ),
        (
            !repeated.iter().all(is_refusal),
            "a repeat of what was not refused",
        ),
        (request_id != last_id, "the request id"),
        (acted > 1, "two stops of one task"),
        (
            (acted == 1) != (status == Some(&TaskStatus::Terminated)),
            "the status of the task",
        ),
        (
            match end {
                End::Stopped => acted == 0 || last.status() != Some(204),
                End::Refused => {
                    let said = said.as_ref().err().and_then(huaweicloud_dcs::Error::status);
                    acted > 0 || !is_refusal(last) || said != last.status()
                }
                End::Unknown => last.status().is_some(),
            },
            "the outcome",
        ),
    ];
    match wrong.iter().find(|(is_wrong, _)| *is_wrong) {
        None => Ok(end),
        Some((_, what)) => Err(format!(
            "{what}: said {said:?}, saw {seen:?}, is {status:?}"
        )),
    }
}
