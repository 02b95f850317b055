//! The creation of a task, which has no id yet: a lost answer is looked for by the name.

use huaweicloud_dcs::types::TaskStatus;
use huaweicloud_dcs::{Error, Response};
use serde::Serialize;
use tokio::select;

use crate::arguments::Format;
use crate::exit::Failure;
use crate::interrupt::interrupt;
use crate::output::one_line;
use crate::{fields, output};

/// What was created: the JSON object, all keys always.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    pub(crate) task_id: Option<String>,
    pub(crate) job_id: Option<String>,
    pub(crate) status: Option<TaskStatus>,
    pub(crate) request_id: Option<String>,
}

/// Makes the call once. Where it may have created a task, the failure says how to look for it.
pub(crate) async fn call<T>(
    name: &str,
    call: impl Future<Output = Result<Response<T>, Error>>,
) -> Result<Response<T>, Failure> {
    select! {
        biased;
        result = call => result.map_err(|error| {
            let failure = Failure::of(&error);
            if error.may_have_been_applied() {
                // What to do the error says, and where is added.
                failure.with_advice(&list(name))
            } else {
                failure
            }
        }),
        () = interrupt() => Err(Failure::may_have_been_applied(format!(
            "interrupted: it may have been created: {}",
            look(name)
        ))),
    }
}

fn look(name: &str) -> String {
    format!("look with {} before you create it again", list(name))
}

fn list(name: &str) -> String {
    format!("`dcsctl list --name {}`", one_line(name))
}

impl Created {
    /// Writes it and, in text, what to do next. An answer that names no task, or an error, has perhaps created one.
    pub(crate) fn report(
        &self,
        name: &str,
        error: Option<&str>,
        format: Format,
        next: impl Fn(&str) -> String,
    ) -> Result<(), Failure> {
        match format {
            Format::Text => output::outcome(&fields::text([
                ("id", self.task_id.clone()),
                ("job", self.job_id.clone()),
                ("status", self.status.as_ref().map(ToString::to_string)),
            ])),
            Format::Json => output::outcome(&output::json(self)?),
        }
        let error = error.filter(|error| !error.is_empty());
        match (&self.task_id, error) {
            (_, Some(error)) => Err(Failure::may_have_been_applied(format!(
                "the service answers with an error: {}: {}",
                one_line(error),
                look(name)
            ))),
            (None, None) => Err(Failure::may_have_been_applied(format!(
                "the answer names no task: {}",
                look(name)
            ))),
            (Some(task_id), None) => {
                if format == Format::Text {
                    output::talk(&next(&one_line(task_id)));
                }
                Ok(())
            }
        }
    }
}
