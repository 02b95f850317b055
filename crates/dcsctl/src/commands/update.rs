//! `update`: sets how a task reacts to a network fault.

use clap::Args;
use huaweicloud_dcs::MigrationClient;
use huaweicloud_dcs::types::ResumeMode;

use super::configure::Resume;
use crate::options::{GlobalOptions, help, task_ids};
use crate::outcome::{Exit, Failure, Outcome, TaskReport};
use crate::run::TaskRunner;
use crate::run::confirm::{Consent, Intent};

const EXAMPLES: &str = "  dcsctl update b21989ec-2889-4b8e-99db-19c073425ec2 --resume-mode manual

Asks first on a terminal; proceeds off a terminal.
One line, with the outcome updated, failed or unknown. JSON: one object with the keys of `stop-sync`.";

/// Set how an online migration task reacts to a network fault
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = format!("{}\n\n{}", help::values::<Resume>("resume-mode"), help::CHANGE_FOOT))]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Reaction to a network fault: auto or manual
    #[arg(long, value_enum, hide_possible_values = true, value_name = "MODE")]
    resume_mode: Resume,

    #[command(flatten)]
    consent: Consent,
}

const INTENT: Intent<'_> = Intent {
    does: "Update",
    effect: "",
    needs_yes: false,
};

/// Updates the task.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let ids = task_ids::read_one(&options.task_id)?;
    if !options.consent.to_change(&client, &ids, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let mode = options.resume_mode.into();
    let run = TaskRunner::one_call(ids, global.output, None);
    let call = |client, id| update(client, id, mode);
    Ok(run.report_each(&client, call).await)
}

async fn update(client: MigrationClient, id: String, mode: ResumeMode) -> TaskReport {
    let result = client.update(&id, mode).await;
    TaskReport::of_call(id, Outcome::Updated, &result)
}
