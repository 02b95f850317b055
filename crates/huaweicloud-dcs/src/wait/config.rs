//! Settings of a wait, and the progress that it reports.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::{Error, Response};
use huaweicloud_dcs_api::types::{MigrationTaskDetail, ShowJobInfoResponse};

type OnProgress = dyn Fn(&Progress<'_>) + Send + Sync;

/// Polling interval, timeouts and progress callback of a wait.
///
/// ```
/// # use std::time::Duration;
/// # use huaweicloud_dcs::{Progress, WaitConfig};
/// let wait = WaitConfig::default()
///     .with_timeout(Duration::from_secs(3600))
///     .with_progress(|progress| match progress {
///         Progress::TaskPolled(task, _) => println!("status {:?}", task.status),
///         Progress::PollFailed(error, poll) => eprintln!("{error}, next poll in {:?}", poll.next_in),
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

/// Polls every 10 s for at most 30 min, gives an unchanged task 60 s after a lost response, and reports no progress.
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
    /// Sets the time between two polls. It varies randomly by a tenth, which spreads waits that began together. Default
    /// 10 s.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets how long to poll. There is at least one poll, and a last one at the end, which may take 5 s. If the wait
    /// sends a request first, the time begins with its response. Default 30 min.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long to poll a task that does not change after a request whose response was lost. Then the wait ends
    /// with an error that may have been applied. Only the time between successful polls counts. A wait for an exchange
    /// of IPs ends after the same time if the task has ended without an exchange. Default 60 s.
    #[must_use]
    pub fn with_unchanged_timeout(mut self, timeout: Duration) -> Self {
        self.unchanged_timeout = timeout;
        self
    }

    /// Sets the progress callback. It is called when the request of the wait has a result, and after each poll. The
    /// wait continues when the callback returns.
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
    /// The service accepted the request that the wait began with. Keep its request ID: the service continues even if
    /// the wait is dropped.
    Accepted(&'a Response<()>),
    /// The request failed, and polls find out why: the task's status forbids it, perhaps because it is done, or the
    /// response was lost. [`Error::may_have_been_applied`] is true only if it was lost.
    NotAccepted(&'a Error),
    /// A poll read the task.
    TaskPolled(&'a MigrationTaskDetail, Poll),
    /// A poll read the job.
    JobPolled(&'a ShowJobInfoResponse, Poll),
    /// All attempts of a poll failed, with a retryable error. An error that ends the wait is returned instead.
    PollFailed(&'a Error, Poll),
}

/// A poll of a wait: its number, its time and the next one.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Poll {
    /// How many polls there have been, including this one and failed ones.
    pub polls: u32,
    /// How long the wait has lasted.
    pub elapsed: Duration,
    /// Time from this report until the next poll; `None` after the last poll.
    pub next_in: Option<Duration>,
}
