//! `logs`: the log of a task.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use clap::Args;
use futures_util::TryStreamExt as _;
use huaweicloud_dcs::types::MigrationLog;
use huaweicloud_dcs::{Error, LogQuery, MigrationClient};

use crate::arguments::{Format, GlobalOptions};
use crate::exit::{Exit, Failure};
use crate::{help, output, settings, table, watch};

const EXAMPLES: &str = "  dcsctl logs b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl logs --all --level ERROR b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl logs --follow --interval 10s b21989ec-2889-4b8e-99db-19c073425ec2

Entries come in the order in which the service sends them, which no page of its documentation states.
With --follow each entry is written once. It ends with the task, with exit code 0 whatever the end; Ctrl-C: 130.
JSON is one object an entry with the service's own names; what the service leaves out is left out.";

/// Show the log of a migration task
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Only entries of this level: INFO or ERROR, by the newest page WARN and DEBUG too
    #[arg(long, value_parser = level, value_name = "LEVEL")]
    level: Option<String>,

    /// Read all pages
    #[arg(long, conflicts_with = "limit")]
    all: bool,

    /// How many entries to read at most
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..), default_value_t = 100, value_name = "N")]
    limit: u32,

    /// Write all entries, then new ones as they come, until the task has ended
    #[arg(long, conflicts_with_all = ["all", "limit"])]
    follow: bool,

    /// Time between two readings, 500ms at least
    #[arg(long, requires = "follow", value_parser = watch::interval, default_value = "5s", value_name = "DURATION")]
    interval: Duration,
}

/// A level in any case. The documentation has grown by two, and may grow further.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the form of a reader of arguments"
)]
fn level(text: &str) -> Result<String, String> {
    Ok(text.trim().to_ascii_uppercase())
}

/// Reads once, or until the task has ended.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = settings::client(global)?;
    let task_id = options.task_id.trim();
    let mut query = LogQuery::default();
    if let Some(level) = &options.level {
        query = query.with_level(level);
    }
    let write = |entry: &MigrationLog| match global.output {
        Format::Text => output::data(&line(entry)),
        Format::Json => output::object(entry),
    };
    if options.follow {
        let mut seen = Seen::default();
        let read = async || {
            let mut now = Seen::default();
            let entries = client.logs_all(task_id, query.clone());
            let mut entries = pin!(entries.map_err(|error| Failure::of(&error)));
            while let Some(entry) = entries.try_next().await? {
                if now.count(&entry) > seen.of(&entry) {
                    seen.count(&entry);
                    write(&entry)?;
                }
            }
            Ok(())
        };
        return watch::until_the_end(&client, task_id, options.interval, read).await;
    }
    let entries = read(&client, task_id, query, options);
    let (entries, is_full) = entries.await.map_err(|error| Failure::of(&error))?;
    entries.iter().try_for_each(write)?;
    if is_full {
        output::talk("note: there may be more entries: give --all, or a higher --limit");
    }
    Ok(Exit::Done)
}

/// The entries, and whether there may be more.
async fn read(
    client: &MigrationClient,
    task_id: &str,
    query: LogQuery,
    options: &Options,
) -> Result<(Vec<MigrationLog>, bool), Error> {
    if options.all {
        let entries = client.logs_all(task_id, query).try_collect().await?;
        return Ok((entries, false));
    }
    let query = query.with_limit(options.limit);
    let page = client.logs(task_id, &query).await?.into_body();
    let entries = page.migration_logs.unwrap_or_default();
    let is_full = u32::try_from(entries.len()).is_ok_and(|length| length >= options.limit);
    Ok((entries, is_full))
}

/// How often each entry was seen. Entries have no id, and two may be equal.
#[derive(Default)]
struct Seen(HashMap<String, usize>);

impl Seen {
    /// Counts one more, and says how many there are now.
    fn count(&mut self, entry: &MigrationLog) -> usize {
        let count = self.0.entry(key(entry)).or_default();
        *count += 1;
        *count
    }

    fn of(&self, entry: &MigrationLog) -> usize {
        self.0.get(&key(entry)).copied().unwrap_or_default()
    }
}

/// All that tells one entry from another.
fn key(entry: &MigrationLog) -> String {
    serde_json::to_string(entry).unwrap_or_default()
}

/// Time, level, code and words.
fn line(entry: &MigrationLog) -> String {
    let [at, level, code, message] = [
        &entry.created_at,
        &entry.log_level,
        &entry.log_code,
        &entry.message,
    ]
    .map(|text| table::cell(text.as_deref()));
    format!("{at}  {level:<5}  {code}  {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(json: &str) -> MigrationLog {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_entry_is_one_line() {
        let entry = entry(
            r#"{"created_at": "2026-02-11T08:41:50.120Z", "log_level": "INFO", "message": "full sync\nfinished"}"#,
        );
        assert_eq!(
            line(&entry),
            "2026-02-11T08:41:50.120Z  INFO   -  full sync\\nfinished"
        );
    }

    #[test]
    fn equal_entries_are_counted_and_others_are_not_mistaken_for_them() {
        let mut seen = Seen::default();
        let (one, other) = (entry(r#"{"message": "a"}"#), entry(r#"{"log_code": "a"}"#));
        assert_eq!((seen.count(&one), seen.count(&one)), (1, 2));
        assert_eq!((seen.of(&one), seen.of(&other)), (2, 0));
    }
}
