//! The tracing events of a cut-over.

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::*;

/// Keeps INFO events, one line each.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() == Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn each_step_is_an_info_event_without_secrets() {
    let log = Log::default();
    // With only one subscriber, `tracing` caches whether an event is wanted from whichever thread gets to it first.
    // Threads of other tests have no subscriber and would disable the event here, too.
    let _second = tracing::Dispatch::new(log.clone());
    let logging = tracing::subscriber::set_default(log.clone());
    run_over(quick, then([stopped(), task("TERMINATED")]))
        .await
        .0
        .unwrap();
    drop(logging);
    let lines = log.0.lock().unwrap();
    assert_eq!(lines.len(), 5, "{lines:?}");
    for (line, (step, state)) in lines.iter().zip([
        ("checked", "done"),
        ("lag_reached", "done"),
        ("stopped", "sending"),
        ("stopped", "done"),
        ("confirmed", "done"),
    ]) {
        let step = format!("step={step:?} state={state:?}");
        assert!(line.contains(&step) && line.contains(TASK), "{line}");
        assert!(!line.contains("nvented"), "{line}");
    }
    assert!(lines[3].contains("r-1"), "{lines:?}");
}
