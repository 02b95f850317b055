//! Waits: for a state of a task, for a job, for what was sent to show.

mod condition;
mod config;
pub(crate) mod confirm;
pub(crate) mod failure;
mod job;
pub(crate) mod sent;
mod stop;
mod until;
pub(crate) mod watch;

pub use condition::Condition;
pub use config::{Poll, Progress, WaitConfig};
pub use stop::{StopEnd, StopOutcome};
