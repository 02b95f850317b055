//! What is typed: the options of every command, help, task IDs and passwords, and errors of usage.

mod global;
pub(crate) mod help;
pub(crate) mod passwords;
pub(crate) mod stdin;
pub(crate) mod task_ids;
pub(crate) mod usage;

pub(crate) use global::GlobalOptions;
