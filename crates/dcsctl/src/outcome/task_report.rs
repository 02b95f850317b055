//! What became of one task: a line of text, or an object of JSON.

use huaweicloud_dcs::{Error, Response, Result, TaskResult};

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
    /// The line of an error, which tells more than its record.
    error_line: Option<String>,
    exit: Exit,
    credentials_refused: bool,
}

impl TaskReport {
    /// The report of a call for one task, which is `done` if it went well.
    pub(crate) fn of_call<T>(task_id: String, done: Outcome, result: &Result<Response<T>>) -> Self {
        match result {
            Ok(response) => Self::new(task_id, done, Exit::Done).answered(response),
            Err(error) => Self::of_error(task_id, error),
        }
    }

    /// The same with words about what was answered.
    pub(crate) fn with_message(self, message: Option<String>) -> Self {
        match message {
            Some(message) if self.exit == Exit::Done => self.said(message),
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
        .said(format!("the service answers with an error: {error}"))
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
                Ok(()) => Self::new(task_id, done, Exit::Done).answered(response),
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
            .said("the answer does not name it")
    }

    /// The report of a task that the program was told to leave before it sent anything for it.
    pub(crate) fn interrupted_before(task_id: String) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..Self::not_started(task_id, "interrupted")
        }
    }

    /// The report of a task whose call was in flight when the program was told to end, or was lost.
    pub(crate) fn in_flight(task_id: String, why: &str, advice: &str) -> Self {
        Self::new(task_id, Outcome::Unknown, Exit::MayHaveBeenApplied)
            .advised(advice)
            .said(format!("{why}: it may have been applied"))
    }

    /// What is known of a call when the program is told to end, and does not see what follows.
    pub(crate) fn left(mut self, why: &str, advice: &str) -> Self {
        match self.outcome() {
            Outcome::Accepted => {
                self.record.time = clock::now();
                self.exit = Exit::MayHaveBeenApplied;
                let message = format!("{why}: it was accepted, its confirmation is missing");
                self.advised(advice).said(message)
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
            .said(format!("{why}: nothing was sent for it"))
    }

    pub(crate) fn of_error(task_id: String, error: &Error) -> Self {
        Self {
            record: OutcomeRecord::of_error(Some(task_id), error),
            error_line: Some(error_line(error)),
            exit: Exit::of(error),
            credentials_refused: error.is_unauthorized(),
        }
    }

    /// A report with nothing but the outcome.
    pub(crate) fn new(task_id: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            record: OutcomeRecord::new(Some(task_id), outcome),
            error_line: None,
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

    /// The same with words about what happened.
    pub(crate) fn said(mut self, message: impl Into<String>) -> Self {
        self.record.message = Some(message.into());
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

    /// Outcome, id and details, in columns that stay in line.
    pub(crate) fn text(&self) -> String {
        let (outcome, id) = (self.outcome().as_str(), self.task_id());
        let details = match &self.error_line {
            Some(line) => line.clone(),
            None => self.details(),
        };
        one_line(format!("{outcome:<15}  {id}  {details}").trim_end())
    }

    /// What happened, what to do, and what support asks for.
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

    /// The record as a line of JSON.
    pub(crate) fn json(&self) -> String {
        // Text, numbers and null: there is nothing in it that cannot be written.
        serde_json::to_string(&self.record).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_all_keys_in_order_and_null_for_what_is_unknown() {
        let json = TaskReport::in_flight("t".to_owned(), "interrupted", READ_FIRST).json();
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
    fn text_has_message_advice_attempts_and_request_id_in_this_order() {
        let mut report = TaskReport::in_flight("t".to_owned(), "interrupted", "look");
        report.record.attempts = Some(2);
        report.record.request_id = Some("r-1".to_owned());
        assert_eq!(
            report.text(),
            "unknown          t  interrupted: it may have been applied: look [2 attempts] [request r-1]"
        );
        report.record.attempts = Some(1);
        assert!(!report.text().contains("attempts"));
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
