//! The tasks and their history, without HTTP.

mod ends;
#[cfg(feature = "redis")]
mod file;
mod history;
mod progress;
mod sample;
mod task;
mod tasks;

#[cfg(feature = "redis")]
pub(crate) use ends::End;
pub(crate) use ends::Ends;
#[cfg(feature = "redis")]
pub(crate) use file::StateFile;
pub(crate) use history::{Durations, Event};
#[cfg(feature = "redis")]
pub(crate) use history::{EXCHANGED, ROLLED_BACK};
pub(crate) use progress::Progress;
pub(crate) use sample::new_details;
#[cfg(feature = "redis")]
pub(crate) use task::Stage;
pub(crate) use task::{Kind, LogEntry, Refused, Task};
pub(crate) use tasks::Tasks;
