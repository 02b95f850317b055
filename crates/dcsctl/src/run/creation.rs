//! The creation of a task, which has no id yet: a lost answer is looked for by the name.

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

/// What was created: the JSON object, all keys always.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    #[serde(flatten)]
    pub(crate) record: OutcomeRecord,
    pub(crate) job_id: Option<String>,
    pub(crate) status: Option<TaskStatus>,
}

/// Makes the call once. Where it may have created a task, the failure says how to look for it. Interrupted in a pause, it
/// is the refusal before: nothing was created.
pub(crate) async fn call<T>(
    client: &MigrationClient,
    name: &str,
    call: impl AsyncFnOnce(MigrationClient) -> Result<Response<T>, Error>,
) -> Result<Response<T>, Failure> {
    set_signal_exit(Exit::MayHaveBeenApplied);
    let (refused, refusals) = channel();
    let client = client.on_retry(move |error, pause| {
        // Who receives it lives as long as the call.
        let _ = refused.send((Failure::of(error).interrupted(), clock::after(pause)));
    });
    let result = select! {
        biased;
        result = Box::pin(call(client)) => result,
        () = interrupt() => return Err(match refusals.try_iter().last() {
            Some((refusal, until)) if clock::is_to_come(until) => refusal,
            _ => Failure::may_have_been_applied("interrupted: it may have been created".to_owned())
                .with_advice(&look_first(name)),
        }),
    };
    let result = result.map_err(|error| {
        let failure = Failure::of(&error);
        if error.may_have_been_applied() {
            // What to do the error says, and where is added.
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

fn look_first(name: &str) -> String {
    format!(
        "look with {} before you create it again",
        list_command(name)
    )
}

fn list_command(name: &str) -> String {
    format!("`dcsctl list --name {}`", one_line(name))
}

impl Created {
    /// What an answer tells, which is a success by its status.
    pub(crate) fn of<T>(task_id: Option<String>, answer: &Response<T>) -> Self {
        let outcome = match &task_id {
            Some(_) => Outcome::Accepted,
            None => Outcome::Unknown,
        };
        Self {
            record: OutcomeRecord::new(task_id, outcome).answered(answer),
            job_id: None,
            status: None,
        }
    }

    /// Writes it and, in text, what to do next. An answer that names no task, or an error, has perhaps created one.
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
                "the service answers with an error: {}",
                one_line(error)
            )),
            (None, None) => Some("the answer names no task".to_owned()),
            (Some(_), None) => None,
        };
        if doubt.is_some() {
            self.record.outcome = Outcome::Unknown;
            self.record.message.clone_from(&doubt);
            self.record.advice = Some(look_first(name));
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
                Err(Failure::may_have_been_applied(doubt).with_advice(&look_first(name)))
            }
            (task_id, None) => {
                if let (Format::Text, Some(task_id)) = (format, task_id) {
                    output::talk(&next(&one_line(task_id)));
                }
                Ok(self)
            }
        }
    }

    /// The failure of a task that was created and that was not seen to be ready, with its ids.
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
                "look with `dcsctl show {}`; if it failed, delete it before you create another one",
                one_line(task_id)
            ))
    }
}
