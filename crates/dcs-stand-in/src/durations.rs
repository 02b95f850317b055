//! How long things take.

use std::time::Duration;

/// How long each phase of a task takes. By default, no time at all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Durations {
    /// From the creation of an online task until it waits to be configured.
    pub(crate) creation: Duration,
    /// An import of backup files.
    pub(crate) import: Duration,
    /// The full copy of an online task.
    pub(crate) full_copy: Duration,
    /// From the full copy until the target lags behind no more.
    pub(crate) catch_up: Duration,
    pub(crate) stop: Duration,
    /// An exchange of IP addresses, or taking it back.
    pub(crate) exchange: Duration,
}
