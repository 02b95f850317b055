//! The handle on a stand-in that runs.

use std::{fmt, net::SocketAddr, sync::Arc};

use huaweicloud_dcs_api::TaskStatus;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{Builder, Fault, RecordedRequest, record::Records, server, shared::Shared};

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
    /// Settings to begin with: no credentials, no tasks, any project, any free port of 127.0.0.1.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn run(listener: TcpListener, address: SocketAddr, shared: Arc<Shared>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::run(listener, Arc::clone(&shared), stopped));
        Self {
            address,
            endpoint: format!("http://{address}"),
            shared,
            server,
            stop,
        }
    }

    /// Where to reach it: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where to reach it, for those who open the socket themselves.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The status of a task at this moment; none if there is no such task.
    #[must_use]
    pub fn task_status(&self, id: &str) -> Option<TaskStatus> {
        self.shared.service.tasks.status(id)
    }

    /// Gives a task another status, or adds the task. A stop that is under way fails, unless the new status is `TERMINATED`.
    pub fn set_task_status(&self, id: &str, status: TaskStatus) {
        self.shared.service.tasks.set(id, status);
    }

    /// Answers a token with `APIGW.0307` from now on: it must be updated.
    pub fn expire_token(&self, token: &str) {
        self.shared.gateway.expire_token(token);
    }

    /// Has something go wrong. Faults wait in a queue: of those that fit a request, the one given first strikes.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// The requests that came, oldest first, those still under way among them; the latest 10,000 are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared
            .records
            .as_ref()
            .map_or_else(Vec::new, Records::all)
    }

    /// Stops it and waits until the port is free and all connections are closed, answered or not.
    pub async fn shut_down(self) {
        drop(self.stop);
        // The server cannot be cancelled from elsewhere and does not panic; were it so, it would be stopped just the same.
        let _ = self.server.await;
    }
}

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
