//! All migration tasks, in memory.

use std::sync::{Arc, Mutex};

use huaweicloud_dcs_api::{TaskStatus, types::MigrationTaskDetail};
use tokio::sync::Notify;
#[cfg(feature = "redis")]
use tokio::sync::futures::Notified;

#[cfg(feature = "redis")]
use super::file::StateFile;
use super::{
    history::{Durations, Event, History},
    sample::{sample_created, sample_details},
    task::{Kind, Refused, Task},
};
use crate::{
    identifier,
    lock::locked,
    time::{Moment, Time},
};

#[derive(Debug)]
pub(crate) struct Tasks {
    /// In the order of creation. Deleted tasks stay, because their jobs are still shown.
    all: Mutex<Vec<Task>>,
    durations: Durations,
    time: Arc<Time>,
    changed: Notify,
    #[cfg(feature = "redis")]
    file: Option<StateFile>,
}

impl Tasks {
    pub(crate) fn new(durations: Durations, time: Arc<Time>) -> Self {
        Self {
            all: Mutex::default(),
            durations,
            time,
            changed: Notify::new(),
            #[cfg(feature = "redis")]
            file: None,
        }
    }

    /// Goes on with the tasks of a file, and keeps all tasks in it.
    #[cfg(feature = "redis")]
    pub(crate) fn kept_in(mut self, (file, mut saved): (StateFile, Vec<Task>)) -> Self {
        for task in &mut saved {
            task.history.restored(self.durations);
        }
        self.all = Mutex::new(saved);
        self.file = Some(file);
        self
    }

    /// Called after each change, with the lock held: a call that was accepted is in the file before its response.
    fn changed(&self, all: &[Task]) {
        #[cfg(feature = "redis")]
        if let Some(file) = &self.file
            && let Err(error) = file.write(all)
        {
            use std::io::Write;
            let _ = writeln!(
                std::io::stderr(),
                "warning: the state is not saved: {error}"
            );
        }
        let _ = all;
        self.changed.notify_waiters();
    }

    /// Waits until any task changes after this call.
    #[cfg(feature = "redis")]
    pub(crate) fn next_change(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Shows all tasks, even deleted ones.
    #[cfg(feature = "redis")]
    pub(crate) fn each<T>(&self, show: impl Fn(&Task, Moment) -> T) -> Vec<T> {
        let all = locked(&self.all);
        let now = self.time.now();
        all.iter().map(|task| show(task, now)).collect()
    }

    /// Adds an event to a task. Adds the task in its incremental phase if there is none.
    pub(crate) fn note(&self, id: &str, event: Event) {
        let mut all = locked(&self.all);
        let now = self.time.now();
        if let Some(task) = find(&mut all, id) {
            task.history.add(now, event);
            self.changed(&all);
            return;
        }
        let mut history = History::new(
            self.durations,
            now,
            Event::SetStatus(TaskStatus::IncrementalMigrating),
        );
        if matches!(event, Event::SetStatus(_)) {
            history = History::new(self.durations, now, event);
        } else {
            history.add(now, event);
        }
        all.push(Task {
            id: id.into(),
            job: None,
            kind: Kind::Online {
                is_incremental: Some(true),
            },
            details: sample_details(),
            created: sample_created(),
            history,
            ends: None,
        });
        self.changed(&all);
    }

    /// Creates a task now.
    pub(crate) fn create(
        &self,
        kind: Kind,
        job: Option<String>,
        details: MigrationTaskDetail,
    ) -> String {
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
            ends: None,
        });
        self.changed(&all);
        id
    }

    pub(crate) fn status(&self, id: &str) -> Option<TaskStatus> {
        self.with(id, |task, now| Ok(task.status(now))).ok()
    }

    /// Reads a task at the current time.
    pub(crate) fn with<T>(
        &self,
        id: &str,
        read: impl FnOnce(&Task, Moment) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut all = locked(&self.all);
        let task = find(&mut all, id).ok_or(Refused::NoSuchTask)?;
        read(task, self.time.now())
    }

    /// Changes a task at the current time.
    pub(crate) fn change<T>(
        &self,
        id: &str,
        act: impl FnOnce(&mut Task, Moment) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut all = locked(&self.all);
        let now = self.time.now();
        let task = find(&mut all, id).ok_or(Refused::NoSuchTask)?;
        let done = act(task, now)?;
        self.changed(&all);
        Ok(done)
    }

    /// Waits for a time that [`Task::stop`] has returned, whether it passes or a test advances it.
    pub(crate) async fn wait_until(&self, then: Moment) {
        self.time.wait_until(then.even).await;
    }

    /// Deletes a task. Returns whether there was one.
    pub(crate) fn delete(&self, id: &str) -> bool {
        let deleted = self.change(id, |task, now| {
            task.history.add(now, Event::Deleted);
            Ok(())
        });
        deleted.is_ok()
    }

    /// Returns the number of tasks with a matching name, and a page of them.
    pub(crate) fn list<T>(
        &self,
        name: Option<&str>,
        (offset, limit): (usize, usize),
        show: impl Fn(&Task, Moment) -> T,
    ) -> (usize, Vec<T>) {
        let all = locked(&self.all);
        let now = self.time.now();
        let fitting: Vec<_> = all
            .iter()
            .filter(|task| task.status(now) != TaskStatus::Deleted)
            .filter(|task| {
                let own = task.details.task_name.as_deref().unwrap_or_default();
                name.is_none_or(|name| own.contains(name))
            })
            .collect();
        let page = fitting.iter().skip(offset).take(limit);
        (fitting.len(), page.map(|task| show(task, now)).collect())
    }

    /// Shows the task that this job creates, even if it was deleted since.
    pub(crate) fn of_job<T>(&self, job: &str, show: impl FnOnce(&Task, Moment) -> T) -> Option<T> {
        let all = locked(&self.all);
        let task = all.iter().find(|task| task.job.as_deref() == Some(job))?;
        Some(show(task, self.time.now()))
    }
}

/// Finds a task by its ID, unless it was deleted. A task that a test has set to `DELETED` still exists.
fn find<'a>(all: &'a mut [Task], id: &str) -> Option<&'a mut Task> {
    all.iter_mut()
        .find(|task| task.id == id && !task.history.is_deleted())
}
