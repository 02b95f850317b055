//! Logs a call: its span, its retries and its end. The README's table documents all names.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use crate::error::{Error, Result};
use crate::types::{Operation, Response};

/// The target of all spans and events.
const TARGET: &str = "huaweicloud";

/// The span of a call with this path. It costs next to nothing if no subscriber wants it.
pub(crate) fn span(operation: &Operation, path: &str) -> Span {
    tracing::info_span!(
        target: TARGET,
        "call",
        operation = operation.id,
        method = operation.method,
        task_id = task_id(operation, path),
        status = Empty,
        attempts = Empty,
        request_id = Empty,
        kind = Empty,
        may_have_been_applied = Empty,
    )
}

/// Records how a call ended.
pub(crate) fn ended<T>(span: &Span, operation: &Operation, result: &Result<Response<T>>) {
    if span.is_disabled() {
        return;
    }
    let failure = result.as_ref().err();
    let is_unknown = failure.is_some_and(Error::may_have_been_applied);
    let (status, attempts, request_id) = match result {
        Ok(response) => (
            Some(response.status()),
            response.attempts(),
            response.request_id(),
        ),
        Err(error) => (error.status(), error.attempts(), error.request_id()),
    };
    span.record("status", status);
    span.record("attempts", attempts);
    span.record("request_id", request_id);
    span.record("kind", failure.map(|error| error.kind().as_str()));
    span.record(
        "may_have_been_applied",
        failure.map(Error::may_have_been_applied),
    );
    span.in_scope(|| match (operation.changes, failure.map(Error::summary)) {
        (true, Some(failure)) if is_unknown => tracing::warn!(target: TARGET, "failed: {failure}"),
        (true, None) => tracing::info!(target: TARGET, "succeeded"),
        (true, Some(failure)) => tracing::info!(target: TARGET, "failed: {failure}"),
        (false, None) => tracing::debug!(target: TARGET, "succeeded"),
        (false, Some(failure)) => tracing::debug!(target: TARGET, "failed: {failure}"),
    });
}

/// Records that an attempt failed and another one follows. The event stands alone: a filter may drop the span.
pub(crate) fn retry(operation: &Operation, path: &str, error: &Error, backoff: Duration) {
    let next = if backoff.is_zero() {
        "retrying at once".to_owned()
    } else {
        format!("retrying in {backoff:.1?}")
    };
    tracing::warn!(
        target: TARGET,
        operation = operation.id,
        task_id = task_id(operation, path),
        attempt = error.attempts(),
        status = error.status(),
        code = error.code(),
        request_id = error.request_id(),
        kind = error.kind().as_str(),
        backoff_ms = u64::try_from(backoff.as_millis()).unwrap_or(u64::MAX),
        "{}: {next}",
        error.summary()
    );
}

