//! The events and spans that waits and cut-overs leave in a log.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Instrument as _, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::*;
use crate::WaitConfig;

/// Keeps the events of the target `huaweicloud`, one line each, the path of every span, and what this crate declares of
/// both: kind, level and fields.
#[derive(Clone, Default)]
struct Log {
    events: Arc<Mutex<Vec<(Level, String)>>>,
    spans: Arc<Mutex<Vec<String>>>,
    declared: Arc<Mutex<BTreeSet<String>>>,
}

impl Log {
    fn declare(&self, what: &str, metadata: &Metadata<'_>) {
        let module = metadata.module_path().unwrap_or_default();
        if metadata.target() == "huaweicloud" && module.starts_with("huaweicloud_dcs") {
            let names = metadata.fields().iter().map(|field| field.name());
            let fields: Vec<_> = names.filter(|name| *name != "message").collect();
            let row = format!("{what} {} {}", metadata.level(), fields.join(" "));
            self.declared.lock().unwrap().insert(row);
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, span: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        self.declare("span", span.metadata());
        let scope = context.span_scope(id).unwrap().from_root();
        let names: Vec<_> = scope.map(|span| span.name()).collect();
        self.spans.lock().unwrap().push(names.join("/"));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.declare("event", event.metadata());
        if event.metadata().target() == "huaweicloud" {
            let mut line = Line::default();
            event.record(&mut line);
            let event = (*event.metadata().level(), line.0);
            self.events.lock().unwrap().push(event);
        }
    }
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl Log {
    async fn of<T>(run: impl Future<Output = T>) -> (T, Self) {
        let log = Self::default();
        let subscriber = || tracing_subscriber::registry().with(log.clone());
        // With only one subscriber, `tracing` caches whether an event is wanted from whichever thread gets to it first.
        // Threads of other tests have no subscriber and would disable the event here, too.
        let _second = tracing::Dispatch::new(subscriber());
        let logging = tracing::subscriber::set_default(subscriber());
        let result = run.await;
        drop(logging);
        (result, log)
    }

    fn events(&self, level: Level) -> Vec<String> {
        let events = self.events.lock().unwrap();
        let of_level = events.iter().filter(|event| event.0 == level);
        of_level.map(|event| event.1.clone()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn each_step_is_an_info_event_without_secrets() {
    let run = run_over(quick, then([stopped(), task("TERMINATED")]));
    let ((report, _), log) = Log::of(run).await;
    report.unwrap();
    let mut lines = log.events(Level::INFO);
    assert_eq!(lines.remove(3), "message=succeeded ", "the end of the stop");
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

#[tokio::test(start_paused = true)]
async fn poll_is_a_debug_event_and_a_failed_one_a_warning() {
    let missed = (0..3).map(|_| refused_for_now(503));
    let script = Script::new(missed.chain([task("TERMINATED")]));
    let client = client(&script);
    let wait = client.wait_until(TASK, crate::Condition::Stopped, WaitConfig::default());
    let (result, log) = Log::of(wait).await;
    result.unwrap();
    let [_, _, failed] = &log.events(Level::WARN)[..] else {
        panic!("two retries and a failed poll: {log:?}", log = log.events);
    };
    for field in [
        r#"operation="ShowMigrationTask""#,
        &format!("task_id={TASK:?}"),
        r#"request_id="r-1""#,
        "status=503",
        r#"kind="service""#,
        "error=ShowMigrationTask: HTTP 503 APIGW.0308",
        "message=polling again in ",
    ] {
        assert!(failed.contains(field), "{field}: {failed}");
    }
    let [_, _, polled] = &log.events(Level::DEBUG)[..] else {
        panic!(
            "the ends of two calls and a poll: {log:?}",
            log = log.events
        );
    };
    assert!(
        polled.contains("status=200") && polled.contains("r-1"),
        "{polled}"
    );
}

#[tokio::test(start_paused = true)]
async fn reads_before_a_retry_are_not_in_the_span_of_the_stop() {
    let steps = then([refused_for_now(503)]).chain(still_level());
    let run = Box::pin(run_over(
        quick,
        steps.chain([stopped(), task("TERMINATED")]),
    ));
    let run = async { run.instrument(tracing::info_span!("caller")).await };
    let ((report, _), log) = Log::of(run).await;
    report.unwrap();
    let spans = log.spans.lock().unwrap();
    let calls = spans.iter().filter(|span| span.ends_with("call"));
    let calls: Vec<_> = calls.map(String::as_str).collect();
    let [call, checked] = ["caller/call", "caller/check/call"];
    // Task, lag, task and stop; task and lag before the retry; the confirmation.
    let expected = [call, call, call, call, checked, checked, call];
    assert_eq!(calls, expected);
}

/// The rows of the README for this crate's own spans and events.
fn documented() -> BTreeSet<String> {
    let readme = include_str!("../../../README.md");
    let (_, section) = readme.split_once("\n## Log\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let row = |line: &str| {
        let cells: Vec<_> = line.split('|').map(|cell| cell.replace('`', "")).collect();
        let [_, what, level, fields, _] = &cells[..] else {
            return None;
        };
        let what = ["event", "span"]
            .into_iter()
            .find(|word| what.contains(word))?;
        let (level, fields) = (level.trim(), fields.trim().replace(", ", " "));
        Some(format!("{what} {level} {fields}"))
    };
    section.lines().filter_map(row).collect()
}

#[tokio::test(start_paused = true)]
async fn spans_and_events_are_those_of_the_readme() {
    let missed = (0..3).map(|_| refused_for_now(503));
    let cut_over = then([refused_for_now(503)])
        .chain(still_level())
        .chain([stopped()])
        .chain(missed)
        .chain([task("TERMINATED")]);
    let exchanged = exchanging("TERMINATED", "EXCHANGE_SUCCESS");
    let rolled_back = exchanging("TERMINATED", "ROLLBACK_SUCCESS");
    let roll_back = Script::new([exchanged, stopped(), rolled_back]);
    let run = Box::pin(async {
        run_over(quick, cut_over).await.0.unwrap();
        let client = client(&roll_back);
        client.roll_back(TASK, WaitConfig::default()).await.unwrap();
    });
    let ((), log) = Log::of(run).await;
    assert_eq!(*log.declared.lock().unwrap(), documented());
}
