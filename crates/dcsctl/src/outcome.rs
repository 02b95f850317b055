//! What became of a task, in one word.

use serde::Serialize;

/// The words of a script: they do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Stopped,
    AlreadyStopped,
    Exchanged,
    AlreadyExchanged,
    RolledBack,
    AlreadyRolledBack,
    /// The service took an order that it carries out by and by.
    Accepted,
    Updated,
    Deleted,
    Failed,
    /// It may have been done.
    Unknown,
    NotStarted,
}

impl Outcome {
    pub(crate) const ALL: [Self; 12] = [
        Self::Stopped,
        Self::AlreadyStopped,
        Self::Exchanged,
        Self::AlreadyExchanged,
        Self::RolledBack,
        Self::AlreadyRolledBack,
        Self::Accepted,
        Self::Updated,
        Self::Deleted,
        Self::Failed,
        Self::Unknown,
        Self::NotStarted,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::AlreadyStopped => "already_stopped",
            Self::Exchanged => "exchanged",
            Self::AlreadyExchanged => "already_exchanged",
            Self::RolledBack => "rolled_back",
            Self::AlreadyRolledBack => "already_rolled_back",
            Self::Accepted => "accepted",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotStarted => "not_started",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_json_and_text_are_the_same() {
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }
}
