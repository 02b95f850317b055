//! `logs`: shows the log of a task.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::pin::pin;
use std::time::Duration;

use clap::Args;
use futures_util::{StreamExt as _, TryStreamExt as _};
use huaweicloud_dcs::LogQuery;
use huaweicloud_dcs::types::MigrationLog;

use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::output::{self, Format};
use crate::run::polling;

const EXAMPLES: &str = "  dcsctl logs b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl logs --all --level ERROR b21989ec-2889-4b8e-99db-19c073425ec2
  dcsctl logs --follow --interval 10s b21989ec-2889-4b8e-99db-19c073425ec2

Entries keep the order of the service, which the vendor documentation does not define.
--follow writes each entry once until the task ends, for up to 500,000 entries. The exit code is then 0, however the
task ended.
JSON: one object per entry, with the keys that the service sends.";

/// Maximum number of different entries to follow: about 20 MB of hashes.
const MOST_FOLLOWED: usize = 500_000;

/// Show the log of a migration task
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::READ_FOOT)]
pub(crate) struct Options {
    /// Task ID
    #[arg(value_name = "TASK_ID")]
    task_id: String,

    /// Show only entries of this level: INFO or ERROR; newer documentation adds WARN and DEBUG
    #[arg(long, value_parser = level, value_name = "LEVEL")]
    level: Option<String>,

    /// Read all pages
    #[arg(long, conflicts_with = "limit")]
    all: bool,

    /// Maximum number of entries to read
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..), default_value_t = 100, value_name = "N")]
    limit: u32,

    /// Write all entries, then new ones as they arrive, until the task has ended
    #[arg(long, conflicts_with_all = ["all", "limit"])]
    follow: bool,

    /// Time between two readings, at least 500ms
    #[arg(long, requires = "follow", value_parser = polling::interval, default_value = "5s", value_name = "DURATION")]
    interval: Duration,
}

/// Reads a level in any letter case. Any level is accepted: the vendor documentation may add more.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature of an argument parser"
)]
fn level(text: &str) -> Result<String, String> {
    Ok(text.trim().to_ascii_uppercase())
}

/// Reads once, or until the task has ended.
pub(crate) async fn run(options: &Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
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
        let mut seen = Seen::new(MOST_FOLLOWED);
        let read = async || {
            let mut now = seen.empty();
            let entries = client.logs_all(task_id, query.clone());
            let mut entries = pin!(entries.map_err(|error| Failure::of(&error)));
            while let Some(entry) = entries.try_next().await? {
                if now.count(&entry)? > seen.of(&entry) {
                    seen.count(&entry)?;
                    write(&entry)?;
                    output::written().await?;
                }
            }
            Ok(())
        };
        return polling::until_the_end(&client, task_id, options.interval, read).await;
    }
    if options.all {
        let mut entries = pin!(client.logs_all(task_id, query));
        while let Some(entry) = entries.next().await {
            write(&entry.map_err(|error| Failure::of(&error))?)?;
            output::written().await?;
            if output::reader_has_gone() {
                break;
            }
        }
        return Ok(Exit::Done);
    }
    let query = query.with_limit(options.limit);
    let page = client.logs(task_id, &query).await;
    let page = page.map_err(|error| Failure::of(&error))?.into_body();
    let entries = page.migration_logs.unwrap_or_default();
    entries.iter().try_for_each(write)?;
    if u32::try_from(entries.len()).is_ok_and(|length| length >= options.limit) {
        output::talk("note: there may be more entries: pass --all or a higher --limit");
    }
    Ok(Exit::Done)
}

/// Counts equal entries, because entries have no ID and two may be equal. Keeps only hashes: 16 bytes per entry.
struct Seen {
    counts: HashMap<u64, u32>,
    hasher: RandomState,
    most: usize,
}

impl Seen {
    fn new(most: usize) -> Self {
        Self {
            counts: HashMap::new(),
            hasher: RandomState::new(),
            most,
        }
    }

    /// An empty counter with the same hash function.
    fn empty(&self) -> Self {
        Self {
            counts: HashMap::new(),
            hasher: self.hasher.clone(),
            most: self.most,
        }
    }

    /// Counts one more entry and returns the new count of its equals.
    fn count(&mut self, entry: &MigrationLog) -> Result<u32, Failure> {
        let hash = self.hash(entry);
        if self.counts.len() >= self.most && !self.counts.contains_key(&hash) {
            return Err(Failure::local(format!(
                "the log has more than {} different entries and cannot be followed: read it with --all",
                self.most
            )));
        }
        let count = self.counts.entry(hash).or_default();
        *count += 1;
        Ok(*count)
    }

    fn of(&self, entry: &MigrationLog) -> u32 {
        let count = self.counts.get(&self.hash(entry));
        count.copied().unwrap_or_default()
    }

    /// Hashes all members of an entry.
    fn hash(&self, entry: &MigrationLog) -> u64 {
        let text = serde_json::to_string(entry).unwrap_or_default();
        self.hasher.hash_one(text)
    }
}

/// Time, level, code and message.
fn line(entry: &MigrationLog) -> String {
    let [at, level, code, message] = [
        &entry.created_at,
        &entry.log_level,
        &entry.log_code,
        &entry.message,
    ]
    .map(|text| output::cell(text.as_deref()));
    format!("{at}  {level:<5}  {code}  {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(json: &str) -> MigrationLog {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn entry_is_one_line() {
        let entry = entry(
            r#"{"created_at": "2026-02-11T08:41:50.120Z", "log_level": "INFO", "message": "full sync\nfinished"}"#,
        );
        assert_eq!(
            line(&entry),
            "2026-02-11T08:41:50.120Z  INFO   -  full sync\\nfinished"
        );
    }

    #[test]
    fn equal_entries_are_counted_apart_from_others() {
        let mut seen = Seen::new(2);
        let (one, other) = (entry(r#"{"message": "a"}"#), entry(r#"{"log_code": "a"}"#));
        assert_eq!(seen.count(&one).unwrap(), 1);
        assert_eq!(seen.count(&one).unwrap(), 2);
        assert_eq!((seen.of(&one), seen.of(&other)), (2, 0));
    }

    #[test]
    fn followed_log_beyond_the_limit_is_an_error() {
        let mut seen = Seen::new(2);
        for (message, fits) in [("a", true), ("b", true), ("a", true), ("c", false)] {
            let entry = entry(&format!(r#"{{"message": "{message}"}}"#));
            assert_eq!(seen.count(&entry).is_ok(), fits, "{message}");
        }
    }
}
