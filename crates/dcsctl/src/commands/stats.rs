//! `stats`: how far an online migration is.

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

The lag is the difference between source and target in the incremental phase: 0 when they are level. It means
something for a cut-over only when nobody writes to the source any more.
With --watch each reading is a line. It ends with the task, with exit code 0 whatever the end; Ctrl-C: 130.
JSON is one object a reading with the service's own names: full_migration_progress, offset (the lag), source_dbsize,
target_dbsize, target_input_kbps, target_ops, is_migrating. Numbers may come as text.";

/// Show how far an online migration is: percent of the full copy, then the lag
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Read it again and again until the task has ended
    #[arg(long)]
    watch: bool,

    /// Time between two readings, 500ms at least
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

/// A field a line.
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

/// A reading on one line, always with the same words in the same places.
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
    fn a_reading_is_a_field_a_line() {
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
    fn a_watched_reading_is_one_line_and_what_is_unknown_is_never_zero() {
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
