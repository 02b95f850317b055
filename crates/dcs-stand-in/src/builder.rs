//! How a stand-in is set up and started.

use std::{
    error, fmt,
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
    faults::FaultQueue,
    gateway::Gateway,
    iam::{Iam, OwnProject, User},
    identifier::{is_project_id, is_task_id},
    records::Journal,
    server::Shared,
    stand_in::StandIn,
    state::{Durations, Event, Tasks},
    time::{Clock, Time},
};

impl StandIn {
    /// Settings to begin with: no credentials, no tasks, any project, any free port of 127.0.0.1.
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
}

impl Builder {
    /// The name of the project that there is by default.
    pub const DEFAULT_REGION: &'static str = "ap-southeast-1";
    /// The id of that project, if no other is given.
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
        self.gateway.tokens.add(token.into());
        self
    }

    /// Lets an IAM user get tokens with this password. Several users may be given.
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

    /// How long a token is good that IAM issues. By default, 24 hours.
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

    /// The one project that the credentials belong to. Without it, all projects are the caller's own.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project = Some(id.into());
        self
    }

    /// Adds a project that IAM tells of. Several may be given, also of one name.
    ///
    /// By default there is one: it is named [`DEFAULT_REGION`](Self::DEFAULT_REGION), and its id is that of
    /// [`project_id`](Self::project_id) or, without that, [`DEFAULT_PROJECT_ID`](Self::DEFAULT_PROJECT_ID).
    pub fn project(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.iam.projects.push(OwnProject {
            id: id.into(),
            name: name.into(),
        });
        self
    }

    /// Adds a migration task: an online one with an incremental phase, in this status.
    pub fn task(mut self, id: impl Into<String>, status: TaskStatus) -> Self {
        self.tasks.push((id.into(), status));
        self
    }

    /// How long a task takes to stop, and so a `sync-stop` to be answered. By default, no time at all.
    pub fn stop_delay(mut self, delay: Duration) -> Self {
        self.durations.stop = delay;
        self
    }

    /// How long an online task is `CREATING`, and so its job `RUNNING`. By default, no time at all.
    pub fn creation_duration(mut self, duration: Duration) -> Self {
        self.durations.creation = duration;
        self
    }

    /// How long an import is `MIGRATING`. By default, no time at all.
    pub fn import_duration(mut self, duration: Duration) -> Self {
        self.durations.import = duration;
        self
    }

    /// How long an online task is `FULLMIGRATING`, while its percentage grows. By default, no time at all.
    pub fn full_copy_duration(mut self, duration: Duration) -> Self {
        self.durations.full_copy = duration;
        self
    }

    /// How long the lag (`offset` of `stats`) of an incremental phase takes to fall to 0. By default, no time at all.
    pub fn catch_up_duration(mut self, duration: Duration) -> Self {
        self.durations.catch_up = duration;
        self
    }

    /// How long an exchange of IP addresses is `EXCHANGING`, and how long it takes to take it back. By default, no time at all.
    pub fn exchange_duration(mut self, duration: Duration) -> Self {
        self.durations.exchange = duration;
        self
    }

    /// Has `stats` write its numbers as strings. The documentation declares strings, all its samples show numbers, and so does the
    /// stand-in by default: [`ShowMigrationTaskStats`](https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTaskStats.html).
    pub fn numbers_as_strings(mut self) -> Self {
        self.has_numbers_as_strings = true;
        self
    }

    /// Takes the time of day from here, to judge signatures and for `Date`. By default it is the machine's.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Records no requests, for long runs and for measurements.
    pub fn without_records(mut self) -> Self {
        self.journal.keep_nothing();
        self
    }

    /// Writes a line for each request that is over: method, path, status, operation, request id, time taken.
    pub fn log(mut self, sink: impl Write + Send + 'static) -> Self {
        self.journal.log_to(sink);
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
        let tasks = Tasks::new(self.durations, Arc::clone(&time));
        for (id, status) in self.tasks {
            tasks.note(&id, Event::SetStatus(status));
        }
        let shared = Shared {
            time,
            gateway: self.gateway,
            dcs: Dcs {
                project: self.project,
                tasks,
                has_numbers_as_strings: self.has_numbers_as_strings,
            },
            iam: self.iam,
            faults: FaultQueue::default(),
            journal: Arc::new(self.journal),
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

/// Without a standard error there is nobody to warn.
fn warn_of_others(address: SocketAddr) {
    let _ = writeln!(
        io::stderr(),
        "warning: listening on {address}: plain HTTP that others can reach, for tests only; \
         allow it in the client with danger_allow_http(host)"
    );
}

/// Why a stand-in did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
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

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCredentials => {
                f.write_str("there are no credentials: give an access key, a token or a user")
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

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Listen(_, error) => Some(error),
            _ => None,
        }
    }
}
