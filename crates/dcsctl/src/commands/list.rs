//! `list`: lists the tasks of the project.

use std::pin::pin;

use clap::Args;
use futures_util::StreamExt as _;
use huaweicloud_dcs::TaskQuery;
use huaweicloud_dcs::types::{MigrationTaskList, TaskStatus};

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{self, Format};
use crate::text::one_line;

const EXAMPLES: &str = "  dcsctl list
  dcsctl list --all --status INCRMIGEATING,FULLMIGRATING
  dcsctl list --all --output json | jq -r 'select(.status == \"FAILED\") | .task_id'

Reads one page, unless --all is given. --status filters the tasks after they are read, so without --all it searches
one page only. The spellings INCRMIGEATING and INCRMIGRATING mean the same status.
With --all, each page is written as soon as it is read, so column widths may differ from page to page.
JSON: one object per task, with the keys that the service sends.";

/// Maximum number of tasks written at once.
const MOST_AT_ONCE: usize = 1_000;

/// List the migration tasks of the project
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::READ_FOOT)]
pub(crate) struct Options {
    /// Read all pages; if tasks are created or deleted meanwhile, one may appear twice or not at all
    #[arg(long, conflicts_with_all = ["limit", "offset"])]
    all: bool,

    /// Maximum number of tasks to read, 1 to 1000
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000), default_value_t = 100, value_name = "N")]
    limit: u32,

    /// Number of tasks to skip
    #[arg(long, default_value_t = 0, value_name = "N")]
    offset: u32,

    /// Name to search for; the vendor documentation does not say whether part of a name matches
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Show only tasks with this status; separate several by commas, or repeat the option
    #[arg(long = "status", value_delimiter = ',', value_parser = status, value_name = "STATUS")]
    statuses: Vec<TaskStatus>,
}

/// Reads a status in any letter case. Any status is accepted: the service may have undocumented ones.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature of an argument parser"
)]
fn status(text: &str) -> Result<TaskStatus, String> {
    Ok(text.trim().to_ascii_uppercase().into())
}

/// Reads the tasks and writes those that pass the filter.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    for status in &options.statuses {
        if matches!(status, TaskStatus::Unknown(_)) {
            let status = one_line(status.as_str());
            output::talk(&format!("note: {status} is not a documented status"));
        }
    }
    let mut query = TaskQuery::default();
    if let Some(name) = &options.name {
        query = query.with_name(name);
    }
    let mut pages = Pages {
        options,
        format: global.output,
        has_heading: false,
    };
    let mut hint = None;
    if options.all {
        // All tasks of a page are ready at the same time.
        let mut tasks = pin!(client.list_all(query).ready_chunks(MOST_AT_ONCE));
        while let Some(tasks) = tasks.next().await {
            let failure = tasks.iter().find_map(|task| task.as_ref().err());
            let failure = failure.map(Failure::of);
            pages.write(tasks.into_iter().flatten().collect())?;
            failure.map_or(Ok(()), Err)?;
            output::written().await?;
            if output::reader_has_gone() {
                return Ok(Exit::Done);
            }
        }
    } else {
        let query = query.with_limit(options.limit).with_offset(options.offset);
        let page = client.list(&query).await;
        let page = page.map_err(|error| Failure::of(&error))?.into_body();
        let tasks = page.migration_tasks.unwrap_or_default();
        let is_full = u32::try_from(tasks.len()).is_ok_and(|length| length >= options.limit);
        hint = is_full.then_some(if options.statuses.is_empty() {
            "note: there may be more tasks: pass --all or another --offset"
        } else {
            "note: only one page was searched: pass --all for all tasks"
        });
        pages.write(tasks)?;
    }
    if !pages.has_heading && global.output == Format::Text {
        output::talk("no tasks");
    }
    if let Some(hint) = hint {
        output::talk(hint);
    }
    Ok(Exit::Done)
}

/// Writes pages of tasks.
struct Pages<'a> {
    options: &'a Options,
    format: Format,
    has_heading: bool,
}

impl Pages<'_> {
    /// Writes the tasks that pass the filter, under one heading for all pages.
    fn write(&mut self, mut tasks: Vec<MigrationTaskList>) -> Result<(), Failure> {
        let statuses = &self.options.statuses;
        if !statuses.is_empty() {
            let status = |task: &MigrationTaskList| task.status.clone();
            tasks.retain(|task| status(task).is_some_and(|status| statuses.contains(&status)));
        }
        if self.format == Format::Json {
            return tasks.iter().try_for_each(output::object);
        }
        let text = text(&tasks);
        let text = match text.split_once('\n') {
            Some((_, lines)) if self.has_heading => lines,
            Some(_) => &text,
            // No task: write no heading.
            None => return Ok(()),
        };
        self.has_heading = true;
        output::data(text)
    }
}

fn text(tasks: &[MigrationTaskList]) -> String {
    let rows = tasks.iter().map(|task| {
        [
            task.task_id.as_deref(),
            task.task_name.as_deref(),
            task.status.as_ref().map(TaskStatus::as_str),
            task.migration_type.as_deref(),
            first([
                &task.source_instance_name,
                &task.data_source,
                &task.source_instance_id,
            ]),
            first([
                &task.target_instance_name,
                &task.target_instance_addrs,
                &task.target_instance_id,
            ]),
            task.created_at.as_deref(),
        ]
    });
    output::table(
        [
            "ID", "NAME", "STATUS", "TYPE", "SOURCE", "TARGET", "CREATED",
        ],
        rows.collect(),
    )
}

/// The first value that is known: the name of an instance, its address, or its ID.
fn first(ends: [&Option<String>; 3]) -> Option<&str> {
    let mut known = ends.into_iter().flatten().map(String::as_str);
    known.find(|end| !end.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        text(&serde_json::from_str::<Vec<_>>(json).unwrap())
    }

    #[test]
    fn columns_are_aligned_with_dashes_for_unknown() {
        let shown = shown(
            r#"[{"task_id": "t-1", "task_name": "迁移", "status": "INCRMIGRATING", "source_instance_name": "",
                 "data_source": "10.0.0.1:6379", "target_instance_name": "v6", "target_instance_addrs": "10.0.0.2:6379"},
                {"task_id": "t-22", "status": "SUCCESS", "migration_type": "backupfile_import", "data_source": "",
                 "source_instance_id": "i-1", "target_instance_name": "", "target_instance_id": "i-2"},
                {"task_id": "t-3"}]"#,
        );
        assert_eq!(
            shown,
            "ID    NAME  STATUS         TYPE               SOURCE         TARGET  CREATED\n\
             t-1   迁移  INCRMIGEATING  -                  10.0.0.1:6379  v6      -\n\
             t-22  -     SUCCESS        backupfile_import  i-1            i-2     -\n\
             t-3   -     -              -                  -              -       -"
        );
    }

    #[test]
    fn service_text_stays_on_its_line() {
        let shown = shown(r#"[{"task_name": "a\nb\u001b[2J"}]"#);
        assert_eq!(shown.lines().count(), 2);
        assert!(shown.contains("a\\nb\\u{1b}[2J"), "{shown}");
    }

    #[test]
    fn status_is_read_in_any_case_and_either_spelling() {
        assert_eq!(
            status(" incrmigrating "),
            Ok(TaskStatus::IncrementalMigrating)
        );
        assert_eq!(
            status("INCRMIGEATING"),
            Ok(TaskStatus::IncrementalMigrating)
        );
    }
}
