//! What became of one task: a line of text, or an object of JSON.

use std::error::Error as _;

use huaweicloud_dcs::{Error, ErrorKind, Response, Result, TaskResult};

use super::exit::Exit;
use super::record::{Outcome, OutcomeRecord, error_line};
use crate::clock;
use crate::text::one_line;

/// What to do where nothing says whether it was applied.
pub(crate) const READ_FIRST: &str = "read the task before you repeat it";

/// What became of one task.
#[derive(Debug)]
pub(crate) struct TaskReport {
    pub(crate) record: OutcomeRecord,
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
            record: OutcomeRecord {
                outcome: Outcome::Unknown,
                ..self.record
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
                self.record.time = clock::now();
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
            record: OutcomeRecord::of_error(Some(task_id), error),
            details: error_line(error),
            exit: Exit::of(error),
            credentials_refused: credentials_refused(error),
        }
    }

    /// A report with nothing but the outcome.
    pub(crate) fn new(task_id: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            record: OutcomeRecord::new(Some(task_id), outcome),
            details: String::new(),
            exit,
            credentials_refused: false,
        }
    }

    /// The same with what a response tells.
    pub(crate) fn answered<T>(self, response: &Response<T>) -> Self {
        Self {
            record: self.record.answered(response),
            ..self
        }
    }

    /// The same where the call failed, and reading the task showed that all went well.
    pub(crate) fn resolved(self, error: &Error) -> Self {
        Self {
            record: self.record.sent(error),
            ..self
        }
    }

    /// The same with the number of attempts.
    pub(crate) fn attempted(mut self, attempts: u32) -> Self {
        self.record.attempts = Some(attempts);
        self
    }

    fn advised(mut self, advice: &str) -> Self {
        self.record.advice = Some(advice.to_owned());
        self
    }

    /// Sets the message, and makes the line of text of it, of what to do, and of what support asks for.
    pub(crate) fn said(mut self, message: Option<String>) -> Self {
        self.record.message = message;
        let OutcomeRecord {
            message,
            advice,
            attempts,
            request_id,
            ..
        } = &self.record;
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
        self.record.task_id.as_deref().unwrap_or_default()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.record.outcome
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether the same credentials would be refused again, and a lock come nearer.
    pub(crate) fn credentials_refused(&self) -> bool {
        self.credentials_refused
    }

    /// Outcome, id and the rest, in columns that stay in line.
    pub(crate) fn text(&self) -> String {
        let (outcome, id) = (self.outcome().as_str(), self.task_id());
        one_line(format!("{outcome:<15}  {id}  {}", self.details).trim_end())
    }

    /// The record as a line of JSON.
    pub(crate) fn json(&self) -> String {
        // Text, numbers and null: there is nothing in it that cannot be written.
        serde_json::to_string(&self.record).unwrap_or_default()
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
            (report.record.attempts, report.outcome()),
            (Some(0), Outcome::NotStarted)
        );
        assert_eq!(
            report.text(),
            "not_started      t  interrupted: nothing was sent for it"
        );
    }
}