/// The path parameter `task_id`, if the operation has one.
fn task_id<'a>(operation: &Operation, path: &'a str) -> Option<&'a str> {
    let mut segments = operation.path.split('/').zip(path.split('/'));
    let (_, task_id) = segments.find(|(template, _)| *template == "{task_id}")?;
    Some(task_id)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
    use tracing_subscriber::registry::{LookupSpan, Registry};

    use super::super::tests::{SERVICE, SHOW, STOP};
    use super::*;
    use crate::testing::{Script, Step};
    use crate::{Client, Credentials, CredentialsFuture, ProvideCredentials};

    const STOP_TASK: Operation = Operation {
        path: "/v2/{project_id}/tasks/{task_id}/stop",
        ..STOP
    };

    /// The fields of one span or event.
    #[derive(Clone, Debug)]
    struct Heard {
        /// Target, level, and `span` or `event`.
        key: [String; 3],
        declared: BTreeSet<&'static str>,
        values: BTreeMap<&'static str, String>,
    }

    impl Heard {
        fn new(metadata: &'static Metadata<'static>) -> Self {
            let what = if metadata.is_span() { "span" } else { "event" };
            let key = [metadata.target(), metadata.level().as_str(), what].map(str::to_owned);
            let names = metadata.fields().iter().map(|field| field.name());
            Self {
                key,
                declared: names.filter(|name| *name != "message").collect(),
                values: BTreeMap::new(),
            }
        }

        /// The values of these fields.
        fn get<const N: usize>(&self, names: [&str; N]) -> [&str; N] {
            names.map(|name| self.values.get(name).map_or("", String::as_str))
        }
    }

    impl Visit for Heard {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            let value = format!("{value:?}").trim_matches('"').to_owned();
            self.values.insert(field.name(), value);
        }
    }

    /// Collects spans when they close, and events.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<Heard>>>);

    impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
        fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
            let mut heard = Heard::new(attributes.metadata());
            attributes.record(&mut heard);
            context.span(id).unwrap().extensions_mut().insert(heard);
        }

        fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
            let span = context.span(id).unwrap();
            values.record(span.extensions_mut().get_mut::<Heard>().unwrap());
        }

        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            let mut heard = Heard::new(event.metadata());
            event.record(&mut heard);
            self.0.lock().unwrap().push(heard);
        }

        fn on_close(&self, id: Id, context: Context<'_, S>) {
            let heard = context.span(&id).unwrap().extensions().get().cloned();
            self.0.lock().unwrap().extend(heard);
        }
    }

    /// Gives another token each time.
    #[derive(Default)]
    struct Tokens(Mutex<u32>);

    impl ProvideCredentials for Tokens {
        fn provide_credentials(&self) -> CredentialsFuture<'_> {
            let mut given = self.0.lock().unwrap();
            *given += 1;
            let token = Credentials::token(format!("tokenInvented{given}"));
            Box::pin(async { Ok(token) })
        }
    }

    /// What one call leaves in a log.
    async fn heard(
        operation: &'static Operation,
        steps: impl IntoIterator<Item = Step>,
    ) -> Vec<Heard> {
        heard_of("t1", operation, steps).await
    }

    async fn heard_of(
        task_id: &str,
        operation: &'static Operation,
        steps: impl IntoIterator<Item = Step>,
    ) -> Vec<Heard> {
        let client = Client::builder(&SERVICE)
            .endpoint("https://api.example.com")
            .credentials_provider(Tokens::default())
            .transport(Arc::new(Script::new(steps)))
            .build()
            .unwrap();
        let log = Log::default();
        let dispatch = || tracing::Dispatch::new(Registry::default().with(log.clone()));
        // With one subscriber alone, tracing caches for all threads what the first thread at an event wanted.
        let (_second, first) = (dispatch(), dispatch());
        let listening = tracing::dispatcher::set_default(&first);
        let mut request = client.request(operation);
        if operation.path.contains("task_id") {
            request = request.path("project_id", "p1").path("task_id", task_id);
        }
        let _ = request.send::<()>().await;
        drop(listening);
        std::mem::take(&mut *log.0.lock().unwrap())
    }

    fn refused(status: u16, code: &str, request_id: &str) -> Step {
        let body = serde_json::json!({"error_code": code, "error_msg": "tokenInvented1"});
        Step::json(status, body).header("X-Request-Id", request_id)
    }

    #[tokio::test(start_paused = true)]
    async fn retries_are_warnings_that_keep_every_request_id() {
        let busy = |request_id| refused(503, "APIGW.0308", request_id);
        let heard = heard(&STOP_TASK, ["r-1", "r-2", "r-3"].map(busy)).await;
        let [first, second, end, call] = &heard[..] else {
            panic!("{heard:#?}")
        };
        for (retry, attempt, request_id) in [(first, "1", "r-1"), (second, "2", "r-2")] {
            assert_eq!(
                retry.get([
                    "operation",
                    "task_id",
                    "attempt",
                    "status",
                    "code",
                    "request_id"
                ]),
                ["StopServer", "t1", attempt, "503", "APIGW.0308", request_id]
            );
        }
        assert_eq!(end.key, ["huaweicloud", "INFO", "event"]);
        assert_eq!(
            call.get(["task_id", "attempts", "request_id", "may_have_been_applied"]),
            ["t1", "3", "r-3", "false"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn renewed_token_is_a_retry_without_backoff() {
        let refused = refused(401, "APIGW.0307", "r-1");
        let heard = heard(&STOP_TASK, [refused, Step::status(204)]).await;
        let [retry, end, call] = &heard[..] else {
            panic!("{heard:#?}")
        };
        assert_eq!(
            retry.get(["code", "kind", "backoff_ms"]),
            ["APIGW.0307", "service", "0"]
        );
        assert_eq!(end.get(["message"]), ["succeeded"]);
        assert_eq!(call.get(["status", "attempts", "kind"]), ["204", "2", ""]);
    }

    #[tokio::test(start_paused = true)]
    async fn lost_response_is_warning_and_may_have_been_applied() {
        let heard = heard(&STOP_TASK, [Step::lost()]).await;
        let [end, call] = &heard[..] else {
            panic!("{heard:#?}")
        };
        assert_eq!(end.key, ["huaweicloud", "WARN", "event"]);
        assert_eq!(
            call.get(["status", "attempts", "kind", "may_have_been_applied"]),
            ["", "1", "transport", "true"]
        );
    }

    #[tokio::test]
    async fn refused_argument_is_logged_without_its_value() {
        let heard = heard_of("task Invented", &STOP_TASK, []).await;
        let [end, call] = &heard[..] else {
            panic!("{heard:#?}")
        };
        assert_eq!(
            call.get(["task_id", "attempts", "kind"]),
            ["", "0", "config"]
        );
        assert!(
            !format!("{end:?} {call:?}").contains("Invented"),
            "{end:?} {call:?}"
        );
    }

    /// The rows of the README's table: what is logged, and the names of its fields.
    fn documented() -> BTreeSet<([String; 3], BTreeSet<&'static str>)> {
        let readme = include_str!("../../README.md");
        let (_, section) = readme.split_once("## Logging").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        let rows = section.lines().filter(|line| line.starts_with("| a"));
        rows.map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let names = |cell: &'static str| cell.split('`').skip(1).step_by(2);
            let what = if cells[1].starts_with("a span") {
                "span"
            } else {
                "event"
            };
            let [target, level] = [cells[2], cells[3]].map(|cell| names(cell).collect());
            ([target, level, what.to_owned()], names(cells[4]).collect())
        })
        .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn spans_and_events_are_those_of_the_readme() {
        let refused = refused(503, "APIGW.0308", "r-1");
        let mut all = heard(&STOP_TASK, [refused, Step::lost()]).await;
        all.extend(
            heard(
                &STOP_TASK,
                [Step::status(502).header("X-Request-Id", "r-2")],
            )
            .await,
        );
        all.extend(heard(&SHOW, [Step::status(204)]).await);
        all.extend(heard(&STOP_TASK, [Step::status(204)]).await);
        let mut recorded = BTreeMap::<_, BTreeSet<_>>::new();
        for Heard {
            key,
            declared: names,
            values,
        } in all
        {
            assert!(!format!("{values:?}").contains("nvented"), "{values:?}");
            let values = values.into_keys().filter(|name| *name != "message");
            recorded.entry((key, names)).or_default().extend(values);
        }
        assert_eq!(
            recorded.keys().cloned().collect::<BTreeSet<_>>(),
            documented()
        );
        for ((key, names), values) in recorded {
            assert_eq!(values, names, "{key:?}: a field is never recorded");
        }
    }
}
