//! The handle of a running stand-in.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use huaweicloud_dcs_api::TaskStatus;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

#[cfg(feature = "redis")]
use crate::engine::Engine;
use crate::{
    faults::Fault,
    records::{Effect, RecordedRequest},
    server::{self, Shared},
    state::Event,
};

/// A running stand-in. It stops when it is dropped.
#[must_use = "the stand-in stops when it is dropped"]
pub struct StandIn {
    address: SocketAddr,
    endpoint: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
    /// Dropping it stops the server.
    stop: oneshot::Sender<()>,
}

impl StandIn {
    pub(crate) fn run(listener: TcpListener, address: SocketAddr, shared: Arc<Shared>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::run(listener, Arc::clone(&shared), stopped));
        Self {
            address,
            endpoint: format!("http://{}", reached_at(address)),
            shared,
            server,
            stop,
        }
    }

    /// The endpoint for a client on this machine, such as `http://127.0.0.1:PORT`.
    ///
    /// If the stand-in listens on all addresses (`0.0.0.0` or `[::]`), this is the loopback.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address that the stand-in listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the current status of a task, or `None` if there is no such task.
    #[must_use]
    pub fn task_status(&self, id: &str) -> Option<TaskStatus> {
        self.shared.dcs.tasks.status(id)
    }

    /// Sets the status of a task, which it keeps. Adds the task if there is none.
    ///
    /// A stop in progress fails, unless the new status is `TERMINATED`.
    pub fn set_task_status(&self, id: &str, status: TaskStatus) {
        self.note(id, Event::SetStatus(status));
    }

    /// Sets the lag (`offset` of `stats`) of a task in its incremental phase, until the next call or a restart of the task.
    ///
    /// Adds the task in its incremental phase if there is none.
    pub fn set_lag(&self, id: &str, lag: u64) {
        self.note(id, Event::SetLag(lag));
    }

    /// Sets `task_status`, the state of an exchange of IP addresses: `EXCHANGING`, `EXCHANGE_SUCCESS`, `ROLLBACK_SUCCESS`, or none.
    /// Adds the task in its incremental phase if there is none.
    ///
    /// It is another member than `status`. See
    /// [`ShowMigrationTask`](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html).
    pub fn set_exchange_status(&self, id: &str, status: Option<&str>) {
        self.note(id, Event::SetExchangeStatus(status.map(Into::into)));
    }

    /// Makes a task fail: its status becomes `FAILED`, and `list`, its log and its job show the message.
    /// Adds the task if there is none.
    pub fn fail_task(&self, id: &str, error_message: &str) {
        self.note(id, Event::Failed(error_message.into()));
    }

    fn note(&self, id: &str, event: Event) {
        self.shared.dcs.tasks.note(id, event);
    }

    /// Moves the time forward: tasks go on, stops end and tokens expire. Delayed stops that end get their response.
    ///
    /// The time of day stays, because the client's clock stays too. It judges signatures and fills `Date`. The delays of
    /// [faults](Fault::delay) also stay, because they simulate the network.
    pub fn advance(&self, by: Duration) {
        self.shared.time.advance(by);
    }

    /// Makes a token expire: requests with it get `APIGW.0307`.
    pub fn expire_token(&self, token: &str) {
        self.shared.gateway.tokens.expire(|own| own == token);
    }

    /// Makes all current tokens expire. Tokens issued later are accepted.
    pub fn expire_tokens(&self) {
        self.shared.gateway.tokens.expire(|_| true);
    }

    /// Limits how many bytes a second the target of a task receives from its source: 0 holds them, `None` ends the limit.
    ///
    /// Without the Redis engine, it has no effect.
    #[cfg(feature = "redis")]
    pub fn limit_replication(&self, id: &str, bytes_per_second: Option<u64>) {
        self.change_link(id, |way| way.bytes_per_second = bytes_per_second);
    }

    /// Cuts the replication of a task, or restores it. The target connects again by itself.
    ///
    /// Without the Redis engine, it has no effect.
    #[cfg(feature = "redis")]
    pub fn cut_replication(&self, id: &str, is_cut: bool) {
        self.change_link(id, |way| {
            way.is_cut = is_cut;
            way.close();
        });
    }

    #[cfg(feature = "redis")]
    fn change_link(&self, id: &str, change: impl FnOnce(&mut crate::redis::Way)) {
        if let Engine::Redis(engine) = &self.shared.dcs.engine {
            engine.change_link(id, change);
        }
    }

    /// Returns the addresses that the clients of a task's source and target connect to.
    ///
    /// `None` without the Redis engine, or if the task is not configured. An exchange of IP addresses swaps what is behind them.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn fronts(&self, id: &str) -> Option<(SocketAddr, SocketAddr)> {
        let front = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let ends = self
            .shared
            .dcs
            .tasks
            .with(id, |task, _| Ok(task.ends.clone()));
        let ends = ends.ok()??;
        Some((front(ends.source.front?), front(ends.target.front?)))
    }

    /// Adds a fault to the queue. If several faults fit a request, the first one added strikes.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// Returns the latest 10,000 requests, oldest first, including those in progress.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.journal.requests()
    }

    /// Counts the [`requests`](Self::requests) that had this effect on a task. Calls of several tasks count, too.
    #[must_use]
    pub fn effect_count(&self, task: &str, effect: Effect) -> usize {
        let requests = self.requests();
        let had_it = |request: &&RecordedRequest| {
            request.effect() == effect && request.tasks().any(|id| id == task)
        };
        requests.iter().filter(had_it).count()
    }

    /// Stops the stand-in. Waits until the port is free and all connections are closed, even those without a response.
    pub async fn shut_down(self) {
        drop(self.stop);
        // An error means that the server has panicked or was cancelled. It has stopped in both cases.
        let _ = self.server.await;
    }
}

/// No client can connect to "all addresses", so the loopback stands for them.
fn reached_at(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
