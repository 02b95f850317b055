//! Settings and start of a stand-in.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, SystemTime},
};

use huaweicloud_dcs_api::TaskStatus;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;

use crate::{
    dcs::Dcs,
    engine::Engine,
    faults::FaultQueue,
    gateway::Gateway,
    iam::{Iam, OwnProject, User},
    identifier::{is_project_id, is_task_id},
    records::Journal,
    server::Shared,
    stand_in::StandIn,
    start_error::StartError,
    state::{Durations, Event, Tasks},
    time::{Clock, Time},
};
#[cfg(feature = "redis")]
use crate::{redis::RedisEngine, state::StateFile};

impl StandIn {
    /// Returns the default settings: no credentials, no tasks, any project, any free port of 127.0.0.1.
    pub fn builder() -> Builder {
        Builder::new()
    }
}

/// The settings of a stand-in. See [`StandIn::builder`].
#[derive(Debug)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    listen: SocketAddr,
    gateway: Gateway,
    has_credentials: bool,
    project: Option<String>,
    tasks: Vec<(String, TaskStatus)>,
    durations: Durations,
    iam: Iam,
    has_numbers_as_strings: bool,
    clock: Clock,
    journal: Journal,
    wrong: Option<StartError>,
    #[cfg(feature = "redis")]
    redis: Option<RedisEngine>,
}

impl Builder {
    /// The name of the default project.
    pub const DEFAULT_REGION: &'static str = "ap-southeast-1";
    /// The ID of the default project.
    pub const DEFAULT_PROJECT_ID: &'static str = "0123456789abcdef0123456789abcdef";

