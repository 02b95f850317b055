//! `projects`: those that the credentials can see.

use clap::Args;
use huaweicloud_dcs::types::Project;

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{self, Format};

const EXAMPLES: &str = "  dcsctl projects
  dcsctl projects --name ap-southeast-1

The project of a region is named like the region; a sub-project may have the same name. Set its ID with --project-id
where the look-up by the region's name finds several. The list itself needs no project ID, unless an IAM user logs in.
JSON is one object a project with IAM's own names; what IAM leaves out is left out.";

/// List the projects that the credentials can see
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Only projects of exactly this name
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
