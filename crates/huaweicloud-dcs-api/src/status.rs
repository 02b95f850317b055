//! The status of a migration task, open to undocumented values.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Status of a migration task.
///
/// Values compare by meaning: [`IncrementalMigrating`](Self::IncrementalMigrating) has two spellings. An undocumented
/// value keeps its text, as [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskStatus {
    /// `CREATING`: the task is being created.
    Creating,
    /// `RUNNING`: the task waits for its configuration. Despite the name, nothing is copied.
    Running,
    /// `FULLMIGRATING`: the full copy is under way.
    FullMigrating,
    /// `INCRMIGEATING`: changes of the source are replicated until someone stops the task.
    ///
    /// The service sends this misspelt form. `INCRMIGRATING`, which some vendor documentation uses, is the same status.
    IncrementalMigrating,
    /// `MIGRATING`: data is being copied. Used for a backup import, and for any task in the list of tasks.
    Migrating,
    /// `SUCCESS`: the migration is done.
    Success,
    /// `FAILED`: the migration failed.
    Failed,
    /// `TERMINATING`: the task is being stopped.
    Terminating,
    /// `TERMINATED`: the task was stopped.
    Terminated,
    /// `MIGRATION_SUCCESS`: the migration is done; the migration machine is not released yet.
    MigrationSuccess,
    /// `MIGRATION_FAILED`: the migration failed.
    MigrationFailed,
    /// `RELEASED`: the migration machine was released.
    Released,
    /// `ERROR`: the task has a fault.
    Error,
    /// `DELETED`: the task was deleted.
    Deleted,
    /// An undocumented status.
    Unknown(UnknownStatus),
}

/// The text of an undocumented status. It never holds a documented one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownStatus(Box<str>);

impl UnknownStatus {
    /// The text as the service sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TaskStatus {
    /// The text as the service sends it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Creating => "CREATING",
            Self::Running => "RUNNING",
            Self::FullMigrating => "FULLMIGRATING",
            Self::IncrementalMigrating => "INCRMIGEATING",
            Self::Migrating => "MIGRATING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Terminating => "TERMINATING",
            Self::Terminated => "TERMINATED",
            Self::MigrationSuccess => "MIGRATION_SUCCESS",
            Self::MigrationFailed => "MIGRATION_FAILED",
            Self::Released => "RELEASED",
            Self::Error => "ERROR",
            Self::Deleted => "DELETED",
            Self::Unknown(text) => text.as_str(),
        }
    }

    /// Whether data is being copied and can be stopped: `MIGRATING`, `FULLMIGRATING`, `INCRMIGEATING`.
    ///
    /// `RUNNING` is not one of them: see [`Running`](Self::Running).
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(
            self,
            Self::Migrating | Self::FullMigrating | Self::IncrementalMigrating
        )
    }

    /// Whether the task has ended and stays so unless someone restarts it: `SUCCESS`, `MIGRATION_SUCCESS`, `TERMINATED`,
    /// `RELEASED`, `DELETED`, and every [failure](Self::is_failure).
    ///
    /// `INCRMIGEATING` is not final, although a task may keep it without limit. Unknown statuses are not final.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.is_failure()
            || matches!(
                self,
                Self::Success
                    | Self::MigrationSuccess
                    | Self::Terminated
                    | Self::Released
                    | Self::Deleted
            )
    }

    /// Whether the task has failed: `FAILED`, `MIGRATION_FAILED`, `ERROR`.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed | Self::MigrationFailed | Self::Error)
    }

    /// The documented status with this text.
    fn known(text: &str) -> Option<Self> {
        Some(match text {
            "CREATING" => Self::Creating,
            "RUNNING" => Self::Running,
            "FULLMIGRATING" => Self::FullMigrating,
            "INCRMIGEATING" | "INCRMIGRATING" => Self::IncrementalMigrating,
            "MIGRATING" => Self::Migrating,
            "SUCCESS" => Self::Success,
            "FAILED" => Self::Failed,
            "TERMINATING" => Self::Terminating,
            "TERMINATED" => Self::Terminated,
            "MIGRATION_SUCCESS" => Self::MigrationSuccess,
            "MIGRATION_FAILED" => Self::MigrationFailed,
            "RELEASED" => Self::Released,
            "ERROR" => Self::Error,
            "DELETED" => Self::Deleted,
            _ => return None,
        })
    }
}

impl From<&str> for TaskStatus {
    fn from(text: &str) -> Self {
        Self::known(text).unwrap_or_else(|| Self::Unknown(UnknownStatus(text.into())))
    }
}

impl From<String> for TaskStatus {
    fn from(text: String) -> Self {
        Self::known(&text).unwrap_or_else(|| Self::Unknown(UnknownStatus(text.into())))
    }
}

impl FromStr for TaskStatus {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for TaskStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TaskStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(StatusVisitor)
    }
}

/// Reads a status; copies its text only if it is unknown.
struct StatusVisitor;

impl de::Visitor<'_> for StatusVisitor {
    type Value = TaskStatus;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the status of a migration task, as text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<TaskStatus, E> {
        Ok(text.into())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<TaskStatus, E> {
        Ok(text.into())
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for TaskStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TaskStatus".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::TaskStatus").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Status of a migration task. New values may appear at any time.",
        })
    }
}
