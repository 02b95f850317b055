//! Waits: for a state of a task, for a job, and for the confirmation of a request.

mod condition;
mod config;
pub(crate) mod confirm;
pub(crate) mod poll;
mod stop;
pub(crate) mod task;
mod until;

pub use condition::Condition;
pub(crate) use condition::Verdict;
pub use config::{Poll, Progress, WaitConfig};
pub use stop::{StopEnd, StopOutcome};
