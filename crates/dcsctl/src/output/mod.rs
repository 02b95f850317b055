//! Output: data to standard output, everything else to standard error, as text or JSON.

mod format;
mod stderr;
mod stdout;
pub(crate) mod task;
pub(crate) mod trace;

pub(crate) use format::{Format, cell, fields, serialized, set_format, table};
pub(crate) use stderr::{Spinner, error, progress, talk, talk_of};
pub(crate) use stdout::{
    data, give_up, object, outcome, printed, reader_has_gone, report, written,
};
