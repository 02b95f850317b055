//! The options of the engine redis.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use dcs_stand_in::{RedisEngine, StopAnswers};

#[derive(Args)]
pub(crate) struct EngineArguments {
    /// What moves a task on: `timed` only takes time; `redis` moves data between real Redis servers.
    #[arg(long, value_name = "ENGINE", default_value = "timed", value_enum)]
    engine: Engine,

    /// When `sync-stop` gets its response: `at-once`, or `when-stopped`.
    #[arg(long, value_name = "WHEN", value_enum)]
    stop_answers: Option<When>,

    /// File that keeps the tasks and the passwords of their servers, so that the next run goes on with them. Its mode is 0600.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Time that a server may be unreachable, or the replication down, before the task fails. The default is 10s.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    link_timeout: Option<Duration>,

    /// Limit of the replication, so that a lag grows.
    #[arg(long, value_name = "BYTES-PER-SECOND")]
    replication_rate: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    Timed,
    Redis,
}

#[derive(Clone, Copy, ValueEnum)]
enum When {
    AtOnce,
    WhenStopped,
}

impl EngineArguments {
    /// The settings of the engine redis. `None` for the timed engine.
    pub(crate) fn settings(self) -> Result<Option<RedisEngine>, &'static str> {
        if matches!(self.engine, Engine::Timed) {
            let is_set = self.stop_answers.is_some()
                || self.state.is_some()
                || self.link_timeout.is_some()
                || self.replication_rate.is_some();
            return if is_set {
                Err(
                    "--stop-answers, --state, --link-timeout and --replication-rate go with --engine redis",
                )
            } else {
                Ok(None)
            };
        }
        let mut engine = RedisEngine::new();
        if let Some(When::WhenStopped) = self.stop_answers {
            engine = engine.stop_answers(StopAnswers::WhenStopped);
        }
        if let Some(path) = self.state {
            engine = engine.state(path);
        }
        if let Some(timeout) = self.link_timeout {
            engine = engine.link_timeout(timeout);
        }
        if let Some(rate) = self.replication_rate {
            engine = engine.replication_rate(rate);
        }
        Ok(Some(engine))
    }
}
