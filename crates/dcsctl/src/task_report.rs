//! What became of one task: a line of text, or an object of JSON.

use std::error::Error as _;

use huaweicloud_dcs::{
    CutOverOutcome, CutOverReport, Error, ErrorKind, Response, Result, RollBackEnd,
    RollBackOutcome, Step, StepState, StopEnd, StopOutcome, TaskResult,
};
use serde::Serialize;

use crate::arguments::Format;
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::output::one_line;
use crate::{error_text, output};

/// What became of one task. The fields up to `message` are the JSON object, in its order, all of them always.
#[derive(Debug, Serialize)]
pub(crate) struct TaskReport {
    pub(crate) task_id: String,
    pub(crate) outcome: Outcome,
    attempts: Option<u32>,
    request_id: Option<String>,
    status: Option<u16>,
    kind: Option<&'static str>,
    code: Option<String>,
    message: Option<String>,
    /// What follows outcome and id in the line of text.
    #[serde(skip)]
    details: String,
    #[serde(skip)]
    exit: Exit,
    #[serde(skip)]
    credentials_refused: bool,
}

impl TaskReport {
    /// The report of a call for one task, which is `done` if it went well.
    pub(crate) fn of_call<T>(task_id: String, done: Outcome, result: &Result<Response<T>>) -> Self {
        match result {
            Ok(response) => Self::new(task_id, done, Exit::Done)
                .answered(response)
                .said(None),
            Err(error) => Self::of_error(task_id, error),
        }
    }

    /// The same with words about what was answered.
    pub(crate) fn with_message(self, message: impl Into<Option<String>>) -> Self {
        match message.into() {
            Some(message) if self.exit == Exit::Done => self.said(Some(message)),
            _ => self,
        }
    }

    /// The same where the answer is a success that carries words of an error.
    pub(crate) fn doubted(self, error: &str) -> Self {
        let error = one_line(error);
        Self {
            outcome: Outcome::Unknown,
            exit: Exit::MayHaveBeenApplied,
            ..self
        }
        .said(Some(format!(
            "the service answers with an error: {error}: read the task before you repeat it"
        )))
    }