    fn new() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            gateway: Gateway::default(),
            has_credentials: false,
            project: None,
            tasks: Vec::new(),
            durations: Durations::default(),
            iam: Iam {
                projects: Vec::new(),
                users: Vec::new(),
                token_lifetime: Duration::from_secs(24 * 60 * 60),
            },
            has_numbers_as_strings: false,
            clock: Clock::of_the_machine(),
            journal: Journal::default(),
            wrong: None,
            #[cfg(feature = "redis")]
            redis: None,
        }
    }

    /// Listens on this address. The default is 127.0.0.1 with any free port.
    ///
    /// An address outside the loopback, such as `0.0.0.0:8080`, can be reached by others over plain HTTP.
    /// [`start`](Self::start) then writes a warning to standard error. The client refuses plain HTTP outside the loopback, unless
    /// its builder names the host in `danger_allow_http(host)`.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Accepts requests signed with this access key. Call it again for more keys.
    pub fn access_key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.key(id.into(), secret.into(), None)
    }

    /// Accepts requests signed with this access key that have its security token in `X-Security-Token`.
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

    /// Accepts requests with this token in `X-Auth-Token`. Call it again for more tokens.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        let token = token.into();
        self.note_credential(token.is_empty());
        self.gateway.tokens.add(token.into());
        self
    }

    /// Adds an IAM user who can get tokens with this password. Call it again for more users.
    pub fn user(
        mut self,
        account: impl Into<String>,
        name: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        let user = User {
            account: account.into(),
            name: name.into(),
            password: password.into().into(),
        };
        let is_empty = user.account.is_empty()
            || user.name.is_empty()
            || user.password.expose_secret().is_empty();
        self.note_credential(is_empty);
        self.iam.users.push(user);
        self
    }

    /// Sets the lifetime of tokens that IAM issues. The default is 24 hours.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.iam.token_lifetime = lifetime;
        self
    }

    fn note_credential(&mut self, is_empty: bool) {
        self.has_credentials = true;
        if is_empty {
            self.wrong.get_or_insert(StartError::EmptyCredential);
        }
    }

    /// Sets the project that the credentials belong to. Without it, every project is accepted.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// Adds a project that IAM lists. Call it again for more projects; two may have the same name.
    ///
    /// Without it, IAM lists one project with the name [`DEFAULT_REGION`](Self::DEFAULT_REGION). Its ID is that of
    /// [`project_id`](Self::project_id), or else [`DEFAULT_PROJECT_ID`](Self::DEFAULT_PROJECT_ID).
    pub fn project(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.iam.projects.push(OwnProject {
            id: id.into(),
            name: name.into(),
        });
        self
    }

    /// Adds an online migration task with an incremental phase, in this status.
    pub fn task(mut self, id: impl Into<String>, status: TaskStatus) -> Self {
        self.tasks.push((id.into(), status));
        self
    }

    /// Sets how long a task takes to stop, and so how long a `sync-stop` takes to return. The default is zero.
    pub fn stop_delay(mut self, delay: Duration) -> Self {
        self.durations.stop = delay;
        self
    }

    /// Sets how long an online task is `CREATING` and its job `RUNNING`. The default is zero.
    pub fn creation_duration(mut self, duration: Duration) -> Self {
        self.durations.creation = duration;
        self
    }

    /// Sets how long an import is `MIGRATING`. The default is zero.
    pub fn import_duration(mut self, duration: Duration) -> Self {
        self.durations.import = duration;
        self
    }

    /// Sets how long an online task is `FULLMIGRATING`, while its percentage grows. The default is zero.
    pub fn full_copy_duration(mut self, duration: Duration) -> Self {
        self.durations.full_copy = duration;
        self
    }

    /// Sets how long the lag (`offset` of `stats`) takes to fall to 0 in the incremental phase. The default is zero.
    pub fn catch_up_duration(mut self, duration: Duration) -> Self {
        self.durations.catch_up = duration;
        self
    }

    /// Sets how long an exchange of IP addresses is `EXCHANGING`, and how long its rollback takes. The default is zero.
    pub fn exchange_duration(mut self, duration: Duration) -> Self {
        self.durations.exchange = duration;
        self
    }

    /// Makes `stats` return its numbers as strings. The default is numbers.
    ///
    /// The vendor documentation of
    /// [`ShowMigrationTaskStats`](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTaskStats.html) declares strings,
    /// but all its samples show numbers.
    pub fn numbers_as_strings(mut self) -> Self {
        self.has_numbers_as_strings = true;
        self
    }

    /// Sets the time of day, which judges signatures and fills `Date`. The default is the clock of the machine.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Turns off the records of requests, for long runs and measurements.
    pub fn without_records(mut self) -> Self {
        self.journal.keep_nothing();
        self
    }

    /// Writes a line per finished request: method, path, status, operation, request ID, duration.
    pub fn log(mut self, sink: impl Write + Send + 'static) -> Self {
        self.journal.log_to(sink);
        self
    }

    /// Moves data between real Redis servers. The default engine only takes time, and moves none.
    ///
    /// The durations of full copy, stop and exchange then have no effect, nor has `set_lag`.
    #[cfg(feature = "redis")]
    pub fn redis(mut self, engine: RedisEngine) -> Self {
        self.redis = Some(engine);
        self
    }

    /// Starts the stand-in on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Returns a [`StartError`] if a setting is wrong or the address is not available.
    pub async fn start(mut self) -> Result<StandIn, StartError> {
        self.check()?;
        let failed = |error| StartError::Listen(self.listen, error);
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if !address.ip().is_loopback() {
            warn_of_others(address);
        }
        if self.iam.projects.is_empty() {
            let id = self.project.clone();
            self.iam.projects.push(OwnProject {
                id: id.unwrap_or_else(|| Self::DEFAULT_PROJECT_ID.into()),
                name: Self::DEFAULT_REGION.into(),
            });
        }
        let time = Arc::new(Time::start(self.clock));
        let journal = Arc::new(self.journal);
        #[cfg(feature = "redis")]
        if self.redis.is_some() {
            // The servers end these phases.
            self.durations.full_copy = Duration::MAX;
            self.durations.stop = Duration::MAX;
            self.durations.exchange = Duration::MAX;
        }
        let tasks = Tasks::new(self.durations, Arc::clone(&time));
        #[cfg(feature = "redis")]
        let tasks = match self.redis.as_mut().and_then(|redis| redis.state.take()) {
            None => tasks,
            Some(path) => {
                let opened = StateFile::open(path.clone());
                tasks.kept_in(opened.map_err(|error| StartError::State(path, error))?)
            }
        };
        for (id, status) in self.tasks {
            // A task from a file goes on as it is.
            if tasks.status(&id).is_none() {
                tasks.note(&id, Event::SetStatus(status));
            }
        }
        let tasks = Arc::new(tasks);
        #[cfg(feature = "redis")]
        let engine = match self.redis {
            None => Engine::Timed,
            Some(redis) => {
                let (tasks, journal) = (Arc::clone(&tasks), Arc::clone(&journal));
                let started = crate::redis::Engine::start(redis, tasks, journal).await;
                Engine::Redis(started.map_err(failed)?)
            }
        };
        #[cfg(not(feature = "redis"))]
        let engine = Engine::Timed;
        let shared = Shared {
            time,
            gateway: self.gateway,
            dcs: Dcs {
                project: self.project,
                tasks,
                engine,
                has_numbers_as_strings: self.has_numbers_as_strings,
            },
            iam: self.iam,
            faults: FaultQueue::default(),
            journal,
        };
        Ok(StandIn::run(listener, address, Arc::new(shared)))
    }

    fn check(&mut self) -> Result<(), StartError> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        if !self.has_credentials {
            return Err(StartError::NoCredentials);
        }
        let listed = self.iam.projects.iter().map(|project| &project.id);
        let mut projects = self.project.iter().chain(listed);
        if let Some(id) = projects.find(|id| !is_project_id(id)) {
            return Err(StartError::ProjectId(id.clone()));
        }
        match self.tasks.iter().find(|(id, _)| !is_task_id(id)) {
            Some((id, _)) => Err(StartError::TaskId(id.clone())),
            None => Ok(()),
        }
    }
}

/// Ignores an error of the write: there is no other place for a warning.
fn warn_of_others(address: SocketAddr) {
    let _ = writeln!(
        io::stderr(),
        "warning: listening on {address}: plain HTTP that others can reach, for tests only; \
         allow it in the client with danger_allow_http(host)"
    );
}
