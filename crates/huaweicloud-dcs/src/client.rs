//! The client and what it knows of itself. Its calls are in `calls`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::identifier;
use crate::inner::Inner;

/// Calls the data migration API of one project at one endpoint.
///
/// | To | call |
/// |---|---|
/// | look | [`show`](Self::show), [`stats`](Self::stats), [`list`](Self::list), [`list_all`](Self::list_all), [`logs`](Self::logs), [`logs_all`](Self::logs_all), [`show_job`](Self::show_job) |
/// | begin | [`create_import`](Self::create_import), [`create_online`](Self::create_online), [`configure`](Self::configure), [`update`](Self::update), [`restart_many`](Self::restart_many) |
/// | end | [`stop_sync`](Self::stop_sync), [`stop_sync_and_wait`](Self::stop_sync_and_wait), [`stop`](Self::stop), [`stop_many`](Self::stop_many), [`delete`](Self::delete) |
/// | wait | [`wait_until`](Self::wait_until), [`wait_for_job`](Self::wait_for_job) |
/// | cut over | [`cut_over`](Self::cut_over), [`roll_back`](Self::roll_back) |
/// | switch | [`exchange_ip`](Self::exchange_ip), [`rollback_ip`](Self::rollback_ip) |
/// | find the project | [`projects`](Self::projects), [`project_id`](Self::project_id) |
///
/// It is made by [`builder`](Self::builder). Making one loads the roots that the machine trusts, which takes longer than
/// a call: make one and clone it. Clones share connections; no lock or `Arc` is needed around it. Its futures are `Send`
/// and need a tokio runtime with time and I/O enabled.
///
/// A connection is driven by the runtime that opened it. Use a client in one runtime, or in one after another: where a
/// runtime lives on without being run, calls of another one on its connections end at their limit.
///
/// Dropping the future of a call drops its connection. The service may act on the request all the same.
#[derive(Clone)]
pub struct MigrationClient(pub(crate) Arc<Inner>, pub(crate) Option<Arc<OnRetry>>);

/// What is told of an attempt that failed, and of the pause before the next one.
pub(crate) type OnRetry = dyn Fn(&Error, Duration) + Send + Sync;

impl MigrationClient {
    /// Says whether a text can be the ID of a task at all, as every call does before it sends anything: 1 to 64
    /// letters, digits, `-` and `_`. For programs that check all they were given before they begin.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which says what is wrong.
    pub fn check_task_id(task_id: &str) -> Result<()> {
        identifier::check(task_id).map_err(|why| Error::config(format!("task_id {why}")))
    }

    /// A clone whose calls report each attempt that failed and is repeated: its error, and the pause before the next
    /// attempt. Nothing is in flight during that pause. The callback should return at once: the call stands still
    /// meanwhile. The calls that get a token or look up the project do not report.
    ///
    /// ```
    /// # fn report(client: &huaweicloud_dcs::MigrationClient) {
    /// let client = client.on_retry(|error, pause| {
    ///     eprintln!("request {:?}: next attempt in {pause:?}", error.request_id());
    /// });
    /// # let _ = client;
    /// # }
    /// ```
    #[must_use]
    pub fn on_retry(&self, report: impl Fn(&Error, Duration) + Send + Sync + 'static) -> Self {
        Self(Arc::clone(&self.0), Some(Arc::new(report)))
    }

    /// The address that calls go to: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.0.migration.endpoint.as_str()
    }

    /// The region that was set, also where an endpoint was set beside it.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }
}

/// Shows endpoint and project; credentials show themselves without their secrets.
impl fmt::Debug for MigrationClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MigrationClient").field(&self.0).finish()
    }
}
