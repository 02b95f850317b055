//! Logs to standard error: retries and failed polls always, more with `-v` and `-vv`.

use std::fmt::{self, Write as _};
use std::io;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Span, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::stderr::{talk, talk_of};
use crate::text::one_line;

/// The prefix of the library's targets.
const LIBRARY: &str = "huaweicloud";
const OWN: &str = "dcsctl";

/// Starts logging: warnings of the library, with `-v` its calls, with `-vv` everything of every crate.
pub(crate) fn start(verbosity: u8) {
    let registry = tracing_subscriber::registry();
    // Fails only if a subscriber is set already.
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

/// Each call ends with one event, whose span has the fields.
fn lines<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_subscriber::fmt::layer()
        .with_writer(|| Talk)
        .with_ansi(false)
}

/// Writes log lines like all other messages.
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

/// The span around the call for a task, so that warnings name the task.
pub(crate) fn of_task(task_ids: &[String]) -> Span {
    match task_ids {
        [task_id] => tracing::info_span!(target: "dcsctl", "task", task_id),
        _ => Span::none(),
    }
}

/// Writes the task ID, the error and the message of an event, without the other fields.
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
        let [mut error, mut message] = ["error", "message"].map(Text::of);
        event.record(&mut error);
        event.record(&mut message);
        let text = match error.text.as_str() {
            "" => message.text,
            error => format!("{error}: {}", message.text),
        };
        let span = context.event_span(event);
        let task = span.and_then(|span| {
            span.scope().find_map(|span| {
                span.extensions()
                    .get::<Text>()
                    .map(|task| task.text.clone())
            })
        });
        talk_of(task.as_deref(), &one_line(&text));
    }
}

/// The text of one field.
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
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{value:?}");
        }
    }
}
