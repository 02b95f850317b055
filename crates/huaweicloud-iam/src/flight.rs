//! Single flight: one of many calls does the work that all need; the others wait and share a failure.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use huaweicloud_core::{Error, ErrorKind};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

/// A failure that several calls report.
pub(crate) type SharedError = Arc<Error>;

/// Runs one piece of work at a time. If the call that does it is dropped, the next call in line does it.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    failures: AtomicU64,
    /// Locked by the call that does the work.
    last_failure: Mutex<Option<SharedError>>,
}

impl Flight {
    /// Returns the result of `done` if there is one, else does the `work`. A call that waited for another one returns
    /// its failure: a hundred calls must not send a wrong password a hundred times. A call that begins later tries
    /// again.
    pub(crate) async fn join<T>(
        &self,
        limit: Instant,
        done: impl Fn() -> Option<Result<T, SharedError>>,
        work: impl Future<Output = Result<T, SharedError>>,
    ) -> Result<T, SharedError> {
        let failures = self.failures.load(Ordering::Acquire);
        let Ok(mut last_failure) = timeout_at(limit, self.last_failure.lock()).await else {
            return Err(Arc::new(timed_out()));
        };
        if let Some(done) = done() {
            return done;
        }
        if let Some(failure) = &*last_failure
            && failures != self.failures.load(Ordering::Acquire)
        {
            return Err(Arc::clone(failure));
        }
        let failure = match work.await {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        // Each call has its own deadline: a call that has time left tries itself.
        if failure.kind() != ErrorKind::Timeout {
            *last_failure = Some(Arc::clone(&failure));
            self.failures.fetch_add(1, Ordering::Release);
        }
        Err(failure)
    }
}

pub(crate) fn timed_out() -> Error {
    Error::builder(ErrorKind::Timeout)
        .message("no response from IAM within the time limit")
        .retryable(true)
        .unsent(true)
        .advice("try again later")
        .build()
}
