//! The engine that moves data between real Redis servers.
//!
//! Redis copies the data: the target becomes a replica of the source, by way of a forwarder. The engine gives the orders, reads what
//! became of them, and adds that to the history of the task.

mod engine;
mod forwarder;
mod fronts;
mod info;
mod replication;
mod server;
mod settings;
mod statistics;

pub(crate) use engine::Engine;
pub(crate) use forwarder::Way;
pub use settings::{RedisEngine, StopAnswers};
