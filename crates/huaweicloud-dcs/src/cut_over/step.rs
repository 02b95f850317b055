//! What a cut-over reports while it runs: its steps, and its readings of the lag.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use huaweicloud_core::{Error, Response};
use huaweicloud_dcs_api::TaskStatus;

/// A finished step of a cut-over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Which step it is.
    pub kind: StepKind,
    /// The result.
    pub state: StepState,
    /// How long the run had lasted at the end of the step.
    pub elapsed: Duration,
    /// How long the step took.
    pub duration: Duration,
    /// The status of the task: for [`Checked`](StepKind::Checked) and [`Confirmed`](StepKind::Confirmed).
    pub status: Option<TaskStatus>,
    /// The last lag, for steps that read it.
    pub lag: Option<u64>,
    /// How many readings of the lag the step made; 0 for steps that do not read it.
    pub readings: u32,
    /// How many attempts the step made: one, plus one for each corrected clock or renewed token. 0 for steps that send
    /// nothing.
    pub attempts: u32,
    /// The HTTP status of the response to the step's request.
    pub http_status: Option<u16>,
    /// The ID by which support finds the step's request, if a response came.
    pub request_id: Option<String>,
}

/// The steps in their order. Each attempt to send is a step, and each wait for the lag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepKind {
    /// The task was read, and can be cut over or has been.
    Checked,
    /// Enough readings in a row were within the maximum lag.
    LagReached,
    /// The lag was not waited for, as [`ignoring_lag`](crate::CutOver::ignoring_lag) asks.
    LagIgnored,
    /// An attempt to send the stop. Another one follows if this one was refused for now or not sent.
    Stopped,
    /// An attempt to send the exchange of IP addresses. Another one follows if this one was refused for now or not sent.
    Exchanged,
    /// A poll showed that the task has stopped, or that the addresses are exchanged.
    Confirmed,
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepState {
    /// The request is about to be sent: from now on it may have been applied. Only the callback gets this state.
    Sending,
    /// This run did it.
    Done,
    /// It was already done, perhaps by an earlier run.
    Skipped,
    /// The request was sent and its response was lost. Polls follow.
    MayHaveBeenApplied,
    /// The request was refused because of the task's status, perhaps because it is done. Polls follow.
    Refused,
    /// The service refused the request for now: 429, or 408 and 503 with an error code of its own. The task is read before
    /// another attempt.
    RefusedForNow,
    /// The request was not sent: no connection, or no token. Also used if a refused signature or token could not be
    /// corrected at once. The task is read before another attempt.
    NotSent,
}

impl StepState {
    /// The state of a step that sent a request; `None` if the error ends the run.
    pub(crate) fn of(result: Result<&Response<()>, &Error>) -> Option<Self> {
        let Err(error) = result else {
            return Some(Self::Done);
        };
        // The status may be that of IAM, which refused a token: then that error is the source.
        let is_own_response = error.status().is_some() && error.source().is_none();
        match error {
            _ if error.may_have_been_applied() => Some(Self::MayHaveBeenApplied),
            _ if error.is_wrong_status() => Some(Self::Refused),
            _ if !error.is_retryable() => None,
            _ if is_own_response => Some(Self::RefusedForNow),
            _ => Some(Self::NotSent),
        }
    }
}

/// One line, without the times.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = if self.kind == StepKind::Exchanged {
            "exchange"
        } else {
            "stop"
        };
        match (self.kind, self.state) {
            (StepKind::Checked, _) => f.write_str("task checked"),
            (StepKind::Confirmed, _) => f.write_str("confirmed"),
            (StepKind::LagReached | StepKind::LagIgnored, StepState::Skipped) => {
                f.write_str("lag check skipped: too late")
            }
            (StepKind::LagReached, _) => f.write_str("lag reached"),
            (StepKind::LagIgnored, _) => f.write_str("lag ignored"),
            (_, StepState::Sending) => write!(f, "sending the {request}"),
            (_, StepState::Done) => write!(f, "{request} accepted"),
            (_, StepState::Skipped) => write!(f, "{request} skipped: already sent"),
            (_, StepState::MayHaveBeenApplied) => {
                write!(f, "{request} sent: it may have been applied")
            }
            (_, StepState::Refused) => write!(f, "{request} refused"),
            (_, StepState::RefusedForNow) => write!(f, "{request} refused for now"),
            (_, StepState::NotSent) => write!(f, "{request} not sent"),
        }?;
        if let Some(status) = self.status.as_ref() {
            write!(f, ": {}", status.as_str().escape_debug())?;
        }
        if let Some(lag) = self.lag {
            write!(f, ": {lag}")?;
        } else if (self.kind, self.state) == (StepKind::LagIgnored, StepState::Done) {
            f.write_str(": unknown")?;
        }
        if self.attempts > 1 {
            write!(f, " [{} attempts]", self.attempts)?;
        }
        if let Some(request_id) = self.request_id.as_deref() {
            write!(f, " [request {request_id}]")?;
        }
        Ok(())
    }
}

/// A reading of the lag while a cut-over waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LagReading {
    /// The lag; `None` if the reading failed for now, or has no lag.
    pub lag: Option<u64>,
    /// How many readings in a row, including this one, were within the maximum lag.
    pub in_a_row: u32,
    /// How long the run has waited for the lag.
    pub elapsed: Duration,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use huaweicloud_core::ErrorKind;

    use super::*;
    use crate::service::SERVICE;

    #[test]
    fn step_state_of_each_error() {
        let refused = |status: u16, code: &'static str, retryable| {
            let error = Error::builder(ErrorKind::Service).service(&SERVICE);
            error.status(status).code(code).retryable(retryable).build()
        };
        let no_token = Error::unmade(Arc::new(refused(503, "", true)), "no token").build();
        for (error, expected) in [
            (refused(503, "", true), Some(StepState::RefusedForNow)),
            (no_token, Some(StepState::NotSent)),
            (refused(400, "DCS.4957", false), Some(StepState::Refused)),
            (refused(403, "", false), None),
        ] {
            assert_eq!(StepState::of(Err(&error)), expected);
        }
    }
}
