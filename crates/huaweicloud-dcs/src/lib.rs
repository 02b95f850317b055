//! [`Credentials::from_env`]: Credentials::from_env
//! [`MigrationClient`]: MigrationClient
//! [`stop_sync`]: MigrationClient::stop_sync
//! [`stop_sync_and_wait`]: MigrationClient::stop_sync_and_wait
//! [`cut_over`]: MigrationClient::cut_over
//! [`delete`]: MigrationClient::delete
//! [`with_project_id`]: MigrationClient::with_project_id
//! [`with_region`]: MigrationClient::with_region
//! [`Error::may_have_been_applied()`]: Error::may_have_been_applied
//! [`previous()`]: Error::previous
//! [`build()`]: huaweicloud_core::ClientBuilder::build
//! [runbook]: runbook
//! [table of calls]: huaweicloud_core#logging
//! [stand-in]: ../dcs_stand_in/index.html
// The first definition of a link wins: in rustdoc the ones above, elsewhere those of the README.
#![cfg_attr(feature = "test-util", doc = "[`testing::Script`]: testing::Script")]
#![cfg_attr(
    not(feature = "test-util"),
    doc = "[`testing::Script`]: huaweicloud_core#features"
)]
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

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

/// [dcsctl]: ../../dcsctl/index.html
#[cfg(any(doc, doctest))]
#[doc = include_str!("../RUNBOOK.md")]
pub mod runbook {}

/// The models of requests and responses.
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
