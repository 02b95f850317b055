//! `exchange-ip`: exchanges the IP addresses, so that clients of the source reach the target.

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

Does not wait for the lag: `dcsctl cutover --exchange-ip` does.
Asks first on a terminal; requires --yes off a terminal.
The task must be in its incremental phase; the exchange ends the synchronization. The instance is read-only for about
a minute, and connections break for seconds. Both ends must be DCS instances of Redis 4.0 or later, with the same port,
the same password and no public access.
The exchange is asynchronous: it is done when `dcsctl show` says EXCHANGE_SUCCESS at `ip exchange`. To go back, use
`dcsctl rollback-ip`.
One line, with the outcome accepted, failed or unknown. JSON: one object with the keys of `stop-sync`.";

/// Exchange the IP addresses of source and target
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Source IP address to exchange, if the target has fewer shards; may be repeated
    #[arg(long = "ip", value_name = "IP")]
    ips: Vec<IpAddr>,

    /// Exchange the domain names, too
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

/// Requests the exchange, unless the user declines.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read_one(&options.task_id)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let exchange = request(&options.ips, options.domain);
    let next = "the exchange is done when `dcsctl show` says EXCHANGE_SUCCESS at `ip exchange`";
    let run = TaskRunner::one_call(ids, global.output, Some(next));
    let call = |client, id| exchange_ip(client, id, exchange.clone());
    Ok(run.report_each(&client, call).await)
}

/// The request body, from the options.
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
