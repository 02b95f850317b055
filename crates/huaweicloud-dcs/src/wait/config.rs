//! Polling: interval, limits and progress.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::{Error, Response};
use huaweicloud_dcs_api::types::MigrationTaskDetail;

type OnProgress = dyn Fn(&Progress<'_>) + Send + Sync;

/// Polling interval, limits and progress callback of a wait.
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_dcs::{Progress, WaitConfig};
///
/// let wait = WaitConfig::default()
///     .with_interval(Duration::from_secs(5))
///     .with_timeout(Duration::from_secs(3600))
///     .with_progress(|progress| match progress {
///         Progress::Accepted(response) => println!("accepted, request {:?}", response.request_id()),
///         Progress::Polled(poll) => println!("{:?} after {:?}", poll.task().status, poll.elapsed()),
///         Progress::PollFailed(error) => eprintln!("poll failed, polling again: {error}"),
///         _ => {}
///     });
/// # let _ = wait;
/// ```
#[derive(Clone)]
pub struct WaitConfig {
    pub(crate) interval: Duration,
    pub(crate) timeout: Duration,
    pub(crate) unchanged_timeout: Duration,
    on_progress: Option<Arc<OnProgress>>,
}

/// Polls every 10 s for at most 30 min, ends after 60 s without a change if a response was lost, and reports nothing.
impl Default for WaitConfig {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(30 * 60),
            unchanged_timeout: Duration::from_secs(60),
            on_progress: None,
        }
    }
}

impl WaitConfig {
    /// Sets the time between two polls. Each pause varies at random by a tenth, so that many waits that began together
    /// spread out. Default 10 s.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets how long to poll. There is at least one poll, and a last one when the time is up, which may take 5 s. If a
    /// request is sent first, as by [`stop_sync_and_wait`](crate::MigrationClient::stop_sync_and_wait), the time begins
    /// with its response. Default 30 min.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long to poll a task that does not change after a request whose response was lost. Then the wait ends
    /// with an error that may have been applied: the request is never sent again by the same wait. Only the time
    /// between successful polls counts. A wait for an exchange of IPs ends after the same time if the task has ended and
    /// shows none. Default 60 s.
    #[must_use]
    pub fn with_unchanged_timeout(mut self, timeout: Duration) -> Self {
        self.unchanged_timeout = timeout;
        self
    }

    /// Sets the progress callback. It is called before the first poll if the service accepted a request, and after each
    /// poll. It should return at once: the wait stands still meanwhile.
    #[must_use]
    pub fn with_progress(mut self, report: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    /// The time between two polls. Default 10 s.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// How long to poll. Default 30 min.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How long to poll a task that does not change after a request whose response was lost. Default 60 s.
    #[must_use]
    pub fn unchanged_timeout(&self) -> Duration {
        self.unchanged_timeout
    }

    pub(crate) fn report(&self, progress: &Progress<'_>) {
        if let Some(report) = &self.on_progress {
            report(progress);
        }
    }
}

/// Shows whether there is a progress callback.
impl fmt::Debug for WaitConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitConfig")
            .field("interval", &self.interval)
            .field("timeout", &self.timeout)
            .field("unchanged_timeout", &self.unchanged_timeout)
            .field("reports_progress", &self.on_progress.is_some())
            .finish()
    }
}

/// An event of a wait.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The service accepted the request that the wait began with. Keep its request id: whatever happens to the wait, the
    /// service goes on.
    Accepted(&'a Response<()>),
    /// The request may not have been accepted, and the task is polled to find out: it was refused because of the task's
    /// status, which may be that it is done, or no response proves whether it was applied.
    /// [`Error::may_have_been_applied`] tells which.
    NotAccepted(&'a Error),
    /// The task was read.
    Polled(Poll<'a>),
    /// A poll failed and will be repeated.
    PollFailed(&'a Error),
}

/// A successful poll of a task.
#[derive(Clone, Debug)]
pub struct Poll<'a> {
    pub(crate) task: &'a MigrationTaskDetail,
    pub(crate) elapsed: Duration,
    pub(crate) polls: u32,
}

impl Poll<'_> {
    /// The task as it was just read.
    #[must_use]
    pub fn task(&self) -> &MigrationTaskDetail {
        self.task
    }

    /// How long the wait has lasted.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How many polls there have been, this one and failed ones included.
    #[must_use]
    pub fn polls(&self) -> u32 {
        self.polls
    }
}
