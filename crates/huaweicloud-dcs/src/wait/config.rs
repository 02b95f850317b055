//! How long to wait, how often to look, and whom to tell of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_dcs_api::migration::types::MigrationTaskDetail;

type OnProgress = dyn Fn(&Progress<'_>) + Send + Sync;

/// How long to wait, how often to look, and whom to tell what was seen.
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_dcs::WaitConfig;
///
/// let wait = WaitConfig::default()
///     .with_interval(Duration::from_secs(5))
///     .with_timeout(Duration::from_secs(3600))
///     .with_progress(|progress| println!("{:?} after {:?}", progress.task().status, progress.elapsed()));
/// # let _ = wait;
/// ```
#[derive(Clone)]
pub struct WaitConfig {
    pub(crate) interval: Duration,
    pub(crate) timeout: Duration,
    on_progress: Option<Arc<OnProgress>>,
}

/// Looks every 10 s, for 30 min at most, and tells nobody.
impl Default for WaitConfig {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            timeout: Duration::from_secs(30 * 60),
            on_progress: None,
        }
    }
}

impl WaitConfig {
    /// Sets the time between two looks. Each pause is drawn anew from within a tenth of it, more or less, so that many
    /// waits that began together do not stay together. Default 10 s.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets how long to look. There is at least one look, and one more when the time is up, which may take 5 s. Where
    /// something is sent first, as by [`stop_sync_and_wait`](crate::MigrationClient::stop_sync_and_wait), the time
    /// begins with its answer. Default 30 min.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets what is called after each look at a task that succeeded, before it is judged. It should return at once: the
    /// wait stands still meanwhile.
    #[must_use]
    pub fn with_progress(mut self, report: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(report));
        self
    }

    pub(crate) fn report(&self, progress: &Progress<'_>) {
        if let Some(report) = &self.on_progress {
            report(progress);
        }
    }
}

/// Says of the progress only whether there is somebody to tell.
impl fmt::Debug for WaitConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitConfig")
            .field("interval", &self.interval)
            .field("timeout", &self.timeout)
            .field("reports_progress", &self.on_progress.is_some())
            .finish()
    }
}

/// What a look at a task showed.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    pub(crate) task: &'a MigrationTaskDetail,
    pub(crate) elapsed: Duration,
    pub(crate) looks: u32,
}

impl Progress<'_> {
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

    /// How many looks there have been, with this one and with those that failed.
    #[must_use]
    pub fn looks(&self) -> u32 {
        self.looks
    }
}
