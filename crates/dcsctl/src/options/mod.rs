//! The input: global options, help, task IDs, passwords and usage errors.

mod global;
pub(crate) mod help;
pub(crate) mod passwords;
pub(crate) mod stdin;
pub(crate) mod task_ids;
pub(crate) mod usage;

pub(crate) use global::GlobalOptions;
