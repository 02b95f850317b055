//! How a stand-in is set up.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, SystemTime},
};

use huaweicloud_dcs_api::TaskStatus;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::{
    StandIn,
    clock::Clock,
    fault_queue::FaultQueue,
    gateway::Gateway,
    identifier::{is_project_id, is_task_id},
    log::Log,
    record::Records,
    service::Service,
    shared::Shared,
    tasks::Tasks,
};

/// The settings of a stand-in. See [`StandIn::builder`].
#[derive(Debug)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    listen: SocketAddr,
    gateway: Gateway,
    has_credentials: bool,
    project: Option<String>,
    tasks: Vec<(String, TaskStatus)>,
    stop_delay: Duration,
    clock: Clock,
    keeps_records: bool,
    log: Log,
    wrong: Option<StartError>,
}

/// Why a stand-in did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from outside of this machine.
    NotLoopback(SocketAddr),
    /// There is no credential, so nobody could call it.
    NoCredentials,
    /// A part of a credential is empty.
    EmptyCredential,
    /// The id of the project is not 32 lower-case hexadecimal digits.
    ProjectId(String),
    /// The id of a task is neither a UUID nor 32 hexadecimal digits.
    TaskId(String),
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            gateway: Gateway::default(),
            has_credentials: false,
            project: None,
            tasks: Vec::new(),
            stop_delay: Duration::ZERO,
            clock: Clock::of_the_machine(),
            keeps_records: true,
            log: Log::default(),
            wrong: None,
        }
    }

    /// Listens on this address of the loopback. By default it is 127.0.0.1 with a port that is free.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Lets requests through that are signed with this access key. Several keys may be given.
    pub fn access_key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.key(id.into(), secret.into(), None)
    }

    /// Lets requests through that are signed with this access key and carry its security token in `X-Security-Token`.
    pub fn temporary_access_key(
        self,
        id: impl Into<String>,
        secret: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        self.key(id.into(), secret.into(), Some(security_token.into()))
    }

    fn key(mut self, id: String, secret: String, security_token: Option<String>) -> Self {
        let is_empty = id.is_empty() || secret.is_empty() || security_token.as_deref() == Some("");
        self.note_credential(is_empty);
        let security_token = security_token.map(SecretString::from);
        self.gateway.add_key(id, secret.into(), security_token);
        self
    }

    /// Lets requests through that carry this token in `X-Auth-Token`. Several tokens may be given.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        let token = token.into();
        self.note_credential(token.is_empty());
        self.gateway.add_token(token.into());
        self
    }

    fn note_credential(&mut self, is_empty: bool) {
        self.has_credentials = true;
        if is_empty {
            self.wrong.get_or_insert(StartError::EmptyCredential);
        }
    }

    /// The one project that the credentials belong to. Without it, all projects are the caller's own.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// Adds a migration task.
    pub fn task(mut self, id: impl Into<String>, status: TaskStatus) -> Self {
        self.tasks.push((id.into(), status));
        self
    }

    /// How long a task takes to stop, and so a `sync-stop` to be answered. By default, no time at all.
    pub fn stop_delay(mut self, delay: Duration) -> Self {
        self.stop_delay = delay;
        self
    }

    /// Takes the time of day from here, to judge signatures and for `Date`. By default it is the machine's.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Records no requests, for long runs and for measurements.
    pub fn without_records(mut self) -> Self {
        self.keeps_records = false;
        self
    }

    /// Writes a line for each request that is over: method, path, status, operation, request id, time taken.
    pub fn log(mut self, sink: impl io::Write + Send + 'static) -> Self {
        self.log = Log::to(sink);
        self
    }

    /// Starts to listen, on the tokio runtime that this is called in.
    ///
    /// # Errors
    ///
    /// A [`StartError`] if a setting is wrong or the address cannot be had.
    pub async fn start(mut self) -> Result<StandIn, StartError> {
        self.check()?;
        let failed = |error| StartError::Listen(self.listen, error);
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let tasks = Tasks::new(self.stop_delay);
        for (id, status) in self.tasks {
            tasks.set(&id, status);
        }
        let shared = Shared {
            clock: self.clock,
            gateway: self.gateway,
            service: Service {
                project: self.project,
                tasks,
            },
            faults: FaultQueue::default(),
            records: self.keeps_records.then(Records::default),
            log: self.log,
        };
        Ok(StandIn::run(listener, address, Arc::new(shared)))
    }

    fn check(&mut self) -> Result<(), StartError> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        if !self.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(self.listen));
        }
        if !self.has_credentials {
            return Err(StartError::NoCredentials);
        }
        if let Some(id) = self.project.as_ref().filter(|id| !is_project_id(id)) {
            return Err(StartError::ProjectId(id.clone()));
        }
        match self.tasks.iter().find(|(id, _)| !is_task_id(id)) {
            Some((id, _)) => Err(StartError::TaskId(id.clone())),
            None => Ok(()),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(
                f,
                "{address} can be reached from other machines: listen on 127.0.0.1 or [::1]"
            ),
            Self::NoCredentials => {
                f.write_str("there are no credentials: give an access key or a token")
            }
            Self::EmptyCredential => f.write_str(
                "a part of a credential is empty: leave the credential out or invent that part",
            ),
            Self::ProjectId(id) => write!(
                f,
                "project id {id:?}: write 32 hexadecimal digits in lower case"
            ),
            Self::TaskId(id) => write!(f, "task id {id:?}: write a UUID or 32 hexadecimal digits"),
            Self::Listen(address, _) => write!(
                f,
                "cannot listen on {address}: choose another port, or 0 for any"
            ),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, error) => Some(error),
            _ => None,
        }
    }
}
