//! All migration tasks, in memory.

use std::sync::{Arc, Mutex};

use huaweicloud_dcs_api::TaskStatus;
use serde_json::Value;

use crate::{
    durations::Durations,
    history::{Event, History},
    identifier,
    locked::locked,
    service_error::ServiceError,
    task::{Kind, Task},
    task_view::{SAMPLE, sample_created},
    time::{Moment, Time},
};

#[derive(Debug)]
pub(crate) struct Tasks {
    /// In the order they came. Deleted ones stay, for the sake of their jobs.
    all: Mutex<Vec<Task>>,
    durations: Durations,
    pub(crate) time: Arc<Time>,
}

impl Tasks {
    pub(crate) fn new(durations: Durations, time: Arc<Time>) -> Self {
        Self {
            all: Mutex::default(),
            durations,
            time,
        }
    }

    /// Has something happen to a task; one that is not there is added, in its incremental phase.
    pub(crate) fn note(&self, id: &str, event: Event) {
        let mut all = locked(&self.all);
        let now = self.time.now();
        if let Some(task) = find(&mut all, id) {
            task.history.add(now, event);
            return;
        }
        let status = TaskStatus::IncrementalMigrating;
        let is_status = matches!(event, Event::SetStatus(_));
        let first = if is_status {
            event.clone()
        } else {
            Event::SetStatus(status)
        };
        let mut history = History::new(self.durations, now, first);
        if !is_status {
            history.add(now, event);
        }
        all.push(Task {
            id: id.into(),
            job: None,
            kind: Kind::Online {
                is_incremental: Some(true),
            },
            details: SAMPLE.clone(),
            created: sample_created(),
            history,
        });
    }

    /// Adds a task that is created now.
    pub(crate) fn create(&self, kind: Kind, job: Option<String>, details: Value) -> String {
        let id = identifier::invent();
        let mut all = locked(&self.all);
        let now = self.time.now();
        let first = match kind {
            Kind::Import => Event::CreatedImport,
            Kind::Online { .. } => Event::CreatedOnline,
        };
        all.push(Task {
            id: id.clone(),
            job,
            kind,
            details,
            created: now.day,
            history: History::new(self.durations, now, first),
        });
        id
    }

    pub(crate) fn status(&self, id: &str) -> Option<TaskStatus> {
        self.with(id, |task, now| Ok(task.status(now))).ok()
    }

    /// Does something with a task at the moment of now.
    pub(crate) fn with<T>(
        &self,
        id: &str,
        act: impl FnOnce(&mut Task, Moment) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let mut all = locked(&self.all);
        let now = self.time.now();
        let task = find(&mut all, id).ok_or(ServiceError::NO_SUCH_TASK)?;
        act(task, now)
    }

    /// Starts to stop a task that copies data, and tells when it will have stopped and what it looks like meanwhile.
    pub(crate) fn stop(&self, id: &str) -> Result<(Moment, Value), ServiceError> {
        self.with(id, |task, now| {
            task.stop(now)?;
            let detail = task.detail_in(now, &TaskStatus::Terminating);
            Ok((now.after(self.durations.stop), detail))
        })
    }

    /// Deletes a task, if there is such a task.
    pub(crate) fn delete(&self, id: &str) -> bool {
        let deleted = self.with(id, |task, now| {
            task.history.add(now, Event::Deleted);
            Ok(())
        });
        deleted.is_ok()
    }

    /// How many tasks have a name that fits, and what `list` says of a page of them.
    pub(crate) fn list(
        &self,
        name: Option<&str>,
        offset: usize,
        limit: usize,
    ) -> (usize, Vec<Value>) {
        let all = locked(&self.all);
        let now = self.time.now();
        let fitting: Vec<_> = all
            .iter()
            .filter(|task| task.status(now) != TaskStatus::Deleted)
            .filter(|task| {
                let own = task.details["task_name"].as_str().unwrap_or_default();
                name.is_none_or(|name| own.contains(name))
            })
            .collect();
        let page = fitting.iter().skip(offset).take(limit);
        (
            fitting.len(),
            page.map(|task| task.list_item(now)).collect(),
        )
    }

    pub(crate) fn job(&self, id: &str) -> Option<Value> {
        let all = locked(&self.all);
        let now = self.time.now();
        let task = all.iter().find(|task| task.job.as_deref() == Some(id))?;
        Some(task.job(now))
    }
}

/// The task with this id, unless it was deleted. One that a test has given the status `DELETED` is still there.
fn find<'a>(all: &'a mut [Task], id: &str) -> Option<&'a mut Task> {
    all.iter_mut()
        .find(|task| task.id == id && !task.history.is_deleted())
}