    /// The reports of an order to several tasks, of which each may refuse. An accepted one is `done`.
    pub(crate) fn of_batch(
        task_ids: Vec<String>,
        done: Outcome,
        result: &Result<Response<Vec<TaskResult>>>,
    ) -> Vec<Self> {
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                let failed = |task_id| Self::of_error(task_id, error);
                return task_ids.into_iter().map(failed).collect();
            }
        };
        let report = |task: &TaskResult| {
            let task_id = task.task_id().to_owned();
            match task.result() {
                Ok(()) => Self::new(task_id, done, Exit::Done)
                    .answered(response)
                    .said(None),
                Err(error) => Self::of_error(task_id, error),
            }
        };
        response.body().iter().map(report).collect()
    }

    /// The report of a task that an answer says nothing of, although it is a success.
    pub(crate) fn not_named<T>(task_id: String, response: &Response<T>) -> Self {
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied)
            .answered(response)
            .said(Some(
                "the answer does not name it: read the task before you repeat it".to_owned(),
            ))
    }

    /// The report of a stop that was waited for.
    pub(crate) fn of_wait(task_id: String, result: &Result<StopOutcome>) -> Self {
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => return Self::of_error(task_id, error),
        };
        let (word, message) = match outcome.end() {
            StopEnd::AlreadyStopped => (
                Outcome::AlreadyStopped,
                "it had been stopped before".to_owned(),
            ),
            StopEnd::Ended(status) => (
                Outcome::Stopped,
                format!("it came to an end of its own: {status}"),
            ),
            _ if outcome.stop().is_ok() => {
                (Outcome::Stopped, "the task shows TERMINATED".to_owned())
            }
            _ => (
                Outcome::Stopped,
                "the answer was lost, but the task shows TERMINATED".to_owned(),
            ),
        };
        let report = Self::new(task_id, word, Exit::Done);
        let report = match outcome.stop() {
            Ok(response) => report.answered(response),
            Err(error) => report.failed(error),
        };
        Self {
            attempts: Some(outcome.attempts()),
            ..report
        }
        .said(Some(message))
    }

    /// The report of a cut-over. Its calls were several: its request id is that of the last stop or exchange, and none
    /// that was refused where another one was not.
    pub(crate) fn of_cut_over(task_id: String, result: &Result<CutOverReport>) -> Self {
        let report = match result {
            Ok(report) => report,
            Err(error) => return Self::of_error(task_id, error),
        };
        let nothing_of_ours = match report.attempts() {
            0 => "nothing was left to send",
            _ => "somebody else was faster: no attempt of this run was applied",
        };
        let (outcome, words) = match report.outcome() {
            CutOverOutcome::Stopped => (Outcome::Stopped, "the task shows TERMINATED"),
            CutOverOutcome::Exchanged => (Outcome::Exchanged, "the task shows EXCHANGE_SUCCESS"),
            CutOverOutcome::AlreadyExchanged => (Outcome::AlreadyExchanged, nothing_of_ours),
            _ => (Outcome::AlreadyStopped, nothing_of_ours),
        };
        let is_ours = outcome == Outcome::Stopped || outcome == Outcome::Exchanged;
        let may_be_it = |step: &&Step| {
            !is_ours || matches!(step.state(), StepState::Done | StepState::Unanswered)
        };
        let mut steps = report.steps().iter().rev().filter(may_be_it);
        let request_id = steps.find_map(Step::request_id);
        Self {
            attempts: Some(report.attempts()),
            request_id: request_id.map(str::to_owned),
            ..Self::new(task_id, outcome, Exit::Done)
        }
        .said(Some(words.to_owned()))
    }

    /// The report of a roll back that was waited for.
    pub(crate) fn of_roll_back(task_id: String, result: &Result<RollBackOutcome>) -> Self {
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => return Self::of_error(task_id, error),
        };
        let report = Self::new(task_id, Outcome::RolledBack, Exit::Done);
        let report = match outcome.roll_back() {
            Some(Ok(response)) => report.answered(response),
            Some(Err(error)) => report.failed(error),
            None => Self {
                attempts: Some(0),
                ..report
            },
        };
        match outcome.end() {
            RollBackEnd::AlreadyRolledBack => Self {
                outcome: Outcome::AlreadyRolledBack,
                ..report
            }
            .said(Some("it had been rolled back before".to_owned())),
            _ => report.said(Some("the task shows ROLLBACK_SUCCESS".to_owned())),
        }
    }

    /// The report of a task that the program was told to leave before it sent anything for it.
    pub(crate) fn interrupted_before(task_id: String) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..Self::not_started(task_id, "interrupted")
        }
    }

    /// The same where attempts were made for it, of which none was applied.
    pub(crate) fn interrupted_between(task_id: String, attempts: u32) -> Self {
        Self {
            attempts: Some(attempts),
            ..Self::new(task_id, Outcome::Failed, Exit::Interrupted)
        }
        .said(Some("interrupted: nothing was applied".to_owned()))
    }

    /// The report of a task whose call was in flight when the program was told to end, or was lost.
    pub(crate) fn in_flight(task_id: String, why: &str) -> Self {
        Self::in_flight_with_advice(task_id, why, "read the task before you repeat it")
    }

    /// The same where there is something better to do.
    pub(crate) fn in_flight_with_advice(task_id: String, why: &str, advice: &str) -> Self {
        let message = format!("{why}: it may have been applied: {advice}");
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied).said(Some(message))
    }

    /// The report of a task whose call was not begun. The exit code is that of why.
    pub(crate) fn not_started(task_id: String, why: &str) -> Self {
        let report = Self::new(task_id, Outcome::NotStarted, Exit::Done);
        Self {
            attempts: Some(0),
            ..report
        }
        .said(Some(format!("{why}: nothing was sent for it")))
    }

    pub(crate) fn of_error(task_id: String, error: &Error) -> Self {
        let outcome = if error.may_have_been_applied() {
            Outcome::Unknown
        } else {
            Outcome::Failed
        };
        let report = Self::new(task_id, outcome, Exit::of(error)).failed(error);
        // The whole line, with what to do: a file of JSON lines is read when nothing else is left of the run.
        let line = error_text::line(error);
        Self {
            message: Some(line.clone()),
            details: line,
            credentials_refused: credentials_refused(error),
            ..report
        }
    }

    fn new(task_id: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            task_id,
            outcome,
            attempts: None,
            request_id: None,
            status: None,
            kind: None,
            code: None,
            message: None,
            details: String::new(),
            exit,
            credentials_refused: false,
        }
    }

    fn answered<T>(self, response: &Response<T>) -> Self {
        Self {
            attempts: Some(response.attempts()),
            request_id: response.request_id().map(str::to_owned),
            status: Some(response.status()),
            ..self
        }
    }

    fn failed(self, error: &Error) -> Self {
        Self {
            attempts: Some(error.attempts()),
            request_id: error.request_id().map(str::to_owned),
            status: error.status(),
            kind: Some(error.kind().as_str()),
            code: error.code().map(str::to_owned),
            ..self
        }
    }

    /// Sets the message, and makes the line of text of it and of what support asks for.
    fn said(self, message: Option<String>) -> Self {
        let mut details: Vec<String> = message.iter().cloned().collect();
        details.extend(
            self.attempts
                .filter(|&attempts| attempts > 1)
                .map(|attempts| format!("[{attempts} attempts]")),
        );
        details.extend(
            self.request_id
                .as_ref()
                .map(|request_id| format!("[request {request_id}]")),
        );
        Self {
            details: details.join(" "),
            message,
            ..self
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether the same credentials would be refused again, and a lock come nearer.
    pub(crate) fn credentials_refused(&self) -> bool {
        self.credentials_refused
    }

    /// Writes it in the form that was asked for.
    pub(crate) fn print(&self, format: Format) {
        match format {
            Format::Text => output::outcome(&self.text()),
            Format::Json => output::outcome(&self.json()),
        }
    }

    /// Outcome, id and the rest, in columns that stay in line.
    fn text(&self) -> String {
        format!(
            "{:<15}  {}  {}",
            self.outcome.as_str(),
            self.task_id,
            self.details
        )
        .trim_end()
        .to_owned()
    }

    fn json(&self) -> String {
        // Text, numbers and null: there is nothing in it that cannot be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Whether the service did not take the credentials, for the call itself or for the look after it, or IAM gave none.
fn credentials_refused(error: &Error) -> bool {
    error.status() == Some(401)
        || error.kind() == ErrorKind::Credentials
        || error
            .source()
            .and_then(|source| source.downcast_ref::<Error>())
            .is_some_and(credentials_refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_all_keys_in_order_and_null_for_what_is_unknown() {
        assert_eq!(
            TaskReport::in_flight("t".to_owned(), "interrupted").json(),
            "{\"task_id\":\"t\",\"outcome\":\"unknown\",\"attempts\":null,\"request_id\":null,\"status\":null,\"kind\":null,\
             \"code\":null,\"message\":\"interrupted: it may have been applied: read the task before you repeat it\"}"
        );
    }

    #[test]
    fn a_stop_that_was_answered_is_one_line_with_nothing_at_its_end() {
        let report = TaskReport::of_call(
            "t".to_owned(),
            Outcome::Stopped,
            &Ok(Response::from_body(())),
        );
        assert_eq!(report.text(), "stopped          t");
        assert_eq!(report.exit(), Exit::Done);
    }

    #[test]
    fn a_task_that_was_not_started_has_no_attempt() {
        let report = TaskReport::not_started("t".to_owned(), "interrupted");
        assert_eq!(
            (report.attempts, report.outcome),
            (Some(0), Outcome::NotStarted)
        );
        assert_eq!(
            report.text(),
            "not_started      t  interrupted: nothing was sent for it"
        );
    }
}
