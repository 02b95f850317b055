#![doc = include_str!("../README.md")]

mod client;
mod cut_over;
mod names;
mod service;
#[cfg(test)]
mod tests;
mod wait;

pub use client::{ClientBuilder, LogQuery, MigrationClient, TaskQuery, TaskResult};
pub use cut_over::{
    CutOver, CutOverOutcome, CutOverPlan, CutOverReport, LagReading, PlannedStep, RollBackEnd,
    RollBackOutcome, Step, StepKind, StepState, lag,
};
#[cfg(feature = "test-util")]
pub use huaweicloud_core::testing;
pub use huaweicloud_core::{
    Credentials, CredentialsFuture, Environment, Error, ErrorBuilder, ErrorKind,
    ProvideCredentials, Response, Result, RetryConfig,
};
pub use service::SERVICE;
pub use wait::{Condition, Poll, Progress, StopEnd, StopOutcome, WaitConfig};

/// The service's models: what calls take and what they return.
pub mod types {
    pub use huaweicloud_core::{NumberOrString, Secret};
    pub use huaweicloud_dcs_api::types::{
        BackupFileBody, BackupFilesBody, BackupFilesRespBody, BackupRecord,
        ConfigMigrationInstanceBody, CreateMigrationTaskBody, CreateMigrationTaskResponse,
        CreateOnlineMigrationTaskBody, CreateOnlineMigrationTaskResponse, FileSource, Files,
        InstanceRespBody, IpExchangeRequest, ListMigrationTaskLogsResponse,
        ListMigrationTaskResponse, MigrationLog, MigrationMethod, MigrationTaskDetail,
        MigrationTaskList, MigrationType, ResumeMode, SetOnlineMigrationTaskBody,
        SetOnlineMigrationTaskResponse, ShowJobInfoResponse, ShowMigrationTaskStatsResponse,
        SourceInstanceBody, TargetInstanceBody,
    };
    pub use huaweicloud_dcs_api::{TaskStatus, UnknownStatus};
    pub use huaweicloud_iam::types::{Links, Project};
}
