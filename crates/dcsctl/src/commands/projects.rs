//! `projects`: lists the projects that the credentials can access.

use clap::Args;
use huaweicloud_dcs::types::Project;

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{self, Format};

const EXAMPLES: &str = "  dcsctl projects
  dcsctl projects --name ap-southeast-1

The main project of a region has the region's name; a subproject may have the same name. If the look-up by that name
finds several projects, pass the right ID with --project-id. The list itself needs a project ID only for an IAM user.
JSON: one object per project, with the keys that IAM sends.";

/// List the projects that the credentials can access
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::READ_FOOT)]
pub(crate) struct Options {
    /// Show only projects with exactly this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Reads the projects and writes them.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client_for_iam()?;
    let projects = client
        .projects(options.name.as_deref())
        .await
        .map_err(|error| Failure::of(&error))?
        .into_body();
    match global.output {
        Format::Text if projects.is_empty() => output::talk("no projects"),
        Format::Text => output::data(&text(&projects))?,
        Format::Json => projects.iter().try_for_each(output::object)?,
    }
    Ok(Exit::Done)
}

fn text(projects: &[Project]) -> String {
    let rows = projects.iter().map(|project| {
        let is_enabled = project.enabled;
        [
            project.id.as_deref(),
            project.name.as_deref(),
            is_enabled.map(|is_enabled| if is_enabled { "yes" } else { "no" }),
            project.description.as_deref(),
        ]
    });
    output::table(["ID", "NAME", "ENABLED", "DESCRIPTION"], rows.collect())
}
