//! Polls under one timeout: what all waits share.

use std::future::Future;
use std::time::Duration;

use huaweicloud_core::{Error, ErrorKind, Operation, Response, Result, clock};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::config::{Poll, Progress, WaitConfig};

/// Time for the last poll of a wait, and for optional reads of a run.
pub(crate) const LAST_POLL: Duration = Duration::from_secs(5);

/// The polls of one wait.
pub(crate) struct Polls {
    config: WaitConfig,
    /// The task that is polled, for the log.
    pub(crate) task_id: Option<String>,
    /// The job that is polled, for the log.
    pub(crate) job_id: Option<String>,
    /// How long the wait had lasted before these polls.
    before: Duration,
    began: Instant,
    deadline: Instant,
    /// Whether a failure of the first poll ends the wait, as if the time were up. Default false.
    pub(crate) gives_up: bool,
    /// When the next poll is due; `None` once the time is up.
    next: Option<Instant>,
    count: u32,
    /// The error of the last poll that failed.
    pub(crate) failed: Option<Error>,
}

/// How polls ended.
pub(crate) enum Polled<T, E> {
    /// A response showed the end of the wait.
    Ended(E, Response<T>),
    /// The time was up: the last response, and the error of the last poll that failed.
    TimedOut(Option<Response<T>>, Option<Error>),
}

impl Polls {
    /// Begins the polls of a wait that has lasted for some time.
    pub(crate) fn begin(config: &WaitConfig, before: Duration) -> Self {
        Self {
            config: config.clone(),
            task_id: None,
            job_id: None,
            before,
            began: clock::instant(),
            deadline: clock::after(config.timeout.saturating_sub(before)),
            gives_up: false,
            next: None,
            count: 0,
            failed: None,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.before.saturating_add(clock::since(self.began))
    }

    /// Polls once: `None` if that failed with an error that may pass.
    pub(crate) async fn poll<T>(
        &mut self,
        operation: &Operation,
        read: impl Future<Output = Result<Response<T>>>,
    ) -> Result<Option<Response<T>>> {
        self.count += 1;
        let deadline = self.deadline.max(clock::after(LAST_POLL));
        let result = timeout_at(deadline, read).await;
        let now = clock::instant();
        let interval = jittered(self.config.interval, fastrand::f64());
        self.next = (now < self.deadline).then(|| clock::after(interval).min(self.deadline));
        let error = match result {
            Ok(Ok(response)) => {
                tracing::debug!(
                    target: "huaweicloud",
                    operation = operation.id,
                    task_id = self.task_id,
                    job_id = self.job_id,
                    request_id = response.request_id(),
                    status = response.status(),
                    "polled"
                );
                return Ok(Some(response));
            }
            Ok(Err(error)) if !error.is_retryable() => return Err(error),
            Ok(Err(error)) => error,
            Err(_) => Error::builder(ErrorKind::Timeout)
                .operation(operation.id)
                .message("the poll took longer than the wait")
                .attempts(1)
                .build(),
        };
        self.next = self.next.filter(|_| !self.gives_up || self.count > 1);
        let next = match self.next_in() {
            Some(next) => format!("polling again in {next:.1?}"),
            None => "this was the last poll".to_owned(),
        };
        tracing::warn!(
            target: "huaweicloud",
            operation = operation.id,
            task_id = self.task_id,
            job_id = self.job_id,
            request_id = error.request_id(),
            status = error.status(),
            kind = error.kind().as_str(),
            error = %error.summary(),
            "{next}"
        );
        self.failed = Some(error);
        Ok(None)
    }

    fn next_in(&self) -> Option<Duration> {
        let next = self.next?;
        Some(next.saturating_duration_since(clock::instant()))
    }

    /// Waits until the next poll is due; false if there is none.
    pub(crate) async fn wait(&self) -> bool {
        if let Some(next) = self.next {
            sleep_until(next).await;
        }
        self.next.is_some()
    }

    /// Polls until `judge` says how the wait ends, or its time is up. `judge` gets each response and the number of its
    /// poll.
    pub(crate) async fn run<T, E, F: Future<Output = Result<Response<T>>>>(
        mut self,
        operation: &Operation,
        read: impl Fn() -> F,
        progress: for<'a> fn(&'a T, Poll) -> Progress<'a>,
        mut judge: impl FnMut(&T, u32) -> Option<E>,
    ) -> Result<Polled<T, E>> {
        let mut last = None;
        loop {
            let response = self.poll(operation, Box::pin(read())).await?;
            let end = response
                .as_ref()
                .and_then(|response| judge(response.body(), self.count));
            self.next = self.next.filter(|_| end.is_none());
            let poll = Poll {
                polls: self.count,
                elapsed: self.elapsed(),
                next_in: self.next_in(),
            };
            match (&response, &self.failed) {
                (Some(response), _) => self.config.report(&progress(response.body(), poll)),
                (None, Some(error)) => self.config.report(&Progress::PollFailed(error, poll)),
                (None, None) => {}
            }
            match (end, response) {
                (Some(end), Some(response)) => return Ok(Polled::Ended(end, response)),
                (_, response) => last = response.or(last),
            }
            if !self.wait().await {
                return Ok(Polled::TimedOut(last, self.failed));
            }
        }
    }
}

/// The interval, changed by `fraction` in 0..=1: from nine to eleven tenths of it.
fn jittered(interval: Duration, fraction: f64) -> Duration {
    let factor = 0.2f64.mul_add(fraction, 0.9);
    Duration::try_from_secs_f64(interval.as_secs_f64() * factor).unwrap_or(interval)
}

/// The error of a wait that failed or timed out.
pub(crate) fn wait_error<T>(
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
    fn interval_varies_by_a_tenth_and_never_overflows() {
        let interval = Duration::from_secs(10);
        let vary = |fraction| jittered(interval, fraction).as_millis();
        assert_eq!([0.0, 0.5, 1.0].map(vary), [9_000, 10_000, 11_000]);
        for _ in 0..1000 {
            assert!((9_000..=11_000).contains(&vary(fastrand::f64())));
        }
        assert_eq!(jittered(Duration::MAX, 1.0), Duration::MAX);
        assert_eq!(jittered(Duration::ZERO, 1.0), Duration::ZERO);
    }
}
