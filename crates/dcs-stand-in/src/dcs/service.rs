//! The checks of project and task, and the dispatch of calls.

use std::sync::Arc;

use axum::response::Response;

use super::{
    batch, control, create,
    error::ServiceError,
    read,
    request::{Answered, Request},
};
use crate::{
    call::Call,
    engine::Engine,
    gateway::Scope,
    identifier::{is_project_id, is_task_id},
    state::Tasks,
};

/// All tasks of one project.
#[derive(Debug)]
pub(crate) struct Dcs {
    /// `None`: every project is accepted.
    pub(crate) project: Option<String>,
    pub(crate) tasks: Arc<Tasks>,
    pub(crate) engine: Engine,
    pub(crate) has_numbers_as_strings: bool,
}

impl Dcs {
    /// Performs the call and returns its response.
    pub(crate) async fn perform(&self, request: &Request<'_>) -> Response {
        let result = match self.check(request) {
            Err(error) => Err(error),
            Ok(()) => self.act(request).await,
        };
        result.unwrap_or_else(ServiceError::answer)
    }

    fn check(&self, request: &Request<'_>) -> Result<(), ServiceError> {
        let project = &request.ids.project;
        if !is_project_id(project) {
            return Err(ServiceError::MALFORMED_PROJECT);
        }
        let is_own = match request.scope {
            Scope::Any => self.project.as_ref().is_none_or(|own| own == project),
            Scope::Project(own) => own == project,
            Scope::Global => false,
        };
        let is_meant = request
            .headers
            .get("x-project-id")
            .is_none_or(|meant| meant.as_bytes() == project.as_bytes());
        if !is_own || !is_meant {
            return Err(ServiceError::OTHER_PROJECT);
        }
        match &request.ids.task {
            Some(task) if !is_task_id(task) => Err(ServiceError::MALFORMED_TASK),
            _ => Ok(()),
        }
    }

    async fn act(&self, request: &Request<'_>) -> Answered {
        let (tasks, engine) = (&*self.tasks, &self.engine);
        match request.call {
            Call::CreateImport => create::import(tasks, request),
            Call::CreateOnline => create::online(tasks, request),
            Call::Configure => control::configure(tasks, engine, request).await,
            Call::Update => control::update(tasks, request),
            Call::Stop => control::stop(tasks, request),
            Call::StopSync => control::stop_sync(tasks, engine, request).await,
            Call::ExchangeIp => control::exchange_ip(tasks, request),
            Call::RollbackIp => control::roll_back_ip(tasks, request),
            Call::BatchStop => batch::stop(tasks, request),
            Call::BatchRestart => batch::restart(tasks, request),
            Call::Delete => batch::delete(tasks, request),
            Call::List => read::list(tasks, request),
            Call::Show => read::show(tasks, request),
            Call::Stats => read::stats(tasks, engine, request, self.has_numbers_as_strings).await,
            Call::Logs => read::logs(tasks, request),
            Call::Job => read::job(tasks, request),
            // The router gives the calls of IAM to `Iam`.
            Call::Projects | Call::Token => Err(ServiceError::INTERNAL),
        }
    }
}
