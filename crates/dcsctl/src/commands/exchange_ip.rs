//! `exchange-ip`: clients reach the target where they reached the source.

use std::net::IpAddr;

use clap::Args;
use huaweicloud_dcs::MigrationClient;
use huaweicloud_dcs::types::IpExchangeRequest;

use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};

const EXAMPLES: &str = "  dcsctl exchange-ip b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl exchange-ip --ip 10.20.0.15 --domain b21989ec-2889-4b8e-99db-19c073425ec2

On a terminal it asks first; elsewhere --yes is needed.
The task must be in its incremental phase; the synchronization stops by itself. The instance is read-only for about a
minute and connections break for seconds. Both ends must be DCS instances of Redis 4.0 or later with one port, one
password and no public access.
An accepted order is not an exchange: it is done when `dcsctl show` says EXCHANGE_SUCCESS beside `ip exchange`. It is
taken back with `dcsctl rollback-ip`.
One line, with the outcome accepted, failed or unknown; JSON has the keys of `stop-sync`.";

/// Exchange the IP addresses of source and target
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// IP address of the source to exchange, where the target has fewer shards; may be given again
    #[arg(long = "ip", value_name = "IP")]
    ips: Vec<IpAddr>,

    /// Exchange the domain names too
    #[arg(long)]
    domain: bool,

    #[command(flatten)]
    consent: Consent,
}

const INTENT: Intent<'_> = Intent {
    does: "Exchange the IP addresses of",
    effect: "Connections break for seconds, and the synchronization stops.",
    needs_yes: true,
};

/// Gives the order, unless the answer is no.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read_one(&options.task_id)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let exchange = request(&options.ips, options.domain);
    let next = "it is done when `dcsctl show` says EXCHANGE_SUCCESS beside `ip exchange`";
    let run = TaskRunner::one_call(ids, global.output, Some(next));
    let call = |client, id| exchange_ip(client, id, exchange.clone());
    Ok(run.report_each(&client, call).await)
}

/// What to exchange, from the options.
pub(super) fn request(ips: &[IpAddr], domain: bool) -> IpExchangeRequest {
    let ips: Vec<_> = ips.iter().map(ToString::to_string).collect();
    IpExchangeRequest::default()
        .with_exchanged_ip(ips)
        .with_is_exchange_domain(domain)
}

async fn exchange_ip(
    client: MigrationClient,
    id: String,
    exchange: IpExchangeRequest,
) -> TaskReport {
    let result = client.exchange_ip(&id, &exchange).await;
    TaskReport::of_call(id, Outcome::Accepted, &result)
}
