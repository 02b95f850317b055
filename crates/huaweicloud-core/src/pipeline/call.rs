//! One call: attempts under one deadline, and the decision whether there is another.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::attempt::{self, Call, End};
use super::client::Client;
use super::log;
use super::response::RawResponse;
use super::retry::retry_after;
use crate::auth::Credentials;
use crate::clock;
use crate::error::{Error, Result};
use crate::types::Operation;

/// The attempts of a call so far.
pub(crate) struct Attempts<'a> {
    client: &'a Client,
    operation: &'static Operation,
    pub(crate) count: u32,
    /// Some attempt may have reached the service, and no response proved that it did not act.
    may_have_acted: bool,
    /// The attempts before the last one that got a response, the latest first.
    previous: Option<Error>,
}

/// Makes attempts until a response must be kept, the attempts run out, or the deadline leaves no time for another.
///
/// # Errors
///
/// The last attempt got no response, or [`RetryHook`](super::RetryHook) ended the call.
pub(crate) async fn run(call: Call<'_>) -> Result<(RawResponse, Attempts<'_>)> {
    let Call {
        client, operation, ..
    } = call;
    let shared = &*client.shared;
    let mut deadline = client.deadline();
    let mut attempts = Attempts {
        client,
        operation,
        count: 0,
        may_have_acted: false,
        previous: None,
    };
    let mut may_correct_clock = true;
    let mut may_renew = true;
    let mut renewed = None;
    loop {
        attempts.count += 1;
        // A change may be slow, and is not retried after silence: only the deadline ends it.
        let limit = if operation.changes {
            deadline
        } else {
            deadline.min(clock::after(shared.limits.read_attempt))
        };
        let end = attempt::make(&call, renewed.take(), limit, deadline, may_correct_clock).await;
        attempts.may_have_acted |= operation.changes && may_have_acted(&end);

        let may_retry = attempts.count < shared.retry.max_attempts();
        let mut is_cured = matches!(&end, Ok(response) if response.clock_corrected);
        may_correct_clock &= !is_cured;
        let mut no_credentials = None;
        if may_renew
            && let Ok(response) = &end
            && let Some(refused) = response.refused_credentials(client.target.service)
        {
            may_renew = false;
            match Box::pin(renew(client, refused, may_retry, deadline)).await {
                Some(Ok(credentials)) => (renewed, is_cured) = (Some(credentials), true),
                Some(Err(error)) => no_credentials = Some(error),
                None => {}
            }
        }
        let backoff = if is_cured {
            Some(Duration::ZERO)
        } else {
            backoff(&call, &end, attempts.count)
        };
        let left = deadline
            .saturating_duration_since(clock::instant())
            .saturating_sub(call.time_to_connect());
        let Some(backoff) = backoff.filter(|backoff| may_retry && *backoff < left) else {
            return match (end, no_credentials) {
                (Ok(response), None) => Ok((response, attempts)),
                (end, None) => Err(attempts.error_of(end)),
                (end, Some(error)) => {
                    attempts.previous = Some(attempts.error_of(end));
                    Err(attempts.error(error))
                }
            };
        };
        // Set before the hook is called: its time must not delay the next attempt.
        let due = clock::after(backoff);
        let error = attempts.error_of(end);
        log::retry(operation, call.url.path(), &error, backoff);
        let hook = client.options.retry_hook();
        if let Some(hook) = hook {
            hook.failed(&error, (!is_cured).then_some(backoff));
        }
        sleep_until(due).await;
        let hook = hook.filter(|_| !is_cured);
        if let Some(decision) = hook.and_then(|hook| hook.may_retry()) {
            if !decision.await {
                return Err(error);
            }
            // Only for the hook: any other delay counts towards the deadline.
            deadline += clock::since(due);
        }
        attempts.previous = Some(error);
    }
}

fn may_have_acted(end: &End) -> bool {
    match end {
        Ok(response) => !response.is_refusal(),
        Err(failure) => failure.error.may_have_been_applied(),
    }
}

/// The backoff before the next attempt; nothing if a retry might act twice or cannot help. Only this decides on retries.
fn backoff(call: &Call<'_>, end: &End, attempt: u32) -> Option<Duration> {
    let shared = &call.client.shared;
    let at_least = match end {
        Ok(response) if response.is_retryable(call.operation.is_repeatable()) => {
            let now = shared.skew.correct(shared.clock.now());
            retry_after(&response.headers, now)
        }
        Err(failure) if failure.may_retry => Duration::ZERO,
        _ => return None,
    };
    Some(shared.retry.backoff(attempt, fastrand::f64()).max(at_least))
}

/// Reports refused credentials to their source. If a retry is possible, asks for others: nothing if they are the same,
/// since failures in a row lock an account.
async fn renew(
    client: &Client,
    refused: &Arc<Credentials>,
    may_retry: bool,
    deadline: Instant,
) -> Option<Result<Arc<Credentials>>> {
    if !client.source.refused(refused) || !may_retry {
        return None;
    }
    match client.source.resolve(deadline).await {
        Ok(fresh) if fresh == *refused => None,
        resolved => Some(resolved),
    }
}

impl Attempts<'_> {
    /// The error of a call whose last attempt ended like this.
    pub(crate) fn error_of(&mut self, end: End) -> Error {
        let (service, repeatable) = (self.client.target.service, self.operation.is_repeatable());
        let last = match end {
            Ok(response) => response.into_error(service, repeatable),
            Err(failure) => {
                self.count -= u32::from(!failure.is_attempt);
                failure.error
            }
        };
        self.error(last)
    }

    /// The error of a call that this one ended.
    fn error(&mut self, mut last: Error) -> Error {
        let service = self.client.target.service;
        let facts = &mut *last.0;
        facts.service.get_or_insert(service);
        facts.operation = Some(self.operation.id);
        facts.attempts = self.count;
        if self.may_have_acted {
            facts.unsent = false;
            facts.advice = match (service.look_first)(self.operation) {
                "" => "it may have been applied: read what it changes before you retry",
                advice => advice,
            };
        }
        last.into_builder()
            .may_have_been_applied(self.may_have_acted)
            .previous(self.previous.take())
            .build()
    }
}
