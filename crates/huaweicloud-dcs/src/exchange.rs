//! One call: attempts under one limit, and the decision whether there is another.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use huaweicloud_dcs_api::{Exchange, Operation, Repeat};
use reqwest::{Request, ResponseBuilderExt, Url};
use tokio::time::{Instant, sleep};

use crate::attempt::{self, Attempt, Signed};
use crate::client::OnRetry;
use crate::clock;
use crate::credentials::Credentials;
use crate::diagnosis;
use crate::free_text;
use crate::inner::Inner;
use crate::outcome::{BodyEnd, End, Outcome, Reason};
use crate::renewal;
use crate::retry::retry_after;
use crate::service::Service;

/// How much of a call is made at once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Extent {
    /// As many attempts as it takes.
    Whole,
    /// One attempt, after so many others, and with what follows it at once: a clock put right, another token. What is
    /// to be repeated after a pause is the caller's to repeat; the error says after which.
    OneAttempt { earlier: u32, limit: Instant },
}

/// The state of one call. The generated client hands its request to it; what came of that stays here.
pub(crate) struct CallState {
    pub(crate) client: Arc<Inner>,
    pub(crate) service: Arc<Service>,
    /// What is sent in place of the client's own.
    pub(crate) credentials: Option<Arc<Credentials>>,
    /// When the call is over, whatever happens.
    pub(crate) limit: Instant,
    extent: Extent,
    on_retry: Option<Arc<OnRetry>>,
    outcome: Mutex<Option<Outcome>>,
}

impl CallState {
    pub(crate) fn new(client: &Arc<Inner>, service: &Arc<Service>, limit: Instant) -> Self {
        Self {
            client: Arc::clone(client),
            service: Arc::clone(service),
            credentials: None,
            limit,
            extent: Extent::Whole,
            on_retry: None,
            outcome: Mutex::new(None),
        }
    }

    /// Makes this much of the call.
    pub(crate) fn with_extent(mut self, extent: Extent) -> Self {
        self.extent = extent;
        self
    }

    /// Reports each attempt that is repeated.
    pub(crate) fn with_on_retry(mut self, on_retry: Option<Arc<OnRetry>>) -> Self {
        self.on_retry = on_retry;
        self
    }

    /// Sends these credentials in place of the client's own.
    pub(crate) fn with_credentials(mut self, credentials: &Arc<Credentials>) -> Self {
        self.credentials = Some(Arc::clone(credentials));
        self
    }

