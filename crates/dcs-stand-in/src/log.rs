//! One line a request.

use std::{fmt, io::Write, sync::Mutex, time::Duration};

use axum::http::{StatusCode, request::Parts};
use tokio::time::Instant;

use crate::{clock, locked::locked};

/// Where the lines go; nowhere by default, and then they cost nothing.
#[derive(Default)]
pub(crate) struct Log(Option<Mutex<Box<dyn Write + Send>>>);

/// A line that waits for its end.
#[derive(Debug)]
pub(crate) struct Begun {
    /// Without the query: it is the caller's, and it may hold anything.
    request: String,
    operation: &'static str,
    at: Instant,
}

impl Log {
    pub(crate) fn to(sink: impl Write + Send + 'static) -> Self {
        Self(Some(Mutex::new(Box::new(sink))))
    }

    pub(crate) fn begin(&self, request: &Parts, operation: Option<&'static str>) -> Option<Begun> {
        self.0.is_some().then(|| Begun {
            request: format!("{} {}", request.method, request.uri.path().escape_debug()),
            operation: operation.unwrap_or("-"),
            at: clock::instant(),
        })
    }

    pub(crate) fn end(&self, begun: &Begun, status: Option<StatusCode>, id: &str) {
        if let Some(sink) = &self.0 {
            let line = begun.line(
                status,
                id,
                clock::instant().saturating_duration_since(begun.at),
            );
            // A log that cannot be written is no reason to fail a request.
            let _ = locked(sink).write_all(line.as_bytes());
        }
    }
}

impl Begun {
    fn line(&self, status: Option<StatusCode>, id: &str, taken: Duration) -> String {
        let status = status.as_ref().map_or("-", StatusCode::as_str);
        let millis = taken.as_secs_f64() * 1e3;
        format!(
            "{} {status} {} {id} {millis:.1}ms\n",
            self.request, self.operation
        )
    }
}

/// Shows no more than whether there is one.
impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Log").field(&self.0.is_some()).finish()
    }
}
