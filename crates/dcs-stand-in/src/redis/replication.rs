//! The replication of one task: gives the orders of each stage, and adds to the history what the servers show.

use std::{sync::Arc, time::Duration};

use huaweicloud_dcs_api::TaskStatus;
use tokio::{sync::watch, time::Instant};

use super::{
    forwarder::{Forwarder, Way},
    fronts::Fronts,
    server::Failure,
    statistics::Servers,
};
use crate::{
    state::{EXCHANGED, Ends, Event, ROLLED_BACK, Stage, Tasks},
    time::instant,
};

/// The time between two readings of the servers.
const POLL: Duration = Duration::from_millis(50);

/// The replication of a task.
#[derive(Debug)]
pub(super) struct Replication {
    pub(super) id: String,
    pub(super) ends: Ends,
    pub(super) servers: Arc<Servers>,
    pub(super) tasks: Arc<Tasks>,
    pub(super) fronts: Arc<Fronts>,
    /// The way of the link, which tests change.
    pub(super) way: watch::Sender<Way>,
    pub(super) link_timeout: Duration,
    /// The forwarder from the target to the source.
    pub(super) link: Option<Forwarder>,
    /// Whether the target was seen or made a replica.
    pub(super) is_attached: bool,
}

impl Replication {
    /// Works until the task needs nothing more. Then no data flows.
    pub(super) async fn run(mut self) {
        let mut failing_since: Option<Instant> = None;
        loop {
            let tasks = Arc::clone(&self.tasks);
            let changed = tasks.next_change();
            let stage = self.stage();
            if stage == Stage::Resting {
                break;
            }
            let failed = match self.step(stage).await {
                Ok(()) | Err(Failure::Loading) => {
                    failing_since = None;
                    None
                }
                Err(Failure::Lasting(message)) => Some(message),
                Err(Failure::Passing(message)) => {
                    let now = instant();
                    let since = *failing_since.get_or_insert(now);
                    (now - since >= self.link_timeout).then_some(message)
                }
            };
            if let Some(message) = failed {
                add(&self.tasks, &self.id, stage, [Event::Failed(message)]);
            }
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        self.detach().await;
    }

    fn stage(&self) -> Stage {
        let stage = self.tasks.with(&self.id, |task, now| Ok(task.stage(now)));
        stage.unwrap_or(Stage::Resting)
    }

    async fn step(&mut self, stage: Stage) -> Result<(), Failure> {
        let is_done = match stage {
            Stage::Copying { .. } => self.copy().await?,
            Stage::Following => self.follow().await?,
            Stage::Ending | Stage::Stopping => self.promote().await?,
            Stage::Exchanging => {
                let is_master = self.promote().await?;
                if is_master {
                    self.fronts.exchange(&self.ends, true).await;
                }
                is_master
            }
            Stage::RollingBack => {
                self.fronts.exchange(&self.ends, false).await;
                true
            }
            Stage::Resting => false,
        };
        if is_done {
            finish(&self.tasks, &self.id, stage);
        }
        Ok(())
    }

    /// Attaches the target to the source. Returns whether the first sync is done.
    async fn copy(&mut self) -> Result<bool, Failure> {
        let copied = self.attach().await;
        copied.map_err(|failure| match failure {
            // Before the first contact, nothing is worth waiting for.
            failure if self.is_attached => failure,
            Failure::Passing(message) => Failure::Lasting(message),
            failure => failure,
        })
    }

    async fn attach(&mut self) -> Result<bool, Failure> {
        let target = self.servers.target.info().await?;
        let Some(link) = target.link else {
            if target.keys > 0 {
                return Err(Failure::Lasting(format!(
                    "the target {} is not empty: empty it and restart the task",
                    self.ends.target
                )));
            }
            let source = self.servers.source.info().await?;
            if target.is_loading || source.is_loading {
                return Err(Failure::Loading);
            }
            self.replicate().await?;
            return Ok(false);
        };
        self.is_attached = true;
        if self.is_elsewhere(link.port).await? {
            self.replicate().await?;
            return Ok(false);
        }
        let is_done = link.is_up && !target.is_loading;
        if !is_done {
            self.servers.source.info().await?;
        }
        Ok(is_done)
    }

    /// Checks that the target follows the source. It is never done.
    async fn follow(&mut self) -> Result<bool, Failure> {
        let target = self.servers.target.info().await?;
        let Some(link) = target.link else {
            return Err(Failure::Lasting(format!(
                "the target {} no longer replicates: it was restarted or promoted",
                self.ends.target
            )));
        };
        if self.is_elsewhere(link.port).await? {
            self.replicate().await?;
        } else if !link.is_up {
            let source = self.servers.source.info().await?;
            if source.replid != target.replid {
                // Its data may be gone: a sync would empty the target.
                return Err(Failure::Lasting(format!(
                    "the source {} was restarted: create a new task",
                    self.ends.source
                )));
            }
            return Err(Failure::Passing(format!(
                "the replication from {} is down",
                self.ends.source
            )));
        }
        Ok(false)
    }

    /// Opens the link if it is not open. Returns whether the target uses another one, from an earlier run.
    async fn is_elsewhere(&mut self, port: u16) -> Result<bool, Failure> {
        Ok(self.open_link().await? != port)
    }

    async fn replicate(&mut self) -> Result<(), Failure> {
        let port = self.open_link().await?;
        let password = self.ends.source.password.as_deref().unwrap_or_default();
        self.servers.target.replicate(port, password).await?;
        self.is_attached = true;
        Ok(())
    }

    /// Returns the port of the link, which is the same after a restart of the stand-in if it is free.
    async fn open_link(&mut self) -> Result<u16, Failure> {
        if let Some(link) = &self.link {
            return Ok(link.port());
        }
        let started = Forwarder::start(self.ends.link, self.way.clone()).await;
        let link = started
            .map_err(|error| Failure::Lasting(format!("no port for the replication ({error})")))?;
        let port = link.port();
        self.link = Some(link);
        self.keep_link(Some(port));
        Ok(port)
    }

    fn keep_link(&mut self, port: Option<u16>) {
        if self.ends.link == port {
            return;
        }
        self.ends.link = port;
        // An error means that the task was deleted.
        let _ = self.tasks.change(&self.id, |task, _| {
            task.ends = Some(self.ends.clone());
            Ok(())
        });
    }

    /// Ends the replication. Returns whether the target is a master.
    async fn promote(&self) -> Result<bool, Failure> {
        self.servers.target.promote().await?;
        Ok(self.servers.target.info().await?.link.is_none())
    }

    /// Ends the replication of a task that needs none. The closed link ends it even if the target is unreachable.
    async fn detach(mut self) {
        self.link = None;
        let Ok(target) = self.servers.target.info().await else {
            return;
        };
        if target
            .link
            .is_some_and(|link| Some(link.port) == self.ends.link)
        {
            let _ = self.servers.target.promote().await;
        }
    }
}

/// Adds the events that end a stage.
pub(super) fn finish(tasks: &Tasks, id: &str, stage: Stage) {
    let status = Event::SetStatus;
    let exchange = |status: &str| Event::SetExchangeStatus(Some(status.into()));
    match stage {
        Stage::Copying {
            is_incremental: true,
        } => add(tasks, id, stage, [status(TaskStatus::IncrementalMigrating)]),
        Stage::Copying {
            is_incremental: false,
        } => add(tasks, id, stage, [Event::Copied]),
        Stage::Ending => add(tasks, id, stage, [status(TaskStatus::Success)]),
        Stage::Stopping => add(tasks, id, stage, [status(TaskStatus::Terminated)]),
        Stage::Exchanging => {
            let ended = [status(TaskStatus::Terminated), exchange(EXCHANGED)];
            add(tasks, id, stage, ended);
        }
        Stage::RollingBack => add(tasks, id, stage, [exchange(ROLLED_BACK)]),
        Stage::Following | Stage::Resting => {}
    }
}

/// Adds events, unless a call has moved the task to another stage meanwhile.
fn add<const N: usize>(tasks: &Tasks, id: &str, stage: Stage, events: [Event; N]) {
    // An error means that the task was deleted.
    let _ = tasks.change(id, |task, now| {
        if task.stage(now) == stage {
            for event in events {
                task.history.add(now, event);
            }
        }
        Ok(())
    });
}
