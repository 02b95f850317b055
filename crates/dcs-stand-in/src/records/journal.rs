//! The journal keeps the latest requests and logs each finished one.

use std::{
    collections::VecDeque,
    fmt,
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::{StatusCode, request::Parts};
use tokio::time::Instant;

use super::request::{Effect, RecordedRequest};
use crate::{identifier, lock::locked, time::instant};

/// The number of requests to keep, which bounds the memory of a long run.
const MOST_KEPT: usize = 10_000;

pub(crate) struct Journal {
    /// `None`: no requests are kept.
    latest: Option<Mutex<Latest>>,
    /// `None`: nothing is logged, at no cost.
    log: Option<Mutex<Box<dyn Write + Send>>>,
}

#[derive(Default)]
struct Latest {
    requests: VecDeque<RecordedRequest>,
    /// The number of older requests that were dropped.
    dropped: usize,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            latest: Some(Mutex::default()),
            log: None,
        }
    }
}

impl Journal {
    pub(crate) fn keep_nothing(&mut self) {
        self.latest = None;
    }

    pub(crate) fn log_to(&mut self, sink: impl Write + Send + 'static) {
        self.log = Some(Mutex::new(Box::new(sink)));
    }

    /// The latest requests, oldest first.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.latest.as_ref().map_or_else(Vec::new, |latest| {
            locked(latest).requests.iter().cloned().collect()
        })
    }

    /// Gives a request its ID and keeps it.
    pub(crate) fn begin(
        self: &Arc<Self>,
        request: &Parts,
        operation: Option<&'static str>,
    ) -> Entry {
        let id = identifier::invent();
        let number = self.keep(|| RecordedRequest::new(&id, request, operation));
        let line = self.log.is_some().then(|| Line {
            request: format!("{} {}", request.method, request.uri.path().escape_debug()),
            operation: operation.unwrap_or("-"),
            began: instant(),
        });
        Entry {
            journal: Arc::clone(self),
            id,
            number,
            line,
            status: None,
        }
    }

    fn keep(&self, request: impl FnOnce() -> RecordedRequest) -> Option<usize> {
        let mut latest = locked(self.latest.as_ref()?);
        if latest.requests.len() == MOST_KEPT {
            latest.requests.pop_front();
            latest.dropped += 1;
        }
        latest.requests.push_back(request());
        Some(latest.dropped + latest.requests.len() - 1)
    }

    /// Changes the request with this number if it is still kept.
    fn change(&self, number: Option<usize>, change: impl FnOnce(&mut RecordedRequest)) {
        if let (Some(latest), Some(number)) = (&self.latest, number) {
            let mut latest = locked(latest);
            let index = number.checked_sub(latest.dropped);
            if let Some(request) = index.and_then(|index| latest.requests.get_mut(index)) {
                change(request);
            }
        }
    }

    /// Writes a line to the log, if there is one.
    pub(crate) fn write(&self, line: &str) {
        if let Some(sink) = &self.log {
            // A failing log must not fail the request.
            let _ = locked(sink).write_all(line.as_bytes());
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

/// A request in progress. Dropping the entry logs the request, even if the client has disconnected.
#[derive(Debug)]
pub(crate) struct Entry {
    journal: Arc<Journal>,
    id: String,
    /// The position among all requests. `None` if the request is not kept.
    number: Option<usize>,
    line: Option<Line>,
    status: Option<StatusCode>,
}

/// A line of the log without its end.
#[derive(Debug)]
struct Line {
    /// Without the query, which may hold anything.
    request: String,
    operation: &'static str,
    began: Instant,
}

impl Entry {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn authenticated(&self) {
        self.change(RecordedRequest::set_authenticated);
    }

    pub(crate) fn effect(&self, effect: Effect, tasks: &[&str]) {
        self.change(|request| request.set_effect(effect, tasks));
    }

    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
        self.change(|request| request.set_status(status));
    }

    fn change(&self, change: impl FnOnce(&mut RecordedRequest)) {
        self.journal.change(self.number, change);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            let taken = instant().saturating_duration_since(line.began);
            self.journal.write(&line.end(self.status, &self.id, taken));
        }
    }
}

impl Line {
    fn end(&self, status: Option<StatusCode>, id: &str, taken: Duration) -> String {
        let status = status.as_ref().map_or("-", StatusCode::as_str);
        let millis = taken.as_secs_f64() * 1e3;
        format!(
            "{} {status} {} {id} {millis:.1}ms\n",
            self.request, self.operation
        )
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn journal_over_its_limit_keeps_the_latest() {
        let journal = Arc::new(Journal::default());
        let (parts, ()) = Request::new(()).into_parts();
        let entries: Vec<_> = (0..=MOST_KEPT)
            .map(|_| journal.begin(&parts, None))
            .collect();
        entries[0].change(|_| panic!("the first is dropped"));
        entries[1].authenticated();
        let all = journal.requests();
        assert_eq!(all.len(), MOST_KEPT);
        assert_eq!(all[0].id(), entries[1].id());
        assert!(all[0].is_authenticated());
        assert!(!all[1].is_authenticated());
    }
}
