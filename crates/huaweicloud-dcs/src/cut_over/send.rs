//! Sends the stop or the exchange: the task is looked at before the first attempt and between two of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use huaweicloud_core::{Error, Repeats, Response, Result, clock};
use huaweicloud_dcs_api::operations::SHOW_MIGRATION_TASK_STATS;
use tokio::time::Instant;

use super::level::{Level, TOO_LARGE};
use super::look::Looked;
use super::options::{CutOver, Way};
use super::record::Record;
use super::standing::Standing;
use crate::wait::watch::{LAST_LOOK, Watch, ended};

/// What became of the stop or the exchange.
pub(crate) enum Ending {
    /// It was sent, and this is its response or its error.
    Sent(Result<Response<()>>),
    /// The look before another attempt found that the task is no longer ready for one, or failed; the error is that of the
    /// attempt before.
    Kept(Box<Result<Looked>>, Error),
}

/// What a run knows while it sends.
struct Sending {
    record: Record,
    lag: Watch,
    /// How many attempts were told of.
    told: u32,
    /// What the look before another attempt said, where that kept the run from it.
    kept: Option<Result<Looked>>,
}

/// Tells of each attempt, and looks at the task before another one.
struct Attempts {
    cut_over: CutOver,
    /// What the client reports to besides.
    others: Option<Arc<dyn Repeats>>,
    /// Taken out while it is worked with.
    sending: Mutex<Option<Sending>>,
}

impl Attempts {
    fn take(&self) -> Option<Sending> {
        self.lock().take()
    }

    fn put(&self, sending: Sending) {
        *self.lock() = Some(sending);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Sending>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Repeats for Attempts {
    fn failed(&self, error: &Error, pause: Option<Duration>) {
        // What follows at once belongs to the same step.
        if pause.is_some()
            && let Some(mut sending) = self.take()
        {
            let attempts = error.attempts().saturating_sub(sending.told);
            sending.record.sent(Err(error), attempts);
            sending.told = error.attempts();
            self.put(sending);
        }
        if let Some(others) = &self.others {
            others.failed(error, pause);
        }
    }

    fn may_repeat(&self) -> Option<Pin<Box<dyn Future<Output = bool> + Send + '_>>> {
        Some(Box::pin(async {
            let Some(mut sending) = self.take() else {
                return false;
            };
            let Sending { record, lag, .. } = &mut sending;
            let looked = self.cut_over.look_again(lag, record).await;
            let goes_on = matches!(looked, Ok((Standing::Ready, _)));
            if goes_on {
                sending.record.sending();
            } else {
                sending.kept = Some(looked);
            }
            self.put(sending);
            goes_on
        }))
    }
}

impl CutOver {
    /// Sends the stop or the exchange, as often as a call repeats it, with a look at the task before each further attempt.
    pub(crate) async fn send(&self, record: Record, lag: Watch) -> (Ending, Record) {
        record.sending();
        let attempts = Arc::new(Attempts {
            cut_over: self.clone(),
            others: self.client.options().repeats().cloned(),
            sending: Mutex::new(Some(Sending {
                record,
                lag,
                told: 0,
                kept: None,
            })),
        });
        let options = self.client.options().clone();
        let client = self
            .client
            .with_options(options.with_repeats(attempts.clone()));
        let result = match &self.way {
            Way::StopSync => Box::pin(client.stop_sync(&self.task_id)).await,
            Way::Exchange(exchange) => Box::pin(client.exchange_ip(&self.task_id, exchange)).await,
        };
        drop(client);
        let Some(mut sending) = attempts.take() else {
            return (Ending::Sent(result), Record::begin(self));
        };
        let ending = match (sending.kept, result) {
            (Some(looked), Err(error)) => Ending::Kept(Box::new(looked), error),
            (_, result) => {
                let made = result
                    .as_ref()
                    .map_or_else(Error::attempts, Response::attempts);
                let attempts = made.saturating_sub(sending.told);
                sending.record.sent(result.as_ref(), attempts);
                Ending::Sent(result)
            }
        };
        (ending, sending.record)
    }

    /// Waits for the lag, unless that is to be ignored, and looks at the task a last time.
    pub(crate) async fn see_level(&self, lag: &mut Watch, record: &mut Record) -> Result<Looked> {
        if self.ignores_lag {
            record.lag_ignored(self.lag_for_the_record().await);
            return self.look().await;
        }
        lag.go_on();
        let level = self.level(lag).await?;
        lag.rest();
        match level {
            Level::Reached {
                lag,
                readings,
                since,
            } => {
                record.lag_reached(lag, readings);
                self.last_look(since).await
            }
            Level::Left(standing, task) => Ok((standing, *task)),
        }
    }

    /// Looks before another attempt: where the task stands, and then whether it is still level, for which it waits anew
    /// if it is not.
    async fn look_again(&self, lag: &mut Watch, record: &mut Record) -> Result<Looked> {
        let looked = self.look().await?;
        if looked.0 != Standing::Ready || self.is_still_level().await {
            return Ok(looked);
        }
        self.see_level(lag, record).await
    }

    /// Reads the task right before something is sent. What was read of the lag holds for a moment only: where it is older
    /// by now, whatever took long, it is read once more.
    async fn last_look(&self, read: Instant) -> Result<Looked> {
        let looked = self.look().await?;
        let age = clock::since(read);
        if looked.0 == Standing::Ready && age > LAST_LOOK && !self.is_still_level().await {
            let message = format!(
                "the lag was read {age:.0?} ago, and then it was no longer seen to be {} or less",
                self.max_lag
            );
            let operation = &SHOW_MIGRATION_TASK_STATS;
            return Err(ended::<()>(operation, &message, None, TOO_LARGE, None));
        }
        Ok(looked)
    }
}
