//! One call: attempts under one deadline, and the decision whether there is another.

use std::time::Duration;

use tokio::time::sleep_until;

use super::attempt::{self, Attempt, Call, Signed};
use super::client::Client;
use super::diagnosis;
use super::log;
use super::outcome::{End, Outcome, Reason};
use super::renewal;
use super::retry::retry_after;
use crate::clock;
use crate::error::Result;
use crate::transport::SendCause;

/// Tries until there is an answer to keep, attempts run out, or the deadline leaves no time for another. It is an error
/// already where whoever hears of repeats ended it.
pub(crate) async fn run(call: Call<'_>) -> Result<Outcome> {
    let Call {
        client, operation, ..
    } = call;
    let shared = &*client.shared;
    let mut deadline = client.deadline();
    let connecting = time_to_connect(&call);
    let mut attempts = 0;
    let mut may_have_acted = false;
    let mut previous = None;
    let mut clock_corrected = false;
    let mut may_renew = true;
    let mut renewed = None;
    loop {
        attempts += 1;
        // What changes something may take long to be answered, and what was silent is not repeated: only the deadline of
        // the call ends it.
        let limit = if operation.changes {
            deadline
        } else {
            deadline.min(clock::after(shared.limits.read_attempt))
        };
        let Attempt { end, signed } =
            attempt::make(&call, renewed.take(), limit, deadline, connecting).await;
        may_have_acted |= operation.changes && end.may_have_acted();

        let mut pause = pause_before_repeat(&call, &end, attempts);
        let mut is_put_right = false;
        if is_cured(client, &end, signed, !clock_corrected) {
            (clock_corrected, is_put_right) = (true, true);
            pause = Some(Duration::ZERO);
        }
        let mut no_credentials = None;
        if may_renew
            && let End::Answered(answer) = &end
            && renewal::is_asked_for(client.target.service, answer)
        {
            may_renew = false;
            let may_repeat = attempts < shared.retry.max_attempts();
            match Box::pin(renewal::renew(client, answer, may_repeat, deadline)).await {
                Some(Ok(credentials)) => {
                    (renewed, is_put_right) = (Some(credentials), true);
                    pause = Some(Duration::ZERO);
                }
                Some(Err(missing)) => no_credentials = Some(End::NoCredentials(missing)),
                None => {}
            }
        }
        let left = deadline
            .saturating_duration_since(clock::instant())
            .saturating_sub(connecting);
        let pause = pause.filter(|pause| attempts < shared.retry.max_attempts() && *pause < left);
        let outcome = Outcome {
            end,
            attempts,
            may_have_acted,
            previous,
        };
        let Some(pause) = pause else {
            let Some(end) = no_credentials else {
                return Ok(outcome);
            };
            return Ok(Outcome {
                end,
                attempts,
                may_have_acted,
                previous: Some(diagnosis::error(client, operation, outcome, None)),
            });
        };
        // Before anybody is told, who may hold the call up: that would take the time of the next attempt.
        let due = clock::after(pause);
        let error = diagnosis::error(client, operation, outcome, None);
        log::retry(operation, call.url.path(), &error, pause);
        let repeats = client.options.repeats();
        if let Some(repeats) = repeats {
            repeats.failed(&error, (!is_put_right).then_some(pause));
        }
        sleep_until(due).await;
        let repeats = repeats.filter(|_| !is_put_right);
        if let Some(may_repeat) = repeats.and_then(|repeats| repeats.may_repeat()) {
            if !may_repeat.await {
                return Err(error);
            }
            // Only where it was asked: else an attempt could go out long after its call was to be over.
            deadline += clock::since(due);
        }
        previous = Some(error);
    }
}

/// The time that must be left for an attempt to begin. Were the limit to pass while it connects, nobody could say whether
/// it was sent.
fn time_to_connect(call: &Call<'_>) -> Duration {
    if call.operation.is_read() {
        Duration::ZERO
    } else {
        call.client.shared.limits.connect
    }
}

/// Whether a refused signature was dated by a clock that was off and is corrected now. If not, the key was refused.
fn is_cured(client: &Client, end: &End, signed: Option<Signed>, may_correct: bool) -> bool {
    let (End::Answered(answer), Some(signed)) = (end, signed) else {
        return false;
    };
    let is_cured = may_correct && client.shared.skew.learn(answer, &signed.times);
    if !is_cured {
        signed.place.refused(answer.code(), answer.request_id());
    }
    is_cured
}

/// The pause before the call may be repeated, or nothing where it may not be: the one place that decides it.
fn pause_before_repeat(call: &Call<'_>, end: &End, attempts: u32) -> Option<Duration> {
    let shared = &call.client.shared;
    let repeats_ambiguous = call.operation.is_repeatable();
    let backoff = || shared.retry.backoff(attempts, fastrand::f64());
    match end {
        End::Failed(failure) => match failure.reason {
            Reason::Send(SendCause::Connect) => Some(backoff()),
            Reason::Send(SendCause::Broken) | Reason::TimedOut if repeats_ambiguous => {
                Some(backoff())
            }
            _ => None,
        },
        End::Answered(answer) if answer.is_repeatable(repeats_ambiguous) => {
            let now = shared.skew.correct(shared.clock.now());
            Some(backoff().max(retry_after(&answer.headers, now)))
        }
        End::Answered(_) | End::NoCredentials(_) | End::Held(_) => None,
    }
}
