//! The tasks and their history, without HTTP.

mod history;
mod progress;
mod sample;
mod task;
mod tasks;

pub(crate) use history::{Durations, Event};
pub(crate) use progress::Progress;
pub(crate) use sample::new_details;
pub(crate) use task::{Kind, LogEntry, Refused, Task};
pub(crate) use tasks::Tasks;
