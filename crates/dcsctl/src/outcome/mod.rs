//! The result of a command and of each task: outcome, exit code and messages.

mod exit;
mod failure;
mod record;
mod task_report;

pub(crate) use exit::Exit;
pub(crate) use failure::Failure;
pub(crate) use record::{Outcome, OutcomeRecord, error_summary};
pub(crate) use task_report::{READ_FIRST, TaskReport};
