//! The client: one method a call.

use std::fmt;
use std::sync::Arc;

use huaweicloud_dcs_api::migration::{operations, types};

use crate::call::{check, empty, typed};
use crate::error::{Error, Result};
use crate::identifier;
use crate::inner::Inner;
use crate::response::Response;

/// Calls the data migration API of one project at one endpoint.
///
/// Making one loads the roots that the machine trusts, which takes longer than a call: make one and clone it. Clones
/// share connections; no lock or `Arc` is needed around it. Its futures are `Send` and need a tokio runtime with time
/// and I/O enabled.
///
/// Dropping the future of a call drops its connection. The service may act on the request all the same.
#[derive(Clone)]
pub struct MigrationClient(pub(crate) Arc<Inner>);

impl MigrationClient {
    /// Stops the synchronization of a task and returns when the service answered 204: once.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/sync-stop`. The English page says that 204 means that the
    /// synchronization was stopped, the Chinese original that it was "stopped synchronously"; neither says in which
    /// status a task must be. Use [`stop_sync_and_wait`](Self::stop_sync_and_wait) to see it confirmed.
    ///
    /// It is repeated only while nothing was sent or the service refuses for now (408, 429, 503). The answer may take
    /// as long as the stop; the limit is that of the whole call, 120 s by default.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/StopMigrationTaskSync.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`]: where that is true, read the task before you stop it again. `DCS.4957` says
    /// that the task's status forbids it, [`Error::is_not_found`] that there is no such task.
    pub async fn stop_sync(&self, task_id: &str) -> Result<Response<()>> {
        let operation = &operations::STOP_MIGRATION_TASK_SYNC;
        check(operation, "task_id", task_id)?;
        self.call(operation, empty, |client| async move {
            client
                .stop_migration_task_sync(&self.0.project_id, task_id)
                .await
        })
        .await
    }

    /// Reads a task: its status, its ends, its settings. Never a password.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}`. It is repeated after any failure that may pass; one attempt
    /// takes 30 s at most by default.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](crate::ErrorKind::Wait); [`Error::is_not_found`] if there is no such task. It changes nothing, so
    /// that nothing can have been applied.
    pub async fn show(&self, task_id: &str) -> Result<Response<types::MigrationTaskDetail>> {
        let operation = &operations::SHOW_MIGRATION_TASK;
        check(operation, "task_id", task_id)?;
        self.call(operation, typed, |client| async move {
            client
                .show_migration_task(&self.0.project_id, task_id)
                .await
        })
        .await
    }

    /// Says whether a text can be the ID of a task at all, as every call does before it sends anything: 1 to 64
    /// letters, digits, `-` and `_`. For programs that check all they were given before they begin.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which says what is wrong.
    pub fn check_task_id(task_id: &str) -> Result<()> {
        identifier::check(task_id).map_err(|why| Error::config(format!("task_id {why}")))
    }

    /// The address that calls go to: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.0.endpoint.as_str()
    }

    /// The region that was set, also where an endpoint was set beside it.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The project that calls are made for.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.0.project_id
    }
}

/// Shows endpoint and project; credentials show themselves without their secrets.
impl fmt::Debug for MigrationClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MigrationClient").field(&self.0).finish()
    }
}
