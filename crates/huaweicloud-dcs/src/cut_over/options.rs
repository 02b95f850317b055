//! A cut-over to be: of which task, by what, and how careful.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_core::Operation;
use huaweicloud_dcs_api::operations::{EXCHANGE_INSTANCE_IP, STOP_MIGRATION_TASK_SYNC};
use huaweicloud_dcs_api::types::IpExchangeRequest;

use super::lag::LagReading;
use super::step::{Step, StepKind};
use crate::client::MigrationClient;
use crate::wait::{Condition, WaitConfig};

/// A cut-over of one task: see [`MigrationClient::cut_over`]. Nothing happens before [`run`](Self::run) or
/// [`dry_run`](Self::dry_run).
#[derive(Clone)]
#[must_use = "a cut-over does nothing until it is run"]
pub struct CutOver {
    pub(crate) client: MigrationClient,
    pub(crate) task_id: String,
    pub(crate) way: Way,
    pub(crate) max_lag: u64,
    pub(crate) ignores_lag: bool,
    /// Whether a run may only confirm what was sent before.
    pub(crate) only_confirms: bool,
    pub(crate) readings: NonZeroU32,
    /// How the lag is waited for.
    pub(crate) level: WaitConfig,
    pub(crate) confirmation: WaitConfig,
    pub(crate) on_step: Option<Arc<OnStep>>,
    pub(crate) on_reading: Option<Arc<OnReading>>,
}

type OnStep = dyn Fn(&Step) + Send + Sync;
type OnReading = dyn Fn(&LagReading) + Send + Sync;

/// What ends the migration.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    StopSync,
    Exchange(IpExchangeRequest),
}

impl Way {
    pub(crate) fn operation(&self) -> &'static Operation {
        match self {
            Self::StopSync => &STOP_MIGRATION_TASK_SYNC,
            Self::Exchange(_) => &EXCHANGE_INSTANCE_IP,
        }
    }

    /// The step of sending it.
    pub(crate) fn step(&self) -> StepKind {
        match self {
            Self::StopSync => StepKind::Stopped,
            Self::Exchange(_) => StepKind::Exchanged,
        }
    }

    /// What confirms it.
    pub(crate) fn condition(&self) -> Condition {
        match self {
            Self::StopSync => Condition::Stopped,
            Self::Exchange(_) => Condition::IpsExchanged,
        }
    }
}

impl MigrationClient {
    /// Prepares to cut a task over: to wait until the target is level with the source, to stop the synchronization or
    /// exchange the IP addresses, and to see that confirmed. [`CutOver::run`] does it.
    ///
    /// **Stop what writes to the source first.** The service does not. A lag of 0 means that the target is level at that
    /// moment; only if nothing is written any more does it stay so until the stop, and what is written after the stop
    /// never reaches the target.
    ///
    /// The run reads the task, which must be in its incremental phase; reads the lag until it is small enough in several
    /// readings in a row; reads the task again; sends the stop or the exchange; and reads the task until it shows
    /// `TERMINATED`, or the `task_status` `EXCHANGE_SUCCESS`. It keeps nothing but what the service says, so that a run
    /// that was cut off is taken up by another one: what is done is not done again, what is under way is waited for.
    ///
    /// Each attempt at the stop or the exchange follows such a reading. An attempt is repeated if there was no connection, or
    /// if the service refused it for now: 429, or 408 and 503 with an error code of its own. The run pauses as any call does,
    /// and then reads the task and the lag again. What somebody else has stopped meanwhile is left alone, and a lag that has
    /// grown is waited for. The timeout of the call, 120 s by default, is that of the attempts and the pauses. The time of
    /// the readings between them does not count.
    ///
    /// One run sends at most one stop or exchange that may have been applied. If its response is lost, the run polls the
    /// task. If the task has not changed after 60 s of successful polls, the run ends with an error that may have been
    /// applied: run it again ([`WaitConfig::with_unchanged_timeout`]).
    ///
    /// # What remains
    ///
    /// The service knows no condition on a stop. Between the last look and the moment when an attempt arrives the lag can
    /// grow, or another operator can stop, restart or exchange. That is a moment usually. It is longer where one attempt
    /// is: while it connects (5 s at most by default), while new credentials are got, and where a refused signature or
    /// token has it sent once more at once. And a run that is begun anew sees what the service shows: if it does not show
    /// a stop or an exchange yet that it has received, a second one is sent. Have one operator, and one run at a time.
    ///
    /// ```
    /// # async fn cut(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let cut_over = client.cut_over("6f0c4a1e").on_step(|step| println!("{step}"));
    /// println!("{}", cut_over.dry_run().await?);
    /// let report = cut_over.run().await?;
    /// println!("{:?} after {:?}", report.outcome(), report.elapsed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn cut_over(&self, task_id: impl Into<String>) -> CutOver {
        CutOver {
            client: self.clone(),
            task_id: task_id.into(),
            way: Way::StopSync,
            max_lag: 0,
            ignores_lag: false,
            only_confirms: false,
            readings: NonZeroU32::MIN.saturating_add(2),
            level: WaitConfig::default(),
            confirmation: WaitConfig::default(),
            on_step: None,
            on_reading: None,
        }
    }
}

