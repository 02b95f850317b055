//! Attempts at a stop or an exchange, each by itself: the task is looked at between two of them.

use tokio::time::{Instant, sleep_until};

use crate::clock;
use crate::cut_over::CutOver;
use crate::cut_over::options::Way;
use crate::cut_over::record::Record;
use crate::error::{Error, Result};
use crate::exchange::{Extent, retrying};
use crate::response::Response;

/// The attempts at one stop or exchange. There are as many, with the same pauses and in the same time, as in a call that
/// repeats by itself.
pub(crate) struct Attempts<'a> {
    cut_over: &'a CutOver,
    made: u32,
    /// When the next one may be made.
    due: Instant,
    /// When there are no more. The time from when one is due until it is made does not count.
    limit: Instant,
}

impl<'a> Attempts<'a> {
    pub(crate) fn begin(cut_over: &'a CutOver) -> Self {
        Self {
            cut_over,
            made: 0,
            due: clock::instant(),
            limit: clock::after(cut_over.client.0.limits.call),
        }
    }

    /// Makes one, and tells of it. Where its error says after which pause it may be repeated, another one may be made
    /// when that is due.
    pub(crate) async fn make(&mut self, record: &mut Record<'_>) -> Result<Response<()>> {
        let CutOver {
            client,
            task_id,
            way,
            ..
        } = self.cut_over;
        self.limit += clock::since(self.due);
        let extent = Extent::OneAttempt {
            earlier: self.made,
            limit: self.limit,
        };
        record.sending();
        let result = match way {
            Way::StopSync => Box::pin(client.stop_sync_to(extent, task_id)).await,
            Way::Exchange(exchange) => {
                Box::pin(client.exchange_ip_to(extent, task_id, exchange)).await
            }
        };
        let made = result
            .as_ref()
            .map_or_else(Error::attempts, Response::attempts);
        let pause = result.as_ref().err().and_then(Error::repeat_after);
        // Before anybody is told, who may hold the run up: that would take the time of the next one.
        self.due = clock::after(pause.unwrap_or_default());
        record.sent(&result, made.saturating_sub(self.made));
        self.made = made;
        result
    }

    /// Pauses until the next one is due.
    pub(crate) async fn pause(&self, refusal: &Error) {
        let pause = self.due.saturating_duration_since(clock::instant());
        let next = format!("{}, after another look at the task", retrying(pause));
        refusal.warn(&next);
        if let Some(report) = &self.cut_over.client.1 {
            report(refusal, pause);
        }
        sleep_until(self.due).await;
    }
}
