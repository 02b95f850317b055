//! A Redis server and the orders that it gets.

use std::{error::Error as _, fmt, time::Duration};

use ::redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue,
    IntoConnectionInfo, RedisConnectionInfo, RedisError, aio::MultiplexedConnection, cmd,
};
use tokio::sync::Mutex;

use super::info::Info;
use crate::state::End;

/// The time for a connection, and for each reply.
const TIMEOUT: Duration = Duration::from_secs(3);

/// A server that may be unreachable for a while.
pub(super) struct Server {
    /// The part of the server in the migration, for messages.
    part: &'static str,
    end: End,
    /// Dropped after an error: the next order connects again.
    connection: Mutex<Option<MultiplexedConnection>>,
}

/// Why an order failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Trying again does not help.
    Lasting(String),
    /// Trying again may help for a while.
    Passing(String),
    /// The server loads its data, however long that takes.
    Loading,
}

impl Server {
    pub(super) fn new(part: &'static str, end: &End) -> Self {
        Self {
            part,
            end: end.clone(),
            connection: Mutex::default(),
        }
    }

    pub(super) async fn info(&self) -> Result<Info, Failure> {
        let text: String = self.order(&cmd("INFO")).await?;
        Ok(Info::parse(&text))
    }

    /// Makes the server a replica of the server behind a port of this machine.
    pub(super) async fn replicate(&self, port: u16, password: &str) -> Result<(), Failure> {
        let mut auth = cmd("CONFIG");
        auth.arg("SET").arg("masterauth").arg(password);
        self.order::<()>(&auth).await?;
        let mut replicate = cmd("REPLICAOF");
        replicate.arg("127.0.0.1").arg(port);
        self.order(&replicate).await
    }

    /// Makes the server a master, which ends its replication.
    pub(super) async fn promote(&self) -> Result<(), Failure> {
        let mut promote = cmd("REPLICAOF");
        promote.arg("NO").arg("ONE");
        self.order(&promote).await
    }

    async fn order<T: FromRedisValue>(&self, order: &Cmd) -> Result<T, Failure> {
        let mut held = self.connection.lock().await;
        let replied = async {
            let mut connection = match held.take() {
                Some(connection) => connection,
                None => self.connect().await?,
            };
            let reply = order.query_async(&mut connection).await?;
            Ok((connection, reply))
        };
        let (connection, reply) = replied.await.map_err(|error| self.failure(&error))?;
        *held = Some(connection);
        Ok(reply)
    }

    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let (host, port) = self.end.host_and_port();
        let mut settings = RedisConnectionInfo::default();
        if let Some(password) = &self.end.password {
            settings = settings.set_password(password);
        }
        let info = ConnectionAddr::Tcp(host.into(), port).into_connection_info()?;
        let client = Client::open(info.set_redis_settings(settings))?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT));
        client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }

    fn failure(&self, error: &RedisError) -> Failure {
        let Self { part, end, .. } = self;
        let is_refused = error.kind() == ErrorKind::AuthenticationFailed
            || matches!(error.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM"));
        if is_refused {
            return Failure::Lasting(format!(
                "the {part} {end} refuses the password ({error}): configure a new task with the right one"
            ));
        }
        if error.code() == Some("LOADING") {
            return Failure::Loading;
        }
        let cause = error.source().map(|cause| format!(": {cause}"));
        Failure::Passing(format!(
            "no reply from the {part} {end} ({error}{}): check that it runs and can be reached",
            cause.unwrap_or_default()
        ))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.part, self.end)
    }
}
