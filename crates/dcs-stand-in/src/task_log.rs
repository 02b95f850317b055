//! The log of a task: an entry for each change, as it came.

use serde_json::{Value, json};

use crate::{task::Task, time::Moment, timestamp};

/// An entry of the log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    at: Moment,
    pub(crate) level: &'static str,
    message: String,
    keyword: String,
}

/// The levels that a query may name.
pub(crate) const LEVELS: [&str; 4] = ["INFO", "ERROR", "WARN", "DEBUG"];

impl Entry {
    /// The codes of the service's entries are not documented, so there is none.
    pub(crate) fn view(&self) -> Value {
        json!({
            "created_at": timestamp::in_list(self.at.day),
            "log_level": self.level,
            "message": self.message,
            "log_code": null,
            "keyword": [self.keyword],
        })
    }
}

impl Task {
    /// All entries until now, oldest first.
    pub(crate) fn log(&self, now: Moment) -> Vec<Entry> {
        let statuses = self.history.statuses(now).into_iter().map(|change| {
            let is_failure = change.to.is_failure();
            let mut message = format!("the task is {}", change.to);
            if let Some(why) = self.error_message(change.at).filter(|_| is_failure) {
                message = format!("{message}: {why}");
            }
            Entry {
                at: change.at,
                level: if is_failure { "ERROR" } else { "INFO" },
                message,
                keyword: change.to.to_string(),
            }
        });
        let exchanges = self.history.exchange_statuses(now).into_iter();
        let exchanges = exchanges.filter_map(|change| {
            let status = change.to?;
            Some(Entry {
                at: change.at,
                level: "INFO",
                message: format!("the exchange of IP addresses is {status}"),
                keyword: status,
            })
        });
        let mut entries: Vec<_> = statuses.chain(exchanges).collect();
        entries.sort_by_key(|entry| entry.at.even);
        entries
    }
}
