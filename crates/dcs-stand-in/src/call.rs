//! The calls that the stand-in serves, and their names on the command line.

use huaweicloud_core::Operation;
use huaweicloud_dcs_api::operations as dcs;
use huaweicloud_iam::operations as iam;

/// Makes [`Call`] from a table: the name in code, the name on the command line, the operation.
macro_rules! calls {
    ($($call:ident $name:literal $operation:path;)*) => {
        /// An operation that the stand-in serves.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Call {
            $($call,)*
        }

        impl Call {
            pub(crate) const ALL: &[Self] = &[$(Self::$call),*];

            pub(crate) const fn operation(self) -> &'static Operation {
                match self {
                    $(Self::$call => &$operation,)*
                }
            }

            /// The name of the operation on the command line.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$call => $name,)*
                }
            }
        }
    };
}

calls! {
    CreateImport "create-import" dcs::CREATE_MIGRATION_TASK;
    CreateOnline "create-online" dcs::CREATE_ONLINE_MIGRATION_TASK;
    Configure "configure" dcs::SET_ONLINE_MIGRATION_TASK;
    List "list" dcs::LIST_MIGRATION_TASK;
    Show "show" dcs::SHOW_MIGRATION_TASK;
    Update "update" dcs::UPDATE_MIGRATION_TASK;
    Stats "stats" dcs::SHOW_MIGRATION_TASK_STATS;
    Logs "logs" dcs::LIST_MIGRATION_TASK_LOGS;
    Stop "stop" dcs::STOP_MIGRATION_TASK;
    StopSync "sync-stop" dcs::STOP_MIGRATION_TASK_SYNC;
    BatchStop "batch-stop" dcs::BATCH_STOP_MIGRATION_TASKS;
    BatchRestart "batch-restart" dcs::BATCH_RESTART_ONLINE_MIGRATION_TASKS;
    Delete "delete" dcs::DELETE_MIGRATION_TASK;
    ExchangeIp "exchange-ip" dcs::EXCHANGE_INSTANCE_IP;
    RollbackIp "rollback-ip" dcs::ROLLBACK_EXCHANGE_INSTANCE_IP;
    Job "job" dcs::SHOW_JOB_INFO;
    Projects "projects" iam::KEYSTONE_LIST_PROJECTS;
    Token "token" iam::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD;
}

impl Call {
    /// Whether the call is one of IAM, not of DCS.
    pub(crate) const fn is_iam(self) -> bool {
        matches!(self, Self::Projects | Self::Token)
    }

    /// Whether the call needs credentials. A client that requests a token has none yet.
    pub(crate) const fn needs_credentials(self) -> bool {
        !matches!(self, Self::Token)
    }
}
