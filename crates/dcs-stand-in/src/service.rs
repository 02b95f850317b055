//! The service: what each operation does.

use std::sync::LazyLock;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use huaweicloud_dcs_api::{
    Operation, TaskStatus,
    migration::operations::{SHOW_MIGRATION_TASK, STOP_MIGRATION_TASK_SYNC},
};
use serde_json::{Value, json};

use crate::{
    answer::{ServiceError, answer, json_answer},
    clock,
    identifier::{is_project_id, is_task_id},
    record::Effect,
    tasks::Tasks,
    visit::Visit,
};

/// An operation that the stand-in knows how to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Show,
    StopSync,
}

impl Call {
    pub(crate) const ALL: [Self; 2] = [Self::Show, Self::StopSync];

    pub(crate) fn of(operation: &Operation) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|call| call.operation() == operation)
    }

    pub(crate) const fn operation(self) -> &'static Operation {
        match self {
            Self::Show => &SHOW_MIGRATION_TASK,
            Self::StopSync => &STOP_MIGRATION_TASK_SYNC,
        }
    }

    /// What the operation is called where people type it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::StopSync => "sync-stop",
        }
    }
}

/// The parameters in the path, percent-decoded. What is not UTF-8 decodes to something that no id holds.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) project: String,
    pub(crate) task: String,
}

/// All tasks of one project.
#[derive(Debug)]
pub(crate) struct Service {
    /// Without one, every project is taken for the caller's own.
    pub(crate) project: Option<String>,
    pub(crate) tasks: Tasks,
}

impl Service {
    /// Does what is asked for and answers when it is done.
    pub(crate) async fn perform(
        &self,
        call: Call,
        ids: &Ids,
        headers: &HeaderMap,
        visit: &Visit,
    ) -> Response {
        let result = match self.check(ids, headers) {
            Err(error) => Err(error),
            Ok(()) => match call {
                Call::Show => self.show(&ids.task, visit),
                Call::StopSync => self.stop_sync(&ids.task, visit).await,
            },
        };
        result.unwrap_or_else(|error| error.answer())
    }

    fn check(&self, ids: &Ids, headers: &HeaderMap) -> Result<(), ServiceError> {
        if !is_project_id(&ids.project) {
            return Err(ServiceError::MALFORMED_PROJECT);
        }
        let is_own = self.project.as_ref().is_none_or(|own| *own == ids.project);
        let is_meant = headers
            .get("x-project-id")
            .is_none_or(|meant| meant.as_bytes() == ids.project.as_bytes());
        if !is_own || !is_meant {
            return Err(ServiceError::OTHER_PROJECT);
        }
        if !is_task_id(&ids.task) {
            return Err(ServiceError::MALFORMED_TASK);
        }
        Ok(())
    }

    fn show(&self, task: &str, visit: &Visit) -> Result<Response, ServiceError> {
        let status = self.tasks.status(task).ok_or(ServiceError::NO_SUCH_TASK)?;
        visit.record_effect(Effect::Shown);
        let mut detail = SAMPLE.clone();
        detail["task_id"] = json!(task);
        detail["status"] = json!(status);
        Ok(json_answer(StatusCode::OK, &detail))
    }

    async fn stop_sync(&self, task: &str, visit: &Visit) -> Result<Response, ServiceError> {
        let ends = self.tasks.begin_stop(task)?;
        visit.record_effect(Effect::Stopped);
        if clock::instant() < ends {
            tokio::time::sleep_until(ends).await;
        }
        // Somebody may have given the task another status meanwhile; then this stop has failed.
        match self.tasks.status(task) {
            Some(TaskStatus::Terminated) => Ok(answer(StatusCode::NO_CONTENT, Body::empty())),
            _ => Err(ServiceError::INTERNAL),
        }
    }
}

/// Every task is this one but for its id and status.
static SAMPLE: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../spec/examples/ShowMigrationTask/200.json");
    serde_json::from_str(text).unwrap_or_default()
});
