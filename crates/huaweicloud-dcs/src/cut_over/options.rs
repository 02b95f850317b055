//! The settings of a cut-over.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use huaweicloud_dcs_api::types::IpExchangeRequest;

use super::step::{LagReading, Step, StepKind};
use super::way::Way;
use crate::client::MigrationClient;
use crate::wait::WaitConfig;

/// A cut-over of one task: see [`MigrationClient::cut_over`]. Only [`run`](Self::run) and [`dry_run`](Self::dry_run) send
/// requests.
#[derive(Clone)]
#[must_use = "a cut-over does nothing until it is run"]
pub struct CutOver {
    pub(crate) client: MigrationClient,
    pub(crate) task_id: String,
    pub(crate) way: Way,
    pub(crate) max_lag: u64,
    pub(crate) ignores_lag: bool,
    pub(crate) only_confirms: bool,
    pub(crate) readings: NonZeroU32,
    pub(crate) lag_wait: WaitConfig,
    pub(crate) confirmation: WaitConfig,
    pub(crate) on_step: Option<Arc<OnStep>>,
    pub(crate) on_reading: Option<Arc<OnReading>>,
}

type OnStep = dyn Fn(&Step) + Send + Sync;
type OnReading = dyn Fn(&LagReading) + Send + Sync;

impl MigrationClient {
    /// Prepares the cut-over of a task. [`CutOver::run`] waits until the target is level with the source. Then it stops
    /// the synchronization, or exchanges the IP addresses, and polls until that is confirmed.
    ///
    /// **Stop the writes to the source first**: the service does not. A lag of 0 means that the target is level at that
    /// moment. Writes after the stop never reach the target.
    ///
    /// ```no_run
    /// # async fn cut(client: huaweicloud_dcs::MigrationClient) -> huaweicloud_dcs::Result<()> {
    /// let cut_over = client.cut_over("6f0c4a1e").with_max_lag(10).on_step(|step| println!("{step}"));
    /// println!("{}", cut_over.dry_run().await?);
    /// let report = cut_over.run().await?;
    /// println!("{} after {:?}", report.outcome(), report.elapsed());
    /// # Ok(()) }
    /// ```
    ///
    /// # Steps
    ///
    /// A run reads the task, which must be in its incremental phase. It polls the lag until several readings in a row
    /// are small enough. It reads the task again and sends the stop or the exchange. Then it polls the task until its
    /// status is `TERMINATED`, or its `task_status` is `EXCHANGE_SUCCESS`. It keeps no state. Run it again after an
    /// interruption: it continues from the current status of the task.
    ///
    /// A request that was not sent is retried. So is a refusal for now: a 429, or a 408 or 503 with an error code of
    /// its own. Before each retry the run reads the task and the lag again. If somebody else stopped the task, it sends
    /// nothing. If the lag has grown, it waits again. The timeout of the call, 120 s by default, counts the attempts
    /// and the backoff, but not the reads between them.
    ///
    /// One run sends at most one stop or exchange that may have been applied. If its response is lost, the run polls the
    /// task. If the task does not change in 60 s of successful polls ([`WaitConfig::with_unchanged_timeout`]), the run ends
    /// with an error that may have been applied.
    ///
    /// # Limits
    ///
    /// The API has no conditional stop. Between the last read and the arrival of a request, the lag can grow, or
    /// another operator can stop, restart or exchange. This usually takes a moment. It takes longer if an attempt must
    /// connect (at most 5 s by default) or get new credentials. It also takes longer if a request is sent again at once
    /// after a refused signature or token. If the task does not show an earlier stop or exchange yet, a second run
    /// sends another one. Have one operator, and one run at a time.
    pub fn cut_over(&self, task_id: impl Into<String>) -> CutOver {
        CutOver {
            client: self.clone(),
            task_id: task_id.into(),
            way: Way::StopSync,
            max_lag: 0,
            ignores_lag: false,
            only_confirms: false,
            readings: NonZeroU32::MIN.saturating_add(2),
            lag_wait: WaitConfig::default(),
            confirmation: WaitConfig::default(),
            on_step: None,
            on_reading: None,
        }
    }
}

impl CutOver {
    /// The step before the stop or the exchange.
    pub(crate) fn lag_step(&self) -> StepKind {
        if self.ignores_lag {
            StepKind::LagIgnored
        } else {
            StepKind::LagReached
        }
    }

