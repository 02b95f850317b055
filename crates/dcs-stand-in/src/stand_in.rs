//! The handle on a stand-in that runs.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use huaweicloud_dcs_api::TaskStatus;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    faults::Fault,
    records::{Effect, RecordedRequest},
    server::{self, Shared},
    state::Event,
};

/// A stand-in that runs. It stops when this is dropped.
#[must_use = "it stops when this is dropped"]
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

    /// The status of a task at this moment; none if there is no such task.
    #[must_use]
    pub fn task_status(&self, id: &str) -> Option<TaskStatus> {
        self.shared.dcs.tasks.status(id)
    }

    /// Gives a task another status, in which it stays, or adds the task. A stop that is under way fails, unless the new status is
    /// `TERMINATED`.
    pub fn set_task_status(&self, id: &str, status: TaskStatus) {
        self.note(id, Event::SetStatus(status));
    }

    /// Has `stats` show this lag (`offset`) of a task in its incremental phase, until another is set or the task is restarted.
    ///
    /// Like all that is said of a task, it adds the task in its incremental phase if there is no such task.
    pub fn set_lag(&self, id: &str, lag: u64) {
        self.note(id, Event::SetLag(lag));
    }

    /// Sets `task_status`, which is not the status but tells of an exchange of IP addresses: `EXCHANGING`, `EXCHANGE_SUCCESS`,
    /// `ROLLBACK_SUCCESS`, or none. See [`ShowMigrationTask`](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html).
    pub fn set_exchange_status(&self, id: &str, status: Option<&str>) {
        self.note(id, Event::SetExchangeStatus(status.map(Into::into)));
    }

    /// Has a task fail: its status is `FAILED` from now on, and `list`, its log and its job tell why.
    pub fn fail_task(&self, id: &str, error_message: &str) {
        self.note(id, Event::Failed(error_message.into()));
    }

    fn note(&self, id: &str, event: Event) {
        self.shared.dcs.tasks.note(id, event);
    }

    /// Moves the time forward by which tasks go on, stops end and tokens expire. Whoever waits for such a thing gets its answer.
    ///
    /// The time of day, by which signatures are judged and which `Date` shows, stays, because the client's stays too. The delays of
    /// [faults](Fault::delay) are those of a network and pass by themselves.
    pub fn advance(&self, by: Duration) {
        self.shared.time.advance(by);
    }

    /// Answers a token with `APIGW.0307` from now on: it must be updated.
    pub fn expire_token(&self, token: &str) {
        self.shared.gateway.tokens.expire(|own| own == token);
    }

    /// Answers all tokens there are with `APIGW.0307` from now on. Those issued later are good.
    pub fn expire_tokens(&self) {
        self.shared.gateway.tokens.expire(|_| true);
    }

    /// Has something go wrong. Faults wait in a queue: of those that fit a request, the one given first strikes.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// The requests that came, oldest first, those still under way among them; the latest 10,000 are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.journal.requests()
    }

    /// How many of those [`requests`](Self::requests) had this effect on a task, calls that name several tasks among them.
    #[must_use]
    pub fn effect_count(&self, task: &str, effect: Effect) -> usize {
        let requests = self.requests();
        let had_it = |request: &&RecordedRequest| {
            request.effect() == effect && request.tasks().any(|id| id == task)
        };
        requests.iter().filter(had_it).count()
    }

    /// Stops it and waits until the port is free and all connections are closed, answered or not.
    pub async fn shut_down(self) {
        drop(self.stop);
        // The server cannot be cancelled from elsewhere and does not panic; were it so, it would be stopped just the same.
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