impl CutOver {
    /// The step before the stop or the exchange.
    pub(crate) fn level_step(&self) -> StepKind {
        if self.ignores_lag {
            StepKind::LagIgnored
        } else {
            StepKind::LagReached
        }
    }

    /// Sets how large the lag may be, in the service's measure ([`lag`](crate::lag)). Default 0: source and target are
    /// level.
    pub fn with_max_lag(mut self, lag: u64) -> Self {
        self.max_lag = lag;
        self
    }

    /// Sets how many readings in a row must show a lag within the limit. One over it, or one that says nothing, begins
    /// the count anew. Default 3.
    pub fn with_readings(mut self, readings: NonZeroU32) -> Self {
        self.readings = readings;
        self
    }

    /// Sets the time between two readings of the lag, each within a tenth more or less. Default 10 s.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.level = self.level.with_interval(interval);
        self
    }

    /// Sets how long to wait for the lag, in all: if it is waited for again after a refusal, for the rest of that time.
    /// Default 30 min.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.level = self.level.with_timeout(timeout);
        self
    }

    /// Sets how the stop or the exchange is confirmed. Default: a poll every 10 s, for 30 min after its response.
    pub fn with_confirmation(mut self, confirmation: WaitConfig) -> Self {
        self.confirmation = confirmation;
        self
    }

    /// Ends by stopping the synchronization ([`MigrationClient::stop_sync`]). This is the default.
    pub fn by_stop_sync(mut self) -> Self {
        self.way = Way::StopSync;
        self
    }

    /// Ends by exchanging the IP addresses ([`MigrationClient::exchange_ip`]), which stops the synchronization as well.
    pub fn by_exchange(mut self, exchange: IpExchangeRequest) -> Self {
        self.way = Way::Exchange(exchange);
        self
    }

    /// Does not wait for the lag: **what has not reached the target is lost to it**. The task must be in its incremental
    /// phase all the same.
    pub fn ignoring_lag(mut self) -> Self {
        self.ignores_lag = true;
        self
    }

    /// Sets what is called after each step, and right before a stop or an exchange is sent
    /// ([`StepState::Sending`](crate::StepState::Sending)). It should return at once: the run stands still meanwhile.
    pub fn on_step(mut self, report: impl Fn(&Step) + Send + Sync + 'static) -> Self {
        self.on_step = Some(Arc::new(report));
        self
    }

    /// Sets what is called after each reading of the lag while it is waited for. It should return at once.
    pub fn on_reading(mut self, report: impl Fn(&LagReading) + Send + Sync + 'static) -> Self {
        self.on_reading = Some(Arc::new(report));
        self
    }

    /// The task that is cut over.
    #[must_use]
    pub fn task_id(&self) -> &str {
        &self.task_id
    }

    /// How large the lag may be. Default 0.
    #[must_use]
    pub fn max_lag(&self) -> u64 {
        self.max_lag
    }

    /// Whether the lag is not waited for. Default false.
    #[must_use]
    pub fn ignores_lag(&self) -> bool {
        self.ignores_lag
    }

    /// How many readings in a row must show a lag within the limit. Default 3.
    #[must_use]
    pub fn readings(&self) -> NonZeroU32 {
        self.readings
    }

    /// The time between two readings of the lag. Default 10 s.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.level.interval
    }

    /// How long to wait for the lag. Default 30 min.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.level.timeout
    }

    /// How the stop or the exchange is confirmed. Default [`WaitConfig::default`].
    #[must_use]
    pub fn confirmation(&self) -> &WaitConfig {
        &self.confirmation
    }

    /// The exchange that ends the cut-over. Default none: it ends with a stop of the synchronization.
    #[must_use]
    pub fn exchange(&self) -> Option<&IpExchangeRequest> {
        match &self.way {
            Way::StopSync => None,
            Way::Exchange(exchange) => Some(exchange),
        }
    }
}

/// Leaves out whom it reports to.
impl fmt::Debug for CutOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CutOver")
            .field("client", &self.client)
            .field("task_id", &self.task_id)
            .field("way", &self.way)
            .field("max_lag", &self.max_lag)
            .field("ignores_lag", &self.ignores_lag)
            .field("only_confirms", &self.only_confirms)
            .field("readings", &self.readings)
            .field("level", &self.level)
            .field("confirmation", &self.confirmation)
            .finish_non_exhaustive()
    }
}
