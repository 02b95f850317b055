//! The service: who may ask what, and which part of it answers.

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::json;

use crate::{
    answer::json_answer,
    batch,
    call::Call,
    control, create,
    identifier::{is_project_id, is_task_id},
    progress::Progress,
    query::Query,
    record::Effect,
    service_error::ServiceError,
    task_log::{Entry, LEVELS},
    tasks::Tasks,
    tokens::Scope,
    visit::Visit,
};

/// The parameters in the path, percent-decoded. What is not UTF-8 decodes to something that no id holds.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) project: String,
    pub(crate) task: Option<String>,
    pub(crate) job: Option<String>,
}

/// What is asked, by somebody whom the gateway has let in.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) call: Call,
    pub(crate) ids: &'a Ids,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: Query,
    pub(crate) body: &'a [u8],
    pub(crate) scope: Scope,
    pub(crate) visit: &'a Visit,
}

pub(crate) type Answered = Result<Response, ServiceError>;

/// All tasks of one project.
#[derive(Debug)]
pub(crate) struct Service {
    /// Without one, every project is taken for the caller's own.
    pub(crate) project: Option<String>,
    pub(crate) tasks: Tasks,
    pub(crate) has_numbers_as_strings: bool,
}

impl Service {
    /// Does what is asked for and answers when it is done.
    pub(crate) async fn perform(&self, asked: &Asked<'_>) -> Response {
        let result = match self.check(asked) {
            Err(error) => Err(error),
            Ok(()) => self.act(asked).await,
        };
        result.unwrap_or_else(|error| error.answer())
    }

    fn check(&self, asked: &Asked<'_>) -> Result<(), ServiceError> {
        let project = &asked.ids.project;
        if !is_project_id(project) {
            return Err(ServiceError::MALFORMED_PROJECT);
        }
        let is_own = match &asked.scope {
            Scope::Any => self.project.as_ref().is_none_or(|own| own == project),
            Scope::Project(own) => own == project,
            Scope::Global => false,
        };
        let is_meant = asked
            .headers
            .get("x-project-id")
            .is_none_or(|meant| meant.as_bytes() == project.as_bytes());
        if !is_own || !is_meant {
            return Err(ServiceError::OTHER_PROJECT);
        }
        match &asked.ids.task {
            Some(task) if !is_task_id(task) => Err(ServiceError::MALFORMED_TASK),
            _ => Ok(()),
        }
    }

    async fn act(&self, asked: &Asked<'_>) -> Answered {
        let tasks = &self.tasks;
        let task = asked.ids.task.as_deref().unwrap_or_default();
        match asked.call {
            Call::CreateImport => create::import(tasks, asked),
            Call::CreateOnline => create::online(tasks, asked),
            Call::Configure => control::configure(tasks, task, asked),
            Call::Update => control::update(tasks, task, asked),
            Call::Stop => control::stop(tasks, task, asked.visit),
            Call::StopSync => control::stop_sync(tasks, task, asked.visit).await,
            Call::ExchangeIp => control::exchange_ip(tasks, task, asked),
            Call::RollbackIp => control::roll_back_ip(tasks, task, asked.visit),
            Call::BatchStop => batch::stop(tasks, asked),
            Call::BatchRestart => batch::restart(tasks, asked),
            Call::Delete => batch::delete(tasks, asked),
            Call::List => self.list(asked),
            Call::Show => self.show(task, asked.visit),
            Call::Stats => self.stats(task, asked.visit),
            Call::Logs => self.logs(task, asked),
            Call::Job => self.job(asked),
            // The router hands the calls of IAM elsewhere.
            Call::Projects | Call::Token => Err(ServiceError::INTERNAL),
        }
    }

    fn list(&self, asked: &Asked<'_>) -> Answered {
        let offset = asked.query.number("offset", 0, 0..=usize::MAX)?;
        let limit = asked.query.number("limit", 10, 1..=1000)?;
        let name = asked.query.text("name");
        let (count, page) = self.tasks.list(name, offset, limit);
        asked.visit.record_effect(Effect::Shown, &[]);
        let body = json!({ "count": count, "migration_tasks": page });
        Ok(json_answer(StatusCode::OK, &body))
    }

    fn show(&self, task: &str, visit: &Visit) -> Answered {
        let detail = self.tasks.with(task, |task, now| Ok(task.detail(now)))?;
        visit.record_effect(Effect::Shown, &[task]);
        Ok(json_answer(StatusCode::OK, &detail))
    }

    fn stats(&self, task: &str, visit: &Visit) -> Answered {
        let progress = self.tasks.with(task, |task, now| {
            if task.is_online() {
                Ok(Progress::of(&task.history, now))
            } else {
                Err(ServiceError::WRONG_STATE)
            }
        })?;
        visit.record_effect(Effect::Shown, &[task]);
        let body = progress.answer(self.has_numbers_as_strings);
        Ok(json_answer(StatusCode::OK, &body))
    }

    fn logs(&self, task: &str, asked: &Asked<'_>) -> Answered {
        let offset = asked.query.number("offset", 0, 0..=usize::MAX)?;
        let limit = asked.query.number("limit", 10, 0..=usize::MAX)?;
        let level = asked.query.text("log_level");
        if level.is_some_and(|level| !LEVELS.contains(&level)) {
            return Err(ServiceError::wrong("log_level"));
        }
        let mut entries = self.tasks.with(task, |task, now| Ok(task.log(now)))?;
        entries.retain(|entry| level.is_none_or(|level| level == entry.level));
        asked.visit.record_effect(Effect::Shown, &[task]);
        let page = entries.iter().skip(offset).take(limit).map(Entry::view);
        let body = json!({ "log_num": entries.len(), "migration_logs": page.collect::<Vec<_>>() });
        Ok(json_answer(StatusCode::OK, &body))
    }

    fn job(&self, asked: &Asked<'_>) -> Answered {
        let id = asked.ids.job.as_deref().unwrap_or_default();
        // No page says what an unknown job is answered with.
        let unknown = || ServiceError::wrong("job_id");
        let job = self.tasks.job(id).ok_or_else(unknown)?;
        asked.visit.record_effect(Effect::Shown, &[]);
        Ok(json_answer(StatusCode::OK, &job))
    }
}
