//! The operations that the stand-in knows how to do, and what they are called where people type them.

use huaweicloud_dcs_api::{Operation, iam::operations as iam, migration::operations as migration};

/// An operation that the stand-in knows how to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    CreateImport,
    CreateOnline,
    Configure,
    List,
    Show,
    Update,
    Stats,
    Logs,
    Stop,
    StopSync,
    BatchStop,
    BatchRestart,
    Delete,
    ExchangeIp,
    RollbackIp,
    Job,
    Projects,
    Token,
}

impl Call {
    pub(crate) const ALL: [Self; 18] = [
        Self::CreateImport,
        Self::CreateOnline,
        Self::Configure,
        Self::List,
        Self::Show,
        Self::Update,
        Self::Stats,
        Self::Logs,
        Self::Stop,
        Self::StopSync,
        Self::BatchStop,
        Self::BatchRestart,
        Self::Delete,
        Self::ExchangeIp,
        Self::RollbackIp,
        Self::Job,
        Self::Projects,
        Self::Token,
    ];

    pub(crate) const fn operation(self) -> &'static Operation {
        match self {
            Self::CreateImport => &migration::CREATE_MIGRATION_TASK,
            Self::CreateOnline => &migration::CREATE_ONLINE_MIGRATION_TASK,
            Self::Configure => &migration::SET_ONLINE_MIGRATION_TASK,
            Self::List => &migration::LIST_MIGRATION_TASK,
            Self::Show => &migration::SHOW_MIGRATION_TASK,
            Self::Update => &migration::UPDATE_MIGRATION_TASK,
            Self::Stats => &migration::SHOW_MIGRATION_TASK_STATS,
            Self::Logs => &migration::LIST_MIGRATION_TASK_LOGS,
            Self::Stop => &migration::STOP_MIGRATION_TASK,
            Self::StopSync => &migration::STOP_MIGRATION_TASK_SYNC,
            Self::BatchStop => &migration::BATCH_STOP_MIGRATION_TASKS,
            Self::BatchRestart => &migration::BATCH_RESTART_ONLINE_MIGRATION_TASKS,
            Self::Delete => &migration::DELETE_MIGRATION_TASK,
            Self::ExchangeIp => &migration::EXCHANGE_INSTANCE_IP,
            Self::RollbackIp => &migration::ROLLBACK_EXCHANGE_INSTANCE_IP,
            Self::Job => &migration::SHOW_JOB_INFO,
            Self::Projects => &iam::KEYSTONE_LIST_PROJECTS,
            Self::Token => &iam::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD,
        }
    }

    /// What the operation is called where people type it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CreateImport => "create-import",
            Self::CreateOnline => "create-online",
            Self::Configure => "configure",
            Self::List => "list",
            Self::Show => "show",
            Self::Update => "update",
            Self::Stats => "stats",
            Self::Logs => "logs",
            Self::Stop => "stop",
            Self::StopSync => "sync-stop",
            Self::BatchStop => "batch-stop",
            Self::BatchRestart => "batch-restart",
            Self::Delete => "delete",
            Self::ExchangeIp => "exchange-ip",
            Self::RollbackIp => "rollback-ip",
            Self::Job => "job",
            Self::Projects => "projects",
            Self::Token => "token",
        }
    }

    /// Whether it is a call of IAM rather than of DCS.
    pub(crate) const fn is_iam(self) -> bool {
        matches!(self, Self::Projects | Self::Token)
    }

    /// Whether the gateway asks who calls. Whoever wants a token has none yet.
    pub(crate) const fn needs_credentials(self) -> bool {
        !matches!(self, Self::Token)
    }
}
