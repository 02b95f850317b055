//! One request under way: it is recorded when it comes and logged when it is over, however it ends.

use std::sync::Arc;

use axum::http::{StatusCode, request::Parts};

use crate::{
    identifier,
    log::Begun,
    record::{Effect, RecordedRequest},
    shared::Shared,
};

#[derive(Debug)]
pub(crate) struct Visit {
    shared: Arc<Shared>,
    id: String,
    /// Its place among the records, if they are kept.
    number: Option<usize>,
    line: Option<Begun>,
    status: Option<StatusCode>,
}

impl Visit {
    pub(crate) fn begin(
        shared: &Arc<Shared>,
        request: &Parts,
        operation: Option<&'static str>,
    ) -> Self {
        let id = identifier::invent();
        let number = shared
            .records
            .as_ref()
            .map(|records| records.add(RecordedRequest::new(&id, request, operation)));
        Self {
            shared: Arc::clone(shared),
            id,
            number,
            line: shared.log.begin(request, operation),
            status: None,
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn record_authenticated(&self) {
        self.change_record(RecordedRequest::set_authenticated);
    }

    pub(crate) fn record_effect(&self, effect: Effect, tasks: &[&str]) {
        self.change_record(|record| record.set_effect(effect, tasks));
    }

    pub(crate) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
        self.change_record(|record| record.set_status(status));
    }

    fn change_record(&self, change: impl FnOnce(&mut RecordedRequest)) {
        if let (Some(records), Some(number)) = (&self.shared.records, self.number) {
            records.change(number, change);
        }
    }
}

/// Also the requests whose client went away, or whose connection was closed on purpose, get their line.
impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            self.shared.log.end(line, self.status, &self.id);
        }
    }
}
