//! `rollback-ip`: takes an exchange of addresses back.

use clap::Args;
use huaweicloud_dcs::MigrationClient;

use crate::arguments::GlobalOptions;
use crate::exit::{Exit, Failure};
use crate::outcome::Outcome;
use crate::task_report::TaskReport;
use crate::task_runner::Run;
use crate::{help, settings, task_ids};

const EXAMPLES: &str = "  dcsctl rollback-ip b21989ec-2889-4b8e-99db-19c073425ec2

The exchange must be done. An accepted order is not a roll-back: it is done when `dcsctl show` says ROLLBACK_SUCCESS
beside `ip exchange`. The synchronization does not begin again.
One line, with the outcome accepted, failed or unknown; JSON has the keys of `stop-sync`.";

/// Give source and target their IP addresses back
#[derive(Debug, Args)]
#[command(after_help = help::SEE_LONG, after_long_help = help::with_common(EXAMPLES))]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,
}

/// Gives the order.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = settings::client(global)?;
    let ids = task_ids::read_one(&options.task_id)?;
    let next = "it is done when `dcsctl show` says ROLLBACK_SUCCESS beside `ip exchange`";
    let run = Run::of(ids, global.output, Some(next));
    let call = |id| rollback_ip(client.clone(), id);
    Ok(run.report_each(call).await)
}

async fn rollback_ip(client: MigrationClient, id: String) -> TaskReport {
    let result = client.rollback_ip(&id).await;
    TaskReport::of_call(id, Outcome::Accepted, &result)
}
