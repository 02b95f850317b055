//! The report of one task: a line of text or a JSON object.

use huaweicloud_dcs::{Error, Response, Result, TaskResult};

use super::exit::Exit;
use super::record::{Outcome, OutcomeRecord, error_line};
use crate::clock;
use crate::text::one_line;

/// The advice after a request that may have been applied.
pub(crate) const READ_FIRST: &str = "read the task before you retry";

/// The report of one task.
#[derive(Debug)]
pub(crate) struct TaskReport {
    pub(crate) record: OutcomeRecord,
    /// The full line of an error, which says more than its record.
    error_line: Option<String>,
    exit: Exit,
    credentials_refused: bool,
}

impl TaskReport {
    /// The report of a call for one task. `done` is the outcome of a success.
    pub(crate) fn of_call<T>(task_id: String, done: Outcome, result: &Result<Response<T>>) -> Self {
        match result {
            Ok(response) => Self::new(task_id, done, Exit::Done).with_response(response),
            Err(error) => Self::of_error(task_id, error),
        }
    }

    /// Adds a message to a success.
    pub(crate) fn with_message(self, message: Option<String>) -> Self {
        match message {
            Some(message) if self.exit == Exit::Done => self.said(message),
            _ => self,
        }
    }

    /// Makes the outcome unknown, because a successful response contains an error.
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
        .said(format!("the service reported an error: {error}"))
    }

    /// The reports of a batch, in which each task may be refused. `done` is the outcome of a success.
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
                Ok(()) => Self::new(task_id, done, Exit::Done).with_response(response),
                Err(error) => Self {
                    exit: Exit::of_task(error),
                    ..Self::of_error(task_id, error)
                },
            }
        };
        response.body().iter().map(report).collect()
    }

    /// The report of a task that a successful response does not name.
    pub(crate) fn not_named<T>(task_id: String, response: &Response<T>) -> Self {
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied)
            .with_response(response)
            .advised(READ_FIRST)
            .said("the response does not name this task")
    }

    /// The report of a task for which nothing was sent before the interruption.
    pub(crate) fn interrupted_before(task_id: String) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..Self::not_started(task_id, "interrupted")
        }
    }

    /// The report of a task whose call was in flight at the interruption, or was lost.
    pub(crate) fn in_flight(task_id: String, why: &str, advice: &str) -> Self {
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied)
            .advised(advice)
            .said(format!("{why}: it may have been applied"))
    }

    /// Turns the last response of a call into the report of an interruption.
    pub(crate) fn left(mut self, why: &str, advice: &str) -> Self {
        match self.outcome() {
            Outcome::Accepted => {
                self.record.time = clock::now();
                self.exit = Exit::MayHaveBeenApplied;
                let message = format!("{why}: accepted, not confirmed");
                self.advised(advice).said(message)
            }
            Outcome::Failed => Self {
                exit: Exit::Interrupted,
                ..self
            },
            _ => self,
        }
    }

    /// The report of a task for which no call was started. It leaves the exit code to the reason, `why`.
    pub(crate) fn not_started(task_id: String, why: &str) -> Self {
        Self::new(task_id, Outcome::NotStarted, Exit::Done)
            .attempted(0)
            .said(format!("{why}: nothing was sent for this task"))
    }

    pub(crate) fn of_error(task_id: String, error: &Error) -> Self {
        Self {
            record: OutcomeRecord::of_error(Some(task_id), error),
            error_line: Some(error_line(error)),
            exit: Exit::of(error),
            credentials_refused: error.is_unauthorized(),
        }
    }

    /// A report with only the outcome.
    pub(crate) fn new(task_id: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            record: OutcomeRecord::new(Some(task_id), outcome),
            error_line: None,
            exit,
            credentials_refused: false,
        }
    }

    /// Adds attempts, request ID and HTTP status of a response.
    pub(crate) fn with_response<T>(self, response: &Response<T>) -> Self {
        Self {
            record: self.record.with_response(response),
            ..self
        }
    }

    /// Adds attempts, request ID and HTTP status of an error that polling resolved.
    pub(crate) fn resolved(self, error: &Error) -> Self {
        Self {
            record: self.record.sent(error),
            ..self
        }
    }

    /// Sets the number of attempts.
    pub(crate) fn attempted(mut self, attempts: u32) -> Self {
        self.record.attempts = Some(attempts);
        self
    }

    fn advised(mut self, advice: &str) -> Self {
        self.record.advice = Some(advice.to_owned());
        self
    }

    /// Sets the message.
    pub(crate) fn said(mut self, message: impl Into<String>) -> Self {
        self.record.message = Some(message.into());
        self
    }

    /// The task ID.
    pub(crate) fn task_id(&self) -> &str {
        self.record.task_id.as_deref().unwrap_or_default()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.record.outcome
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether the credentials were refused: another attempt would be refused, too, and could lock the key.
    pub(crate) fn credentials_refused(&self) -> bool {
        self.credentials_refused
    }

    /// The report as text: outcome, ID and details in aligned columns.
    pub(crate) fn text(&self) -> String {
        let (outcome, id) = (self.outcome().as_str(), self.task_id());
        let details = match &self.error_line {
            Some(line) => line.clone(),
            None => self.details(),
        };
        one_line(format!("{outcome:<15}  {id}  {details}").trim_end())
    }

    /// Message, advice, attempts and request ID.
    fn details(&self) -> String {
        let record = &self.record;
        let words = [&record.message, &record.advice].into_iter().flatten();
        let words: Vec<&str> = words.map(String::as_str).collect();
        let mut details = vec![words.join(": ")];
        if let Some(attempts) = record.attempts.filter(|&attempts| attempts > 1) {
            details.push(format!("[{attempts} attempts]"));
        }
        if let Some(request_id) = &record.request_id {
            details.push(format!("[request {request_id}]"));
        }
        details.retain(|detail| !detail.is_empty());
        details.join(" ")
    }

    /// The report as a line of JSON.
    pub(crate) fn json(&self) -> String {
        // Strings, numbers and null always serialize.
        serde_json::to_string(&self.record).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_all_keys_in_order_and_null_for_unknown() {
        let json = TaskReport::in_flight("t".to_owned(), "interrupted", READ_FIRST).json();
        let (before, time) = json.split_once("\"time\":\"").unwrap();
        assert_eq!(
            before,
            "{\"task_id\":\"t\",\"outcome\":\"unknown\",\"attempts\":null,\"request_id\":null,\
             \"http_status\":null,\"kind\":null,\"code\":null,\"message\":\"interrupted: it may have been applied\",\
             \"advice\":\"read the task before you retry\","
        );
        let time = humantime::parse_rfc3339(time.trim_end_matches("\"}"));
        assert!(time.is_ok(), "{json}");
    }

    #[test]
    fn text_of_a_success_is_outcome_and_id() {
        let report = TaskReport::of_call(
            "t".to_owned(),
            Outcome::Stopped,
            &Ok(Response::from_body(())),
        );
        assert_eq!(report.text(), "stopped          t");
        assert_eq!(report.exit(), Exit::Done);
    }

    #[test]
    fn text_orders_message_advice_attempts_request_id() {
        let mut report = TaskReport::in_flight("t".to_owned(), "interrupted", "check");
        report.record.attempts = Some(2);
        report.record.request_id = Some("r-1".to_owned());
        assert_eq!(
            report.text(),
            "unknown          t  interrupted: it may have been applied: check [2 attempts] [request r-1]"
        );
        report.record.attempts = Some(1);
        assert!(!report.text().contains("attempts"));
    }

    #[test]
    fn not_started_has_no_attempts() {
        let report = TaskReport::not_started("t".to_owned(), "interrupted");
        assert_eq!(
            (report.record.attempts, report.outcome()),
            (Some(0), Outcome::NotStarted)
        );
        assert_eq!(
            report.text(),
            "not_started      t  interrupted: nothing was sent for this task"
        );
    }
}
