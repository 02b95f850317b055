//! Compares the client's result of a stop with the server's records.

use dcs_stand_in::{Effect, RecordedRequest, TaskStatus};
use huaweicloud_dcs::{Error, Response, Result};

/// How a stop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Stopped,
    Refused,
    /// It may have been stopped.
    Unknown,
}

/// Finds how a stop ended, by the client's result, the requests for the task, and its status.
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
    let Some((last, earlier)) = seen.split_last() else {
        return Err("no request came".to_owned());
    };
    let (end, attempts, ids) = match said {
        Ok(stopped) => {
            let ids = stopped.request_id().into_iter().collect();
            (End::Stopped, stopped.attempts(), ids)
        }
        Err(error) => {
            let end = if error.may_have_been_applied() {
                End::Unknown
            } else {
                End::Refused
            };
            (end, error.attempts(), ids(error))
        }
    };
    // Refused for now: it may be a bare 503 that acted, unless it has an effect.
    let is_refusal = |request: &RecordedRequest| {
        matches!(request.status(), Some(429 | 503)) && request.effect() != Effect::Stopped
    };
    let responded = seen.iter().rev().filter(|seen| seen.status().is_some());
    let mut responded: Vec<_> = responded.map(RecordedRequest::id).collect();
    if end == End::Stopped {
        // A success has only its own response.
        responded.truncate(1);
    }
    let wrong = [
        (
            usize::try_from(attempts) != Ok(seen.len()),
            "the number of attempts",
        ),
        (
            !earlier.iter().all(is_refusal),
            "a retry of a request that was not refused",
        ),
        (ids != responded, "the request ids"),
        (acted > 1, "two stops of one task"),
        (
            (acted == 1) != (status == Some(&TaskStatus::Terminated)),
            "the status of the task",
        ),
        (
            match end {
                End::Stopped => acted == 0 || last.status() != Some(204),
                End::Refused => {
                    let said = said.as_ref().err().and_then(Error::status);
                    acted > 0 || !is_refusal(last) || said != last.status()
                }
                End::Unknown => !matches!(last.status(), None | Some(503)),
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

/// The request IDs of an error, the last attempt's first.
fn ids(error: &Error) -> Vec<&str> {
    std::iter::successors(Some(error), |error| error.previous())
        .filter_map(Error::request_id)
        .collect()
}