    /// Sets the maximum lag, as [`lag`](crate::lag) reads it. Default 0: the target is level with the source.
    pub fn with_max_lag(mut self, lag: u64) -> Self {
        self.max_lag = lag;
        self
    }

    /// Sets how many readings in a row must be within the maximum lag. A larger or unknown lag restarts the count. Default
    /// 3.
    pub fn with_readings(mut self, readings: NonZeroU32) -> Self {
        self.readings = readings;
        self
    }

    /// Sets the time between two readings of the lag. It varies randomly by a tenth. Default 10 s.
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.lag_wait = self.lag_wait.with_interval(interval);
        self
    }

    /// Sets how long to wait for the lag in one run, including the waits before retries. Default 30 min.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.lag_wait = self.lag_wait.with_timeout(timeout);
        self
    }

    /// Sets the wait that confirms the stop or the exchange. Default: polls every 10 s, for 30 min after the response.
    pub fn with_confirmation(mut self, confirmation: WaitConfig) -> Self {
        self.confirmation = confirmation;
        self
    }

    /// Ends with a stop of the synchronization ([`MigrationClient::stop_sync`]). This is the default.
    pub fn by_stop_sync(mut self) -> Self {
        self.way = Way::StopSync;
        self
    }

    /// Ends with an exchange of the IP addresses ([`MigrationClient::exchange_ip`]), which stops the synchronization, too.
    pub fn by_exchange(mut self, exchange: IpExchangeRequest) -> Self {
        self.way = Way::Exchange(exchange);
        self
    }

    /// Skips the lag check: **unreplicated writes are lost**. The task must still be in its incremental phase.
    pub fn ignoring_lag(mut self) -> Self {
        self.ignores_lag = true;
        self
    }

    /// Only confirms an earlier stop or exchange: the run sends none. Use it if the plan
    /// [would send nothing](crate::CutOverPlan::would_send). If the task can be cut over after all, for instance because
    /// somebody restarted it, the run ends with [`ErrorKind::Config`](crate::ErrorKind::Config).
    pub fn only_confirming(mut self) -> Self {
        self.only_confirms = true;
        self
    }

    /// Sets a callback for each step, and for each request about to be sent
    /// ([`StepState::Sending`](crate::StepState::Sending)). The run continues when the callback returns.
    pub fn on_step(mut self, report: impl Fn(&Step) + Send + Sync + 'static) -> Self {
        self.on_step = Some(Arc::new(report));
        self
    }

    /// Sets a callback for each reading of the lag. The run continues when the callback returns.
    pub fn on_reading(mut self, report: impl Fn(&LagReading) + Send + Sync + 'static) -> Self {
        self.on_reading = Some(Arc::new(report));
        self
    }

    /// The ID of the task.
    #[must_use]
    pub fn task_id(&self) -> &str {
        &self.task_id
    }

    /// The maximum lag. Default 0.
    #[must_use]
    pub fn max_lag(&self) -> u64 {
        self.max_lag
    }

    /// Whether the lag check is skipped. Default false.
    #[must_use]
    pub fn ignores_lag(&self) -> bool {
        self.ignores_lag
    }

    /// How many readings in a row must be within the maximum lag. Default 3.
    #[must_use]
    pub fn readings(&self) -> NonZeroU32 {
        self.readings
    }

    /// The time between two readings of the lag. Default 10 s.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.lag_wait.interval
    }

    /// How long to wait for the lag. Default 30 min.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.lag_wait.timeout
    }

    /// The wait that confirms the stop or the exchange. Default [`WaitConfig::default`].
    #[must_use]
    pub fn confirmation(&self) -> &WaitConfig {
        &self.confirmation
    }

    /// The exchange that ends the cut-over; `None` if it ends with a stop, which is the default.
    #[must_use]
    pub fn exchange(&self) -> Option<&IpExchangeRequest> {
        match &self.way {
            Way::StopSync => None,
            Way::Exchange(exchange) => Some(exchange),
        }
    }
}

/// Leaves out the callbacks.
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
            .field("lag_wait", &self.lag_wait)
            .field("confirmation", &self.confirmation)
            .finish_non_exhaustive()
    }
}
