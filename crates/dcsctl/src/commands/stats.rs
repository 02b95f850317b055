//! `stats`: shows the progress of an online migration.

use std::time::Duration;

use clap::Args;
use huaweicloud_dcs::types::{NumberOrString, ShowMigrationTaskStatsResponse};

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{self, Format};
use crate::run::polling;
use crate::text::one_line;

const EXAMPLES: &str = "  dcsctl stats b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stats --watch --interval 2s b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl stats --watch --output json b21989ec-2889-4b8e-99db-19c073425ec2 | jq .offset

The lag is the difference between source and target in the incremental phase; 0 means that they are equal. For a
cut-over it is meaningful only after all writes to the source have stopped.
--watch writes one line per reading until the task ends. The exit code is then 0, however the task ended.
JSON: one object per reading, with the keys that the service sends: full_migration_progress, offset (the lag),
source_dbsize, target_dbsize, target_input_kbps, target_ops, is_migrating. Numbers may be strings.";

/// Show the progress of an online migration: percent of the full copy, then the lag
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::READ_FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Read repeatedly until the task has ended
    #[arg(long)]
    watch: bool,

    /// Time between two readings, at least 500ms
    #[arg(long, requires = "watch", value_parser = polling::interval, default_value = "5s", value_name = "DURATION")]
    interval: Duration,
}

/// Reads once, or until the task has ended.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let task_id = options.task_id.trim();
    if options.watch {
        let read = async || {
            let stats = client.stats(task_id).await;
            let stats = stats.map_err(|error| Failure::of(&error))?.into_body();
            match global.output {
                Format::Text => output::data(&line(&stats)),
                Format::Json => output::object(&stats),
            }
        };
        return polling::until_the_end(&client, task_id, options.interval, read).await;
    }
    let stats = client
        .stats(task_id)
        .await
        .map_err(|error| Failure::of(&error))?
        .into_body();
    match global.output {
        Format::Text => output::data(&text(&stats))?,
        Format::Json => output::object(&stats)?,
    }
    Ok(Exit::Done)
}

fn number(number: Option<&NumberOrString>, unit: &str) -> Option<String> {
    number.map(|number| format!("{number}{unit}"))
}

/// One field per line.
fn text(stats: &ShowMigrationTaskStatsResponse) -> String {
    let is_migrating = stats
        .is_migrating
        .map(|is_migrating| if is_migrating { "yes" } else { "no" });
    output::fields([
        ("migrating", is_migrating.map(str::to_owned)),
        (
            "full copy",
            number(stats.full_migration_progress.as_ref(), " %"),
        ),
        ("lag", number(stats.offset.as_ref(), "")),
        ("source keys", number(stats.source_dbsize.as_ref(), "")),
        ("target keys", number(stats.target_dbsize.as_ref(), "")),
        (
            "target writes",
            number(stats.target_input_kbps.as_ref(), " KB/s"),
        ),
        ("target load", number(stats.target_ops.as_ref(), " ops/s")),
    ])
}

/// One reading on one line, in a fixed layout.
fn line(stats: &ShowMigrationTaskStatsResponse) -> String {
    let known = |number: &Option<NumberOrString>| {
        let text = number.as_ref().map(ToString::to_string);
        text.map_or_else(|| "-".to_owned(), |text| one_line(&text))
    };
    format!(
        "full copy {:>3} %  lag {:>8}  keys {} -> {}  {} KB/s  {} ops/s{}",
        known(&stats.full_migration_progress),
        known(&stats.offset),
        known(&stats.source_dbsize),
        known(&stats.target_dbsize),
        known(&stats.target_input_kbps),
        known(&stats.target_ops),
        if stats.is_migrating == Some(false) {
            "  not migrating"
        } else {
            ""
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(json: &str) -> ShowMigrationTaskStatsResponse {
        serde_json::from_str(json).unwrap()
    }

    const NUMBERS: &str = r#"{"full_migration_progress": 100, "offset": 0, "source_dbsize": "48211",
        "target_dbsize": 48210, "target_input_kbps": 12, "target_ops": 310, "is_migrating": true}"#;

    #[test]
    fn reading_is_one_field_per_line() {
        assert_eq!(
            text(&stats(NUMBERS)),
            "migrating        yes\n\
             full copy        100 %\n\
             lag              0\n\
             source keys      48211\n\
             target keys      48210\n\
             target writes    12 KB/s\n\
             target load      310 ops/s"
        );
    }

    #[test]
    fn watched_reading_is_one_line_with_dashes_for_unknown() {
        assert_eq!(
            line(&stats(NUMBERS)),
            "full copy 100 %  lag        0  keys 48211 -> 48210  12 KB/s  310 ops/s"
        );
        assert_eq!(
            line(&stats(r#"{"offset": "1\n2", "is_migrating": false}"#)),
            "full copy   - %  lag     1\\n2  keys - -> -  - KB/s  - ops/s  not migrating"
        );
    }
}
