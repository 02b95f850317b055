//! `create`: an online task.

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

On a terminal it asks first; elsewhere it goes ahead.
It creates the machine that will migrate; nothing is copied yet. When `dcsctl show` says RUNNING, which means that the
task waits to be configured, go on with `dcsctl configure`. With --wait it ends when that can be done. If it ends before
that, the task is there all the same: exit code 7, outcome accepted, and the ids are named.
It is never repeated once it may have reached the service, because the service takes a name twice. With exit code 7,
look with `dcsctl list --name NAME` first.
JSON is one object with the keys of `stop-sync`, and job_id and status.";

/// Create an online migration task, which then waits to be configured
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Name of the task: 4 to 64 letters, digits, - and _, the first a letter
    #[arg(long, value_name = "NAME")]
    name: String,

    /// VPC of the source or of the target
    #[arg(long, value_name = "ID")]
    vpc_id: String,

    /// Network ID of a subnet of that VPC
    #[arg(long, value_name = "ID")]
    subnet_id: String,

    /// Security group whose outbound rules let both source and target be reached
    #[arg(long, value_name = "ID")]
    security_group_id: String,

    /// Description of the task
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Read the job that creates the task, then the task, until it can be configured
    #[arg(long)]
    wait: bool,

    /// How long to read the job, and then the task
    #[arg(long, requires = "wait", value_parser = humantime::parse_duration, default_value = "30m", value_name = "DURATION")]
    wait_timeout: Duration,

    #[command(flatten)]
    consent: Consent,

    /// Time between two polls, 500ms at least
    #[arg(long, requires = "wait", value_parser = polling::interval, default_value = "10s", value_name = "DURATION")]
    interval: Duration,
}

const INTENT: Intent<'_> = Intent {
    does: "Create",
    effect: "",
    needs_yes: false,
};

/// Creates the task and says under which ids.
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
    let answer = creation::call(&client, &task.name, async |client| {
        client.create_online(&task).await
    })
    .await?;
    let created = Created {
        job_id: answer.body().job_id.clone(),
        ..Created::of(answer.body().instance_id.clone(), &answer)
    };
    let waits = options.wait;
    let created = created.report(&task.name, None, global.output, |id| {
        if waits {
            format!("it is being created; `dcsctl show {id}` shows it")
        } else {
            format!(
                "it is being created: when `dcsctl show {id}` says RUNNING, `dcsctl configure {id}`"
            )
        }
    })?;
    if let (true, Some(task_id)) = (waits, &created.record.task_id) {
        let spinner = Spinner::start("the task is being created".to_owned());
        let shown = spinner.clone();
        let wait = WaitConfig::default()
            .with_interval(options.interval)
            .with_timeout(options.wait_timeout)
            .with_progress(move |progress| {
                if let Progress::Polled(poll) = progress {
                    shown.set(polling::words(poll));
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
                "it can be configured: `dcsctl configure {}`",
                one_line(task_id)
            ));
        }
    }
    Ok(Exit::Done)
}

/// Reads the job, where the service named one, and the task.
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
