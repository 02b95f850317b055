//! The settings of the engine.

use std::{path::PathBuf, time::Duration};

/// The engine that moves data between real Redis servers: feature `redis`. See [`Builder::redis`](crate::Builder::redis).
#[derive(Clone, Debug)]
#[must_use = "give it to `Builder::redis`"]
pub struct RedisEngine {
    pub(crate) stop_answers: StopAnswers,
    pub(crate) link_timeout: Duration,
    pub(crate) replication_rate: Option<u64>,
    pub(crate) state: Option<PathBuf>,
}

/// When `sync-stop` gets its response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopAnswers {
    /// At once. The task is `TERMINATED` when the target is a master.
    #[default]
    AtOnce,
    /// When the task is `TERMINATED`.
    WhenStopped,
}

impl RedisEngine {
    /// How this engine differs from DCS. The program prints it at the start.
    pub const LIMITS: &'static str = "\
limits of the engine redis:
  It copies with Redis' own replication, so a TTL arrives exactly; DCS can be less exact.
  FLUSHALL on the source empties the target; DCS does not copy it.
  It refuses a target that is not empty; DCS does not.
";

    /// The default settings: `sync-stop` responds at once, no limit of the rate, no file.
    pub fn new() -> Self {
        Self {
            stop_answers: StopAnswers::AtOnce,
            link_timeout: Duration::from_secs(10),
            replication_rate: None,
            state: None,
        }
    }

    /// Sets when `sync-stop` gets its response. The vendor documentation allows both.
    pub fn stop_answers(mut self, when: StopAnswers) -> Self {
        self.stop_answers = when;
        self
    }

    /// Sets how long a server may be unreachable or the replication down before the task fails. The default is 10 seconds.
    pub fn link_timeout(mut self, timeout: Duration) -> Self {
        self.link_timeout = timeout;
        self
    }

    /// Limits the replication of every task, in bytes a second. See [`StandIn::limit_replication`](crate::StandIn::limit_replication).
    pub fn replication_rate(mut self, bytes_per_second: u64) -> Self {
        self.replication_rate = Some(bytes_per_second);
        self
    }

    /// Keeps the tasks in this file, so that a new stand-in goes on with them. The file also holds the passwords of the servers;
    /// its mode is 0600.
    pub fn state(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(path.into());
        self
    }
}

impl Default for RedisEngine {
    fn default() -> Self {
        Self::new()
    }
}
