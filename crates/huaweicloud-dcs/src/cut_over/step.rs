//! A step of a cut-over, as it is reported.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use huaweicloud_core::{Error, Response};
use huaweicloud_dcs_api::TaskStatus;

/// A step of a cut-over that is over, with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub(crate) kind: StepKind,
    pub(crate) state: StepState,
    pub(crate) elapsed: Duration,
    pub(crate) took: Duration,
    pub(crate) detail: Detail,
}

/// Which step it is, in the order in which they come. What is sent more than once is told each time, and so is a lag that
/// is waited for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepKind {
    /// The task was read, and may be cut over or has been.
    Checked,
    /// The lag was within the limit for as many readings in a row as were asked for.
    LagReached,
    /// The lag was not waited for, as was asked for.
    LagIgnored,
    /// The stop was sent, or was to be. Each attempt is a step: another one follows if it was refused for now or not sent.
    Stopped,
    /// The exchange of IP addresses was sent, or was to be. Each attempt is a step.
    Exchanged,
    /// Reading the task showed that it has stopped, or that the addresses are exchanged.
    Confirmed,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepState {
    /// About to be sent: from now on it may have been applied. Reported to the callback, and not kept as a step.
    Sending,
    /// This run did it.
    Done,
    /// Not needed: somebody had done it before, perhaps an earlier run.
    Skipped,
    /// It was sent, and no response proves whether it was applied: the task is polled.
    Unanswered,
    /// It was sent and refused because of the task's status, which may be that it is done: the task is looked at.
    Refused,
    /// The service refused it for now: 429, or 408 and 503 with an error code of its own. Unless that was the last attempt, the task is looked at before
    /// another one.
    RefusedForNow,
    /// It could not be sent, or not once more at once after its signature or token was refused: there was no connection,
    /// or no token. Unless that was the last attempt, the task is looked at before another one.
    NotSent,
}

/// What else is known of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) status: Option<TaskStatus>,
    pub(crate) lag: Option<u64>,
    pub(crate) readings: u32,
    pub(crate) attempts: u32,
    pub(crate) http_status: Option<u16>,
    pub(crate) request_id: Option<String>,
}

impl Step {
    /// Which step it is.
    #[must_use]
    pub fn kind(&self) -> StepKind {
        self.kind
    }

    /// What became of it.
    #[must_use]
    pub fn state(&self) -> StepState {
        self.state
    }

    /// How long the run had lasted when it was over.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How long it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The task's status, where the step read it: [`Checked`](StepKind::Checked) and [`Confirmed`](StepKind::Confirmed).
    #[must_use]
    pub fn status(&self) -> Option<&TaskStatus> {
        self.detail.status.as_ref()
    }

    /// The lag that was read last, where the step read it.
    #[must_use]
    pub fn lag(&self) -> Option<u64> {
        self.detail.lag
    }

    /// How many readings of the lag there have been, all in all; 0 for other steps.
    #[must_use]
    pub fn readings(&self) -> u32 {
        self.detail.readings
    }

    /// How many attempts the step took, where it sent something: one, or one more for each clock that was put right and
    /// each token that was renewed at once; 0 for other steps.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.detail.attempts
    }

    /// The HTTP status of the response, where the step sent something and a response came.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.detail.http_status
    }

    /// The id under which support finds the request, where the step sent one and an answer brought it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.detail.request_id.as_deref()
    }
}

impl StepState {
    /// What became of what was sent; nothing where its error ends the run.
    pub(crate) fn of(result: Result<&Response<()>, &Error>) -> Option<Self> {
        let Err(error) = result else {
            return Some(Self::Done);
        };
        match error {
            _ if error.may_have_been_applied() => Some(Self::Unanswered),
            _ if error.is_wrong_status() => Some(Self::Refused),
            _ if !error.is_retryable() => None,
            _ if is_answer(error) => Some(Self::RefusedForNow),
            _ => Some(Self::NotSent),
        }
    }
}

/// Whether the service itself refused. The status may be that of IAM, which gave no token: that error is the cause then.
fn is_answer(error: &Error) -> bool {
    error.status().is_some() && error.source().is_none()
}

impl StepKind {
    /// The name in lower case, for logs and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::LagReached => "lag_reached",
            Self::LagIgnored => "lag_ignored",
            Self::Stopped => "stopped",
            Self::Exchanged => "exchanged",
            Self::Confirmed => "confirmed",
        }
    }
}

impl StepState {
    /// The name in lower case, for logs and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Unanswered => "unanswered",
            Self::Refused => "refused",
            Self::RefusedForNow => "refused_for_now",
            Self::NotSent => "not_sent",
        }
    }
}

/// One line, without the times.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.kind, self.state) {
            (StepKind::Checked, _) => "task checked",
            (StepKind::LagReached | StepKind::LagIgnored, StepState::Skipped) => {
                "lag no longer waited for: it is too late"
            }
            (StepKind::LagReached, _) => "lag reached",
            (StepKind::LagIgnored, _) => "lag ignored",
            (StepKind::Stopped, StepState::Sending) => "sending the stop",
            (StepKind::Exchanged, StepState::Sending) => "sending the exchange",
            (StepKind::Stopped, StepState::Skipped) => "stop not sent: it had been",
            (StepKind::Stopped, StepState::Unanswered) => "stop sent, answer lost",
            (StepKind::Stopped, StepState::Refused) => "stop refused",
            (StepKind::Stopped, StepState::RefusedForNow) => "stop refused for now",
            (StepKind::Stopped, StepState::NotSent) => "stop not sent",
            (StepKind::Stopped, StepState::Done) => "stop accepted",
            (StepKind::Exchanged, StepState::Skipped) => "exchange not sent: it had been",
            (StepKind::Exchanged, StepState::Unanswered) => "exchange sent, answer lost",
            (StepKind::Exchanged, StepState::Refused) => "exchange refused",
            (StepKind::Exchanged, StepState::RefusedForNow) => "exchange refused for now",
            (StepKind::Exchanged, StepState::NotSent) => "exchange not sent",
            (StepKind::Exchanged, StepState::Done) => "exchange accepted",
            (StepKind::Confirmed, _) => "confirmed",
        })?;
        if let Some(status) = self.status() {
            write!(f, ": {}", status.as_str().escape_debug())?;
        }
        if let Some(lag) = self.lag() {
            write!(f, ": {lag}")?;
        } else if (self.kind, self.state) == (StepKind::LagIgnored, StepState::Done) {
            f.write_str(": unknown")?;
        }
        if self.attempts() > 1 {
            write!(f, " [{} attempts]", self.attempts())?;
        }
        if let Some(request_id) = self.request_id() {
            write!(f, " [request {request_id}]")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use huaweicloud_core::ErrorKind;

    use super::*;
    use crate::service::SERVICE;

    #[test]
    fn no_token_is_not_sent_though_iam_refused_for_now_and_what_ends_the_run_is_no_state() {
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