    /// Takes what came of the call: nothing if the generated client refused to make a request.
    pub(crate) fn take_outcome(&self) -> Option<Outcome> {
        self.outcome
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl fmt::Debug for CallState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallState")
            .field("client", &self.client)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

impl Exchange for CallState {
    fn exchange<'a>(
        &'a self,
        request: Request,
        operation: &'static Operation,
    ) -> Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>> {
        Box::pin(async move {
            let url = request.url().clone();
            let outcome = run(self, request, operation).await;
            let response = for_decoding(url, &outcome.end, operation);
            *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            Ok(response)
        })
    }
}

/// What the generated client decodes: status and body, whose free text holds no secret. Where no answer came, or not a
/// whole one, it is given one that it decodes nothing of.
fn for_decoding(url: Url, end: &End, operation: &Operation) -> reqwest::Response {
    let (status, body) = match end {
        End::Answered(answer) if matches!(answer.body_end, BodyEnd::Complete) => (
            answer.status,
            free_text::redact(&answer.body, operation.free_text(), &answer.redactor),
        ),
        End::Answered(answer) => (answer.status, bytes::Bytes::new()),
        End::Failed(_) | End::NoToken(_) | End::Held(_) => {
            (StatusCode::NOT_EXTENDED, bytes::Bytes::new())
        }
    };
    // The URL is set because reqwest parses a made-up one otherwise. Only a bad URL makes the builder fail.
    let mut response = http::Response::builder()
        .url(url)
        .body(body)
        .unwrap_or_default();
    *response.status_mut() = status;
    response.into()
}

/// Whether an ambiguous attempt may be repeated: where a second call does no harm, or changes nothing.
fn repeat_of(operation: &Operation) -> Repeat {
    if operation.changes() {
        operation.repeat()
    } else {
        Repeat::Safe
    }
}

/// Tries until there is an answer to keep, attempts run out, or the limit leaves no time for another.
async fn run(state: &CallState, request: Request, operation: &'static Operation) -> Outcome {
    let (client, limit) = (&*state.client, state.limit);
    let changes = operation.changes();
    let repeat = repeat_of(operation);
    let mut attempts = match state.extent {
        Extent::Whole => 0,
        Extent::OneAttempt { earlier, .. } => earlier,
    };
    let connecting = time_to_connect(client, operation);
    let mut may_have_acted = false;
    let mut previous = None;
    let mut clock_corrected = false;
    let mut may_renew = true;
    let mut renewed = None;
    loop {
        attempts += 1;
        // A stop may take long to be answered, and what was silent is not repeated: only the call's own limit ends it.
        let attempt_limit = if changes {
            limit
        } else {
            limit.min(clock::after(client.limits.read_attempt))
        };
        let Attempt { end, signed } = match request.try_clone() {
            Some(copy) => {
                let credentials = renewed.take().or_else(|| state.credentials.clone());
                attempt::make(
                    state,
                    operation,
                    copy,
                    credentials,
                    attempt_limit,
                    connecting,
                )
                .await
            }
            None => Attempt::unsendable("its body is a stream"),
        };
        may_have_acted |= changes && end.may_have_acted();

        let mut pause = pause_before_repeat(client, &end, repeat, attempts);
        let mut is_put_right = false;
        if is_cured(client, &end, signed, !clock_corrected) {
            (clock_corrected, is_put_right) = (true, true);
            pause = Some(Duration::ZERO);
        }
        let mut no_credentials = None;
        if may_renew
            && let End::Answered(answer) = &end
            && renewal::is_asked_for(answer)
        {
            may_renew = false;
            let may_repeat = attempts < client.retry.max_attempts();
            match Box::pin(renewal::renew(state, answer, may_repeat, limit)).await {
                Some(Ok(credentials)) => {
                    (renewed, is_put_right) = (Some(credentials), true);
                    pause = Some(Duration::ZERO);
                }
                Some(Err(failure)) => no_credentials = Some(failure),
                None => {}
            }
        }
        let left = limit
            .saturating_duration_since(clock::instant())
            .saturating_sub(connecting);
        let pause = pause.filter(|pause| attempts < client.retry.max_attempts() && *pause < left);
        let goes_on = is_put_right || matches!(state.extent, Extent::Whole);
        let outcome = Outcome {
            end,
            repeat,
            attempts,
            may_have_acted,
            previous,
            repeat_after: pause,
        };
        if let Some(pause) = pause.filter(|_| goes_on) {
            let error = diagnosis::error(operation, outcome, None);
            error.warn(&retrying(pause));
            if let Some(report) = &state.on_retry {
                report(&error, pause);
            }
            previous = Some(error);
            sleep(pause).await;
        } else if let Some(end) = no_credentials {
            return Outcome {
                end,
                repeat,
                attempts,
                may_have_acted,
                previous: Some(diagnosis::error(operation, outcome, None)),
                repeat_after: None,
            };
        } else {
            return outcome;
        }
    }
}

/// What comes after a pause, in words.
pub(crate) fn retrying(pause: Duration) -> String {
    if pause.is_zero() {
        "retrying at once".to_owned()
    } else {
        format!("retrying in {pause:.1?}")
    }
}

/// The time that must be left for an attempt to begin. Were the limit to pass while it connects, nobody could say whether
/// it was sent.
fn time_to_connect(client: &Inner, operation: &Operation) -> Duration {
    if operation.is_read() {
        Duration::ZERO
    } else {
        client.limits.connect
    }
}

/// Whether a refused signature was dated by a clock that was off and is corrected now. If not, the key was refused.
fn is_cured(client: &Inner, end: &End, signed: Option<Signed>, may_correct: bool) -> bool {
    let (End::Answered(answer), Some(signed)) = (end, signed) else {
        return false;
    };
    let is_cured = may_correct && client.skew.learn(answer, &signed);
    if !is_cured {
        signed.place.refused(answer);
    }
    is_cured
}

/// The pause before the call may be repeated, or nothing where it may not be: the one place that decides it.
fn pause_before_repeat(
    client: &Inner,
    end: &End,
    repeat: Repeat,
    attempts: u32,
) -> Option<Duration> {
    let backoff = || client.retry.backoff(attempts, fastrand::f64());
    match end {
        End::Failed(failure) => match failure.reason {
            Reason::Connect => Some(backoff()),
            Reason::Broken | Reason::TimedOut if repeat == Repeat::Safe => Some(backoff()),
            _ => None,
        },
        End::Answered(answer) if answer.is_repeatable(repeat) => {
            let now = client.skew.correct(client.clock.now());
            Some(backoff().max(retry_after(&answer.headers, now)))
        }
        End::Answered(_) | End::NoToken(_) | End::Held(_) => None,
    }
}
