//! Work that many calls need and one of them does: the others wait for it, and share its failure.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use huaweicloud_core::{Error, ErrorKind};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

/// A failure that several calls report.
pub(crate) type SharedError = Arc<Error>;

/// One at a time. Who is dropped while at it leaves the work to the next in line.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    failures: AtomicU64,
    /// Held by whoever does the work.
    last_failure: Mutex<Option<SharedError>>,
}

impl Flight {
    /// Gives what is `done` already, else does the `work`, unless somebody who was waited for has failed at it: a
    /// hundred calls with a wrong password must not send it a hundred times. Who comes later tries again.
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
        // A limit is each call's own: who has time left may use it.
        if failure.kind() != ErrorKind::Timeout {
            *last_failure = Some(Arc::clone(&failure));
            self.failures.fetch_add(1, Ordering::Release);
        }
        Err(failure)
    }
}

pub(crate) fn timed_out() -> Error {
    Error::builder(ErrorKind::Timeout)
        .message("no answer from IAM within the time limit")
        .retryable(true)
        .unsent(true)
        .advice("try again later")
        .build()
}
