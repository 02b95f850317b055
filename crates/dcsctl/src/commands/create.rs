//! `create`: creates an online task.

use std::time::Duration;

use clap::Args;
use huaweicloud_dcs::types::CreateOnlineMigrationTaskBody;
use huaweicloud_dcs::{Condition, Error, MigrationClient, Progress, WaitConfig};
use tokio::select;

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure, error_summary};
use crate::output::{self, Format, Spinner};
use crate::run::confirm::{Consent, Intent};
use crate::run::creation::Created;
use crate::run::interrupt::interrupt;
use crate::run::{creation, polling};
use crate::text::one_line;

const EXAMPLES: &str = "  dcsctl create --name orders-to-v6 --vpc-id 1f7d2c90-3b5a-4d68-9e07-a4c1b8f6e215 \\
      --subnet-id 7b1e9d52-0c3a-4e6f-8d11-5c2a9f3b7e60 --security-group-id e9a04c3b-6d12-4f87-b0c5-2a7f1d9e8c34

Asks first on a terminal; proceeds off a terminal.
Creates the machine that will migrate the data; nothing is copied yet. When `dcsctl show` says RUNNING, the task waits
to be configured: continue with `dcsctl configure`. --wait waits for that state. If the wait fails, the task exists
nevertheless: exit code 7, outcome accepted, and the error names its IDs.
The call is not retried once it may have reached the service, because the service accepts a name twice. After exit
code 7, check with `dcsctl list --name NAME` before you create the task again.
JSON: one object with the keys of `stop-sync`, then job_id and status.";

/// Create an online migration task, to be configured next
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Name of the task: 4 to 64 letters, digits, - and _; starts with a letter
    #[arg(long, value_name = "NAME")]
    name: String,

    /// VPC of the source or of the target
    #[arg(long, value_name = "ID")]
    vpc_id: String,

    /// Network ID of a subnet in that VPC
    #[arg(long, value_name = "ID")]
    subnet_id: String,

    /// Security group whose outbound rules allow access to source and target
    #[arg(long, value_name = "ID")]
    security_group_id: String,

    /// Description of the task
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Poll the creation job, then the task, until the task can be configured
    #[arg(long)]
    wait: bool,

    /// Maximum time to poll the job, and then as long for the task
    #[arg(long, requires = "wait", value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    #[command(flatten)]
    consent: Consent,

    /// Time between two polls, at least 500ms
    #[arg(long, requires = "wait", value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,
}

const INTENT: Intent<'_> = Intent {
    does: "Create",
    effect: "",
    needs_yes: false,
};

/// Creates the task and writes its IDs.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let what = format!(
        "{}: an online migration task in VPC {}, subnet {}",
        options.name, options.vpc_id, options.subnet_id
    );
    if !options.consent.to_create(&client, &what, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let mut task = CreateOnlineMigrationTaskBody::new(
        options.name,
        options.security_group_id,
        options.subnet_id,
        options.vpc_id,
    );
    task.description = options.description;
    let response = creation::call(&client, &task.name, async |client| {
        client.create_online(&task).await
    })
    .await?;
    let created = Created {
        job_id: response.body().job_id.clone(),
        ..Created::of(response.body().instance_id.clone(), &response)
    };
    let waits = options.wait;
    let created = created.report(&task.name, None, global.output, |id| {
        if waits {
            format!("the task is being created: `dcsctl show {id}` shows it")
        } else {
            format!(
                "the task is being created: when `dcsctl show {id}` says RUNNING, run `dcsctl configure {id}`"
            )
        }
    })?;
    if let (true, Some(task_id)) = (waits, &created.record.task_id) {
        let spinner = Spinner::start("creating the task".to_owned());
        let shown = spinner.clone();
        let wait = WaitConfig::default()
            .with_interval(options.interval)
            .with_timeout(options.wait_timeout)
            .with_progress(move |progress| {
                if let Progress::TaskPolled(task, _) = progress {
                    shown.set(polling::words(task));
                }
            });
        let wait = until_configurable(&client, task_id, created.job_id.as_deref(), wait);
        let ended = select! {
            biased;
            result = Box::pin(wait) => Some(result),
            () = interrupt() => None,
        };
        spinner.end();
        match ended {
            None => return Err(created.not_confirmed("interrupted")),
            Some(result) => {
                result.map_err(|error| created.not_confirmed(&error_summary(&error)))?;
            }
        }
        if global.output == Format::Text {
            output::talk(&format!(
                "the task can be configured: run `dcsctl configure {}`",
                one_line(task_id)
            ));
        }
    }
    Ok(Exit::Done)
}

/// Polls the job, if the service named one, then the task.
async fn until_configurable(
    client: &MigrationClient,
    task_id: &str,
    job_id: Option<&str>,
    wait: WaitConfig,
) -> Result<(), Error> {
    if let Some(job_id) = job_id {
        client.wait_for_job(job_id, wait.clone()).await?;
    }
    let condition = Condition::AwaitsConfiguration;
    client.wait_until(task_id, condition, wait).await?;
    Ok(())
}
