//! What the program does, on standard error: retries and failed polls always, more with `-v` and `-vv`.

use std::fmt::{self, Write as _};
use std::io;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Span, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::stderr::{talk, talk_of};
use crate::text::one_line;

/// The library's crates.
const LIBRARY: &str = "huaweicloud";
const OWN: &str = "dcsctl";

/// Starts it: its warnings, with one `-v` the calls, with two all that every crate has to say.
pub(crate) fn start(verbosity: u8) {
    let registry = tracing_subscriber::registry();
    // The only failure is that there is one already.
    let _ = match verbosity {
        0 => {
            let filter = Targets::new()
                .with_target(LIBRARY, Level::WARN)
                .with_target(OWN, Level::INFO);
            registry.with(filter).with(Warnings).try_init()
        }
        1 => {
            let filter = Targets::new().with_target(LIBRARY, Level::DEBUG);
            registry.with(filter).with(lines()).try_init()
        }
        _ => {
            let filter = Targets::new().with_default(LevelFilter::TRACE);
            registry.with(filter).with(lines()).try_init()
        }
    };
}

/// A call is a span, and what came of it is known when it ends.
fn lines<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_subscriber::fmt::layer()
        .with_writer(|| Talk)
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
}

/// Writes each line as everything else that is said.
struct Talk;

impl io::Write for Talk {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        talk(String::from_utf8_lossy(line).trim_end());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The span of what is done for a task, so that warnings name it.
pub(crate) fn of_task(task_ids: &[String]) -> Span {
    match task_ids {
        [task_id] => tracing::info_span!(target: "dcsctl", "task", task_id),
        _ => Span::none(),
    }
}

/// Says the message of an event, and of which task it is, without all else that is known of it.
struct Warnings;

impl<S> Layer<S> for Warnings
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut task = Text::of("task_id");
            attributes.record(&mut task);
            span.extensions_mut().insert(task);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut message = Text::of("message");
        event.record(&mut message);
        let span = context.event_span(event);
        let task = span.and_then(|span| {
            span.scope().find_map(|span| {
                span.extensions()
                    .get::<Text>()
                    .map(|task| task.text.clone())
            })
        });
        talk_of(task.as_deref(), &one_line(&message.text));
    }
}

/// What a field holds, as it is displayed.
struct Text {
    field: &'static str,
    text: String,
}

impl Text {
    fn of(field: &'static str) -> Self {
        let text = String::new();
        Self { field, text }
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == self.field {
            // Text takes all that is written to it.
            let _ = write!(self.text, "{value:?}");
        }
    }
}
