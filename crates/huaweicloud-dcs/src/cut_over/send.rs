//! Sends the stop or the exchange, and reads the task before each retry.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::{Error, Response, Result, RetryHook};
use tokio::sync::Mutex;
use tracing::{Instrument as _, Span};

use super::options::CutOver;
use super::report::Record;
use super::way::{Found, Standing};

/// The hook of a call: reports each attempt, and decides on each retry.
struct Attempts {
    cut_over: CutOver,
    /// The hook of the client, which is called as well.
    others: Option<Arc<dyn RetryHook>>,
    /// The span of the run: the call has one of its own.
    span: Span,
    state: Mutex<State>,
}

struct State {
    record: Record,
    /// How long the run has waited for the lag.
    waited: Duration,
    /// How many attempts were reported.
    reported: u32,
    /// What prevented a retry.
    stopped_by: Option<Result<Found>>,
}

impl RetryHook for Attempts {
    fn failed(&self, error: &Error, backoff: Option<Duration>) {
        // A retry without backoff belongs to the same step. Nobody else holds the state meanwhile.
        if backoff.is_some()
            && let Ok(mut state) = self.state.try_lock()
        {
            let attempts = error.attempts().saturating_sub(state.reported);
            state.record.sent(Err(error), attempts);
            state.reported = error.attempts();
        }
        if let Some(others) = &self.others {
            others.failed(error, backoff);
        }
    }

    fn may_retry(&self) -> Option<Pin<Box<dyn Future<Output = bool> + Send + '_>>> {
        let span = tracing::debug_span!(
            target: "huaweicloud",
            parent: self.span.id(),
            "check",
            task_id = self.cut_over.task_id
        );
        let check = async {
            let state = &mut *self.state.lock().await;
            let found = self.cut_over.check_again(state).await;
            let may_retry = matches!(found, Ok((Standing::Ready, _)));
            if may_retry {
                state.record.sending();
            } else {
                state.stopped_by = Some(found);
            }
            may_retry
        };
        Some(Box::pin(check.instrument(span)))
    }
}

impl CutOver {
    /// Sends the request with retries. Returns its result, what prevented a retry, and the record.
    pub(crate) async fn send(
        &self,
        record: Record,
        waited: Duration,
    ) -> (Result<Response<()>>, Option<Result<Found>>, Record) {
        record.sending();
        let options = self.client.options().clone();
        let attempts = Arc::new(Attempts {
            cut_over: self.clone(),
            others: options.retry_hook().cloned(),
            span: Span::current(),
            state: Mutex::new(State {
                record,
                waited,
                reported: 0,
                stopped_by: None,
            }),
        });
        let options = options.with_retry_hook(attempts.clone());
        let client = self.client.with_options(options);
        let result = self.way.send(&client, &self.task_id).await;
        let mut state = attempts.state.lock().await;
        let stopped_by = state.stopped_by.take();
        if stopped_by.is_none() {
            let made = match &result {
                Ok(response) => response.attempts(),
                Err(error) => error.attempts(),
            };
            let attempts = made.saturating_sub(state.reported);
            state.record.sent(result.as_ref(), attempts);
        }
        (result, stopped_by, state.record.clone())
    }

    /// Reads the task and the lag before a retry. If the lag has grown, waits for it.
    async fn check_again(&self, state: &mut State) -> Result<Found> {
        let found = self.read().await?;
        if found.0 != Standing::Ready || self.is_still_level().await {
            return Ok(found);
        }
        self.wait_for_lag(&mut state.waited, &mut state.record)
            .await
    }
}
