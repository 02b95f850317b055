//! The engine: its tasks, their servers, fronts and links.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Arc, Mutex},
};

use huaweicloud_dcs_api::types::ConfigMigrationInstanceBody;
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinSet},
};

use super::{
    forwarder::Way,
    fronts::Fronts,
    replication::{Replication, finish},
    server::Server,
    settings::{RedisEngine, StopAnswers},
    statistics::Servers,
};
use crate::{
    lock::locked,
    records::Journal,
    state::{End, Ends, Progress, Refused, Stage, Tasks},
};

/// The running engine. It stops when it is dropped, and the replication with it.
#[derive(Debug)]
pub(crate) struct Engine {
    shared: Arc<Shared>,
    supervisor: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    settings: RedisEngine,
    tasks: Arc<Tasks>,
    journal: Arc<Journal>,
    fronts: Arc<Fronts>,
    /// The servers of each task.
    servers: Mutex<HashMap<String, Arc<Servers>>>,
    /// The way of each task's link, even before the task is configured.
    links: Mutex<HashMap<String, watch::Sender<Way>>>,
}

impl Engine {
    /// Opens the fronts of all tasks and goes on with them.
    pub(crate) async fn start(
        settings: RedisEngine,
        tasks: Arc<Tasks>,
        journal: Arc<Journal>,
    ) -> io::Result<Self> {
        let shared = Shared {
            settings,
            tasks,
            journal,
            fronts: Arc::default(),
            servers: Mutex::default(),
            links: Mutex::default(),
        };
        let saved = shared
            .tasks
            .each(|task, now| (task.id.clone(), task.ends.clone(), task.is_exchanged(now)));
        for (id, ends, is_exchanged) in saved {
            let Some(mut ends) = ends else { continue };
            shared.open_fronts(&mut ends).await?;
            shared.fronts.exchange(&ends, is_exchanged).await;
            // A deleted task keeps its old ports.
            let _ = shared.tasks.change(&id, |task, _| {
                task.ends = Some(ends);
                Ok(())
            });
        }
        let shared = Arc::new(shared);
        let supervisor = tokio::spawn(supervise(Arc::clone(&shared))).abort_handle();
        Ok(Self { shared, supervisor })
    }

    /// Checks source and target and opens their fronts. Does not change the servers.
    pub(crate) async fn prepare(
        &self,
        source: &ConfigMigrationInstanceBody,
        target: &ConfigMigrationInstanceBody,
    ) -> Result<Ends, Refused> {
        let mut ends = Ends {
            source: end(source)?,
            target: end(target)?,
            link: None,
        };
        if ends.source.address == ends.target.address {
            return Err(Refused::WrongParameter("target_instance"));
        }
        let refused = |why| {
            let target = &ends.target;
            Err(Refused::UnfitTarget(format!("The target {target} {why}.")))
        };
        // If the target is unreachable, the task fails and says why.
        if let Ok(info) = Server::new("target", &ends.target).info().await {
            if info.link.is_some() {
                return refused("is a replica");
            }
            if info.is_loading {
                return refused("is loading its data");
            }
            if info.keys > 0 {
                return refused("is not empty");
            }
        }
        let opened = self.shared.open_fronts(&mut ends).await;
        opened.map_err(|_| Refused::Unavailable)?;
        Ok(ends)
    }

    pub(crate) fn answers_at_once(&self) -> bool {
        self.shared.settings.stop_answers == StopAnswers::AtOnce
    }

    /// Measures the progress. A task without servers has the progress of its history.
    pub(crate) async fn progress(
        &self,
        id: &str,
        by_history: Progress,
    ) -> Result<Progress, Refused> {
        let ends = self
            .shared
            .tasks
            .with(id, |task, _| Ok(task.ends.clone()))?;
        let Some(ends) = ends else {
            return Ok(by_history);
        };
        let servers = self.shared.servers(id, &ends);
        let measured = servers.progress(by_history).await;
        measured.map_err(|_| Refused::Unavailable)
    }

    /// Changes the way of a task's link.
    pub(crate) fn change_link(&self, id: &str, change: impl FnOnce(&mut Way)) {
        self.shared.link(id).send_modify(change);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

impl Shared {
    async fn open_fronts(&self, ends: &mut Ends) -> io::Result<()> {
        for line in self.fronts.open(ends).await? {
            self.journal.write(&line);
        }
        Ok(())
    }

    fn servers(&self, id: &str, ends: &Ends) -> Arc<Servers> {
        let mut all = locked(&self.servers);
        match all.get(id) {
            Some(servers) if servers.are_of(ends) => Arc::clone(servers),
            _ => {
                let servers = Arc::new(Servers::new(ends));
                all.insert(id.into(), Arc::clone(&servers));
                servers
            }
        }
    }

    fn link(&self, id: &str) -> watch::Sender<Way> {
        let mut links = locked(&self.links);
        let link = links.entry(id.into()).or_insert_with(|| {
            let mut way = Way::default();
            way.bytes_per_second = self.settings.replication_rate;
            watch::Sender::new(way)
        });
        link.clone()
    }

    fn replication(&self, id: &str, ends: Ends) -> Replication {
        let way = self.link(id);
        way.send_modify(|way| way.to.clone_from(&ends.source.address));
        Replication {
            id: id.into(),
            servers: self.servers(id, &ends),
            ends,
            tasks: Arc::clone(&self.tasks),
            fronts: Arc::clone(&self.fronts),
            way,
            link_timeout: self.settings.link_timeout,
            link: None,
            is_attached: false,
        }
    }
}

/// Runs a replication for each task that needs one. At the start, that is every task with servers: an earlier run may have left
/// a target that still replicates.
async fn supervise(shared: Arc<Shared>) {
    let mut is_start = true;
    let mut running = JoinSet::new();
    let mut followed = HashSet::new();
    loop {
        let changed = shared.tasks.next_change();
        let all = shared
            .tasks
            .each(|task, now| (task.id.clone(), task.ends.clone(), task.stage(now)));
        for (id, ends, stage) in all {
            match ends {
                Some(ends) if is_start || stage != Stage::Resting => {
                    if followed.insert(id.clone()) {
                        let replication = shared.replication(&id, ends);
                        running.spawn(async move {
                            replication.run().await;
                            id
                        });
                    }
                }
                // Without servers, each stage ends at once.
                None => finish(&shared.tasks, &id, stage),
                Some(_) => {}
            }
        }
        is_start = false;
        tokio::select! {
            () = changed => {}
            Some(Ok(id)) = running.join_next() => {
                followed.remove(&id);
            }
        }
    }
}

fn end(given: &ConfigMigrationInstanceBody) -> Result<End, Refused> {
    let address = given
        .addrs
        .as_deref()
        .ok_or(Refused::MissingParameter("addrs"))?;
    let password = given
        .password
        .as_ref()
        .map(huaweicloud_core::Secret::expose);
    End::new(address, password.filter(|password| !password.is_empty()))
        .ok_or(Refused::WrongParameter("addrs"))
}
