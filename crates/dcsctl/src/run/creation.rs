//! Creates a task. It has no ID before the response: after a lost response, the user checks by name.

use std::sync::mpsc::channel;

use huaweicloud_dcs::types::TaskStatus;
use huaweicloud_dcs::{Error, MigrationClient, Response};
use serde::Serialize;
use tokio::select;

use super::interrupt::{interrupt, set_signal_exit};
use crate::clock;
use crate::outcome::{Exit, Failure, Outcome, OutcomeRecord};
use crate::output::{self, Format};
use crate::text::one_line;

/// The created task as a JSON object. All keys are always present.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    #[serde(flatten)]
    pub(crate) record: OutcomeRecord,
    pub(crate) job_id: Option<String>,
    pub(crate) status: Option<TaskStatus>,
}

/// Makes the call. If it may have created a task, the failure says how to check. An interruption during backoff returns the
/// refusal of the last attempt: nothing was created.
pub(crate) async fn call<T>(
    client: &MigrationClient,
    name: &str,
    call: impl AsyncFnOnce(MigrationClient) -> Result<Response<T>, Error>,
) -> Result<Response<T>, Failure> {
    set_signal_exit(Exit::MayHaveBeenApplied);
    let (refused, refusals) = channel();
    let client = client.on_retry(move |error, backoff| {
        // The receiver lives as long as the call.
        let _ = refused.send((Failure::of(error).interrupted(), clock::after(backoff)));
    });
    let result = select! {
        biased;
        result = Box::pin(call(client)) => result,
        () = interrupt() => return Err(match refusals.try_iter().last() {
            Some((refusal, until)) if clock::is_to_come(until) => refusal,
            _ => Failure::may_have_been_applied("interrupted: the task may have been created".to_owned())
                .with_advice(&check_first(name)),
        }),
    };
    let result = result.map_err(|error| {
        let failure = Failure::of(&error);
        if error.may_have_been_applied() {
            // The error says to check the list; add the command.
            failure.with_advice(&list_command(name))
        } else {
            failure
        }
    });
    set_signal_exit(match &result {
        Err(failure) if failure.exit() != Exit::MayHaveBeenApplied => Exit::Interrupted,
        _ => Exit::MayHaveBeenApplied,
    });
    result
}

fn check_first(name: &str) -> String {
    format!(
        "check with {} before you create it again",
        list_command(name)
    )
}

fn list_command(name: &str) -> String {
    format!("`dcsctl list --name {}`", one_line(name))
}

impl Created {
    /// Reads a response with a success status.
    pub(crate) fn of<T>(task_id: Option<String>, response: &Response<T>) -> Self {
        let outcome = match &task_id {
            Some(_) => Outcome::Accepted,
            None => Outcome::Unknown,
        };
        Self {
            record: OutcomeRecord::new(task_id, outcome).with_response(response),
            job_id: None,
            status: None,
        }
    }

    /// Writes the task and, in text, what to do next. A response without a task ID, or with an error, is unknown.
    pub(crate) fn report(
        mut self,
        name: &str,
        error: Option<&str>,
        format: Format,
        next: impl Fn(&str) -> String,
    ) -> Result<Self, Failure> {
        let error = error.filter(|error| !error.is_empty());
        let doubt = match (&self.record.task_id, error) {
            (_, Some(error)) => Some(format!(
                "the service reported an error: {}",
                one_line(error)
            )),
            (None, None) => Some("the response names no task".to_owned()),
            (Some(_), None) => None,
        };
        if doubt.is_some() {
            self.record.outcome = Outcome::Unknown;
            self.record.message.clone_from(&doubt);
            self.record.advice = Some(check_first(name));
        }
        match format {
            Format::Text => output::outcome(&output::fields([
                ("id", self.record.task_id.clone()),
                ("job", self.job_id.clone()),
                ("status", self.status.as_ref().map(ToString::to_string)),
            ])),
            Format::Json => output::outcome(&output::serialized(&self)?),
        }
        match (&self.record.task_id, doubt) {
            (_, Some(doubt)) => {
                Err(Failure::may_have_been_applied(doubt).with_advice(&check_first(name)))
            }
            (task_id, None) => {
                if let (Format::Text, Some(task_id)) = (format, task_id) {
                    output::talk(&next(&one_line(task_id)));
                }
                Ok(self)
            }
        }
    }

    /// The failure of a wait for a created task. Names the IDs of task and job.
    pub(crate) fn not_confirmed(&self, why: &str) -> Failure {
        let ids = [("task", &self.record.task_id), ("job", &self.job_id)];
        let ids = ids.into_iter().filter_map(|(name, id)| {
            let id = id.as_deref()?;
            Some(format!("{name} {}", one_line(id)))
        });
        let ids: Vec<_> = ids.collect();
        let task_id = self.record.task_id.as_deref().unwrap_or_default();
        Failure::not_confirmed(&format!("{}: {why}", ids.join(", ")), self.record.clone())
            .with_advice(&format!(
                "check with `dcsctl show {}`; if the task failed, delete it before you create another",
                one_line(task_id)
            ))
    }
}
