//! Runs commands: confirmation, concurrent calls, polling and interruption.

pub(crate) mod confirm;
pub(crate) mod creation;
pub(crate) mod interrupt;
mod last_responses;
pub(crate) mod polling;
mod summary;
mod task_runner;

pub(crate) use last_responses::LastResponses;
pub(crate) use task_runner::TaskRunner;
