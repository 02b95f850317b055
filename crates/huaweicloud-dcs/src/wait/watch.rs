//! Looks again and again, under one limit: what all waits have in common.

use std::future::Future;
use std::time::Duration;

use huaweicloud_core::{Error, ErrorKind, Operation, Response, Result, clock};
use huaweicloud_dcs_api::TaskStatus;
use huaweicloud_dcs_api::types::MigrationTaskDetail;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::config::{Poll, Progress, WaitConfig};

/// What the look at the very end of a wait may take.
pub(crate) const LAST_LOOK: Duration = Duration::from_secs(5);

/// One wait. Dropping it leaves nothing behind.
pub(crate) struct Watch {
    config: WaitConfig,
    began: Instant,
    limit: Instant,
    /// When it began to stand still, if it does.
    resting_since: Option<Instant>,
    polls: u32,
    missed: Option<Error>,
}

impl Watch {
    pub(crate) fn begin(config: &WaitConfig) -> Self {
        Self {
            config: config.clone(),
            began: clock::instant(),
            limit: clock::after(config.timeout),
            resting_since: None,
            polls: 0,
            missed: None,
        }
    }

    /// Has its time stand still until it goes on.
    pub(crate) fn rest(&mut self) {
        self.resting_since = Some(clock::instant());
    }

    /// Goes on where it rested.
    pub(crate) fn go_on(&mut self) {
        if let Some(since) = self.resting_since.take() {
            let rest = clock::since(since);
            self.began += rest;
            self.limit += rest;
        }
    }

    /// Looks once: nothing if that failed for now or took too long, an error if it failed for good.
    pub(crate) async fn look<T>(
        &mut self,
        read: impl Future<Output = Result<Response<T>>>,
    ) -> Result<Option<Response<T>>> {
        self.polls += 1;
        match timeout_at(self.limit.max(clock::after(LAST_LOOK)), read).await {
            Ok(Ok(answer)) => Ok(Some(answer)),
            Ok(Err(error)) if error.is_retryable() => {
                error.warn("polling again");
                self.config.report(&Progress::PollFailed(&error));
                self.missed = Some(error);
                Ok(None)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Reports a task that was read.
    pub(crate) fn report(&self, task: &MigrationTaskDetail) {
        self.config.report(&Progress::Polled(Poll {
            task,
            elapsed: self.elapsed(),
            polls: self.polls,
        }));
    }

    /// Pauses before the next look; false if the time is up and there is none.
    pub(crate) async fn pause(&self) -> bool {
        if clock::instant() >= self.limit {
            return false;
        }
        let pause = jittered(self.config.interval, fastrand::f64());
        sleep_until(clock::after(pause).min(self.limit)).await;
        true
    }

    pub(crate) fn elapsed(&self) -> Duration {
        clock::since(self.began)
    }

    /// Why the last look that failed for now did.
    pub(crate) fn take_missed(&mut self) -> Option<Error> {
        self.missed.take()
    }
}

/// The pause by `fraction` in 0..=1: from nine to eleven tenths of the interval.
fn jittered(interval: Duration, fraction: f64) -> Duration {
    let factor = 0.2f64.mul_add(fraction, 0.9);
    Duration::try_from_secs_f64(interval.as_secs_f64() * factor).unwrap_or(interval)
}

/// What is known of a task, for the end of a sentence.
pub(crate) fn seen(task: Option<&MigrationTaskDetail>) -> String {
    let status = task.and_then(|task| task.status.as_ref());
    let status = status.map_or("unknown", TaskStatus::as_str);
    match task.and_then(exchange_of) {
        Some(exchange) => format!("its status is {status} and its task_status {exchange}"),
        None => format!("its status is {status}"),
    }
}

/// The task's `task_status`, which tells of an exchange of IP addresses, unless it is empty.
pub(crate) fn exchange_of(task: &MigrationTaskDetail) -> Option<&str> {
    task.task_status.as_deref().filter(|text| !text.is_empty())
}

/// The error of a wait that did not come to what it was for.
pub(crate) fn ended<T>(
    operation: &Operation,
    message: &str,
    last: Option<&Response<T>>,
    advice: &'static str,
    source: Option<Error>,
) -> Error {
    let error = Error::builder(ErrorKind::Wait)
        .operation(operation.id)
        .message(message)
        .request_id(last.and_then(Response::request_id))
        .attempts(last.map_or(1, Response::attempts))
        .advice(advice);
    match source {
        Some(source) => error.source(source).build(),
        None => error.build(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_stay_within_a_tenth_of_the_interval_and_never_overflow() {
        let interval = Duration::from_secs(10);
        let pause = |fraction| jittered(interval, fraction).as_millis();
        assert_eq!([0.0, 0.5, 1.0].map(pause), [9_000, 10_000, 11_000]);
        for _ in 0..1000 {
            assert!((9_000..=11_000).contains(&pause(fastrand::f64())));
        }
        assert_eq!(jittered(Duration::MAX, 1.0), Duration::MAX);
        assert_eq!(jittered(Duration::ZERO, 1.0), Duration::ZERO);
    }
}
