//! What became of one task: a line of text, or an object of JSON.

use std::error::Error as _;

use huaweicloud_dcs::{
    CutOverOutcome, CutOverReport, Error, ErrorKind, Response, Result, RollBackEnd,
    RollBackOutcome, Step, StepState, StopEnd, StopOutcome, TaskResult,
};

use crate::arguments::Format;
use crate::exit::Exit;
use crate::members::Members;
use crate::outcome::Outcome;
use crate::output::one_line;
use crate::{clock, error_text, output};

/// What to do where nothing says whether it was applied.
pub(crate) const READ_FIRST: &str = "read the task before you repeat it";

/// What became of one task.
#[derive(Debug)]
pub(crate) struct TaskReport {
    pub(crate) members: Members,
    /// What follows outcome and id in the line of text.
    details: String,
    exit: Exit,
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
        Self {
            members: Members {
                outcome: Outcome::Unknown,
                ..self.members
            },
            exit: Exit::MayHaveBeenApplied,
            ..self
        }
        .advised(READ_FIRST)
        .said(Some(format!("the service answers with an error: {error}")))
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
                Err(error) => Self {
                    exit: Exit::of_task(error),
                    ..Self::of_error(task_id, error)
                },
            }
        };
        response.body().iter().map(report).collect()
    }

    /// The report of a task that an answer says nothing of, although it is a success.
    pub(crate) fn not_named<T>(task_id: String, response: &Response<T>) -> Self {
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied)
            .answered(response)
            .advised(READ_FIRST)
            .said(Some("the answer does not name it".to_owned()))
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
            Err(error) => report.resolved(error),
        };
        report.attempted(outcome.attempts()).said(Some(message))
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
        let answered = steps.find(|step| step.request_id().is_some());
        let mut done = Self::new(task_id, outcome, Exit::Done).attempted(report.attempts());
        done.members.request_id = answered.and_then(Step::request_id).map(str::to_owned);
        done.members.http_status = answered.and_then(Step::http_status);
        done.said(Some(words.to_owned()))
    }

    /// The report of a roll back that was waited for.
    pub(crate) fn of_roll_back(task_id: String, result: &Result<RollBackOutcome>) -> Self {
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => return Self::of_error(task_id, error),
        };
        let word = match outcome.end() {
            RollBackEnd::AlreadyRolledBack => Outcome::AlreadyRolledBack,
            _ => Outcome::RolledBack,
        };
        let report = Self::new(task_id, word, Exit::Done);
        let report = match outcome.roll_back() {
            Some(Ok(response)) => report.answered(response),
            Some(Err(error)) => report.resolved(error),
            None => report.attempted(0),
        };
        match outcome.end() {
            RollBackEnd::AlreadyRolledBack => {
                report.said(Some("it had been rolled back before".to_owned()))
            }
            _ => report.said(Some("the task shows ROLLBACK_SUCCESS".to_owned())),
        }
    }

    /// The report of a roll back that was refused, and that the task shows all the same.
    pub(crate) fn rolled_back_by_another(task_id: String, refusal: &Error) -> Self {
        Self::new(task_id, Outcome::AlreadyRolledBack, Exit::Done)
            .resolved(refusal)
            .said(Some("another run rolled it back".to_owned()))
    }

    /// The report of a task that the program was told to leave before it sent anything for it.
    pub(crate) fn interrupted_before(task_id: String) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..Self::not_started(task_id, "interrupted")
        }
    }

    /// The report of a task whose call was in flight when the program was told to end, or was lost.
    pub(crate) fn in_flight(task_id: String, why: &str) -> Self {
        Self::in_flight_with_advice(task_id, why, READ_FIRST)
    }

    /// The same where there is something better to do.
    pub(crate) fn in_flight_with_advice(task_id: String, why: &str, advice: &str) -> Self {
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied)
            .advised(advice)
            .said(Some(format!("{why}: it may have been applied")))
    }

    /// What is known of a call when the program is told to end, and does not see what follows.
    pub(crate) fn left(mut self, why: &str, advice: &str) -> Self {
        match self.outcome() {
            Outcome::Accepted => {
                self.members.time = clock::now();
                self.exit = Exit::MayHaveBeenApplied;
                let message = format!("{why}: it was accepted, its confirmation is missing");
                self.advised(advice).said(Some(message))
            }
            Outcome::Failed => Self {
                exit: Exit::Interrupted,
                ..self
            },
            _ => self,
        }
    }

    /// The report of a task whose call was not begun. The exit code is that of why.
    pub(crate) fn not_started(task_id: String, why: &str) -> Self {
        Self::new(task_id, Outcome::NotStarted, Exit::Done)
            .attempted(0)
            .said(Some(format!("{why}: nothing was sent for it")))
    }

    pub(crate) fn of_error(task_id: String, error: &Error) -> Self {
        Self {
            members: Members::of_error(Some(task_id), error),
            details: error_text::line(error),
            exit: Exit::of(error),
            credentials_refused: credentials_refused(error),
        }
    }

    fn new(task_id: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            members: Members::new(Some(task_id), outcome),
            details: String::new(),
            exit,
            credentials_refused: false,
        }
    }

    fn answered<T>(self, response: &Response<T>) -> Self {
        Self {
            members: self.members.answered(response),
            ..self
        }
    }

    /// The same where the call failed, and reading the task showed that all went well.
    fn resolved(self, error: &Error) -> Self {
        Self {
            members: self.members.sent(error),
            ..self
        }
    }

    fn attempted(mut self, attempts: u32) -> Self {
        self.members.attempts = Some(attempts);
        self
    }

    fn advised(mut self, advice: &str) -> Self {
        self.members.advice = Some(advice.to_owned());
        self
    }

    /// Sets the message, and makes the line of text of it, of what to do, and of what support asks for.
    fn said(mut self, message: Option<String>) -> Self {
        self.members.message = message;
        let Members {
            message,
            advice,
            attempts,
            request_id,
            ..
        } = &self.members;
        let words: Vec<&str> = [message, advice]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let mut details = vec![words.join(": ")];
        details.extend(
            attempts
                .filter(|&attempts| attempts > 1)
                .map(|attempts| format!("[{attempts} attempts]")),
        );
        let request_id = request_id.as_ref();
        details.extend(request_id.map(|request_id| format!("[request {request_id}]")));
        details.retain(|detail| !detail.is_empty());
        self.details = details.join(" ");
        self
    }

    /// The task's id.
    pub(crate) fn task_id(&self) -> &str {
        self.members.task_id.as_deref().unwrap_or_default()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.members.outcome
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
        let (outcome, id) = (self.outcome().as_str(), self.task_id());
        one_line(format!("{outcome:<15}  {id}  {}", self.details).trim_end())
    }

    fn json(&self) -> String {
        // Text, numbers and null: there is nothing in it that cannot be written.
        serde_json::to_string(&self.members).unwrap_or_default()
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
        let json = TaskReport::in_flight("t".to_owned(), "interrupted").json();
        let (before, time) = json.split_once("\"time\":\"").unwrap();
        assert_eq!(
            before,
            "{\"task_id\":\"t\",\"outcome\":\"unknown\",\"attempts\":null,\"request_id\":null,\
             \"http_status\":null,\"kind\":null,\"code\":null,\"message\":\"interrupted: it may have been applied\",\
             \"advice\":\"read the task before you repeat it\","
        );
        let time = humantime::parse_rfc3339(time.trim_end_matches("\"}"));
        assert!(time.is_ok(), "{json}");
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
            (report.members.attempts, report.outcome()),
            (Some(0), Outcome::NotStarted)
        );
        assert_eq!(
            report.text(),
            "not_started      t  interrupted: nothing was sent for it"
        );
    }
}
