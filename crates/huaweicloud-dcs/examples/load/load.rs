//! Many stops at once, against a stand-in in the process.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;

use dcs_stand_in::{RecordedRequest, StandIn, TaskStatus};
use fastrand::Rng;
use futures_util::{StreamExt as _, stream};
use huaweicloud_dcs::{Credentials, MigrationClient, Response, RetryConfig};

use super::counting_proxy::CountingProxy;
use super::faults::faults;
use super::truth::{End, end};

type BoxError = Box<dyn Error + Send + Sync>;

/// The load to run.
pub(crate) struct Load {
    /// How many tasks are stopped.
    pub(crate) stops: u32,
    /// How many of them at a time.
    pub(crate) at_once: u32,
    /// The same seed gives the same faults.
    pub(crate) seed: u32,
    pub(crate) retry: RetryConfig,
}

/// The results of the load.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) stopped: u32,
    pub(crate) refused: u32,
    /// Stops that may have been applied, decided by reading the task.
    pub(crate) unknown: u32,
    pub(crate) unknown_but_stopped: u32,
    /// The stops that the stand-in received, and how many of them met a fault.
    pub(crate) requests: usize,
    pub(crate) struck: usize,
    pub(crate) connections: usize,
    pub(crate) most_open: usize,
    /// Contradictions between client and stand-in.
    pub(crate) contradictions: Vec<String>,
}

/// The stand-in remembers 10,000 requests, of which each stop makes three at most, and one more to read the task.
const ROUND: u32 = 2_500;
const KEY: [&str; 2] = ["AKINVENTED", "skInvented0001"];
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";

impl Load {
    pub(crate) async fn run(&self) -> Result<Report, BoxError> {
        let stand_in = StandIn::builder()
            .access_key(KEY[0], KEY[1])
            .project_id(PROJECT)
            .start()
            .await?;
        let proxy = CountingProxy::start(stand_in.address()).await?;
        let client = MigrationClient::builder()
            .endpoint(proxy.endpoint())
            .project_id(PROJECT)
            .credentials(Credentials::ak_sk(KEY[0], KEY[1]))
            .retry(self.retry.clone())
            .build()?;
        let mut random = Rng::with_seed(self.seed.into());
        let mut report = Report::default();
        let mut first = 0;
        while first < self.stops {
            let next = self.stops.min(first + ROUND);
            let tasks = (first..next).map(|task| format!("{task:032x}")).collect();
            // Some are made twice or three times; faults that are left over are the next round's.
            for fault in faults((next - first) * 5 / 4, &mut random) {
                stand_in.fault(fault);
            }
            self.round(tasks, &client, &stand_in, &mut report).await?;
            first = next;
        }
        report.connections = proxy.accepted();
        report.most_open = proxy.most_open();
        Ok(report)
    }

    async fn round(
        &self,
        tasks: Vec<String>,
        client: &MigrationClient,
        stand_in: &StandIn,
        report: &mut Report,
    ) -> Result<(), BoxError> {
        for task in &tasks {
            stand_in.set_task_status(task, TaskStatus::IncrementalMigrating);
        }
        let stops = tasks.into_iter().map(|task| {
            let client = client.clone();
            tokio::spawn(async move {
                let said = client.stop_sync(&task).await;
                (task, said)
            })
        });
        let at_once = usize::try_from(self.at_once)?;
        let ended: Vec<_> = stream::iter(stops)
            .buffer_unordered(at_once)
            .collect()
            .await;
        let mut seen: HashMap<_, Vec<_>> = HashMap::new();
        for request in stand_in.requests() {
            let task = request.path().rsplit('/').nth(1).map(str::to_owned);
            seen.entry(task.unwrap_or_default())
                .or_default()
                .push(request);
        }
        for ended in ended {
            let (task, said) = ended?;
            let seen = seen.remove(&task).unwrap_or_default();
            compare(&task, &said, &seen, client, stand_in, report).await;
        }
        Ok(())
    }
}

/// Records how a stop ended, and reads the task if it may have been applied.
async fn compare(
    task: &str,
    said: &huaweicloud_dcs::Result<Response<()>>,
    seen: &[RecordedRequest],
    client: &MigrationClient,
    stand_in: &StandIn,
    report: &mut Report,
) {
    report.requests += seen.len();
    report.struck += seen
        .iter()
        .filter(|request| request.status() != Some(204))
        .count();
    let status = stand_in.task_status(task);
    match end(said, seen, status.as_ref()) {
        Ok(End::Stopped) => report.stopped += 1,
        Ok(End::Refused) => report.refused += 1,
        Ok(End::Unknown) => {
            report.unknown += 1;
            report.unknown_but_stopped += u32::from(status == Some(TaskStatus::Terminated));
            match client.show(task).await {
                Ok(shown) if shown.body().status == status => {}
                shown => report
                    .contradictions
                    .push(format!("{task} is {status:?}, read {shown:?}")),
            }
        }
        Err(contradiction) => report
            .contradictions
            .push(format!("{task}: {contradiction}")),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            stopped,
            refused,
            unknown,
            unknown_but_stopped,
            ..
        } = self;
        writeln!(
            f,
            "ends: {stopped} stopped, {refused} refused, {unknown} unknown (reading them: {unknown_but_stopped} were stopped)"
        )?;
        writeln!(
            f,
            "requests: {}, struck by a fault: {}",
            self.requests, self.struck
        )?;
        writeln!(
            f,
            "connections: {} made, {} open at most",
            self.connections, self.most_open
        )?;
        write!(
            f,
            "contradictions between client and stand-in: {}",
            self.contradictions.len()
        )
    }
}
