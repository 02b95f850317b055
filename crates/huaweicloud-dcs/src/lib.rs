#![doc = include_str!("../README.md")]

mod attempt;
mod batch;
mod builder;
mod call;
mod calls;
mod client;
mod clock;
mod credentials;
mod cut_over;
mod diagnosis;
mod endpoint;
mod environment;
mod error;
mod error_body;
mod error_members;
mod exchange;
mod flight;
mod free_text;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod iam;
mod identifier;
mod inner;
mod lag;
mod outcome;
mod pages;
mod prior;
mod project;
mod proxy;
mod queries;
mod redact;
mod region;
mod renewal;
mod request_secrets;
mod response;
mod retry;
mod service;
mod sign;
mod skew;
mod source;
mod spelling;
mod success_body;
#[cfg(test)]
mod tests;
mod tls;
mod token;
mod token_call;
mod transport;
mod wait;

pub use batch::TaskResult;
pub use builder::ClientBuilder;
pub use client::MigrationClient;
pub use credentials::{Credentials, CredentialsFuture, ProvideCredentials};
pub use cut_over::{
    CutOver, CutOverOutcome, CutOverPlan, CutOverReport, LagReading, PlannedStep, RollBackEnd,
    RollBackOutcome, Step, StepKind, StepState,
};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Result};
pub use lag::lag;
pub use queries::{LogQuery, TaskQuery};
pub use response::Response;
pub use retry::RetryConfig;
pub use wait::{Condition, Poll, Progress, StopEnd, StopOutcome, WaitConfig};

/// The service's models: what calls take and what they return.
pub mod types {
    pub use huaweicloud_dcs_api::iam::types::{Links, Project};
    pub use huaweicloud_dcs_api::migration::types::{
        BackupFileBody, BackupFilesBody, BackupFilesRespBody, BackupRecord,
        ConfigMigrationInstanceBody, CreateMigrationTaskBody, CreateMigrationTaskResponse,
        CreateOnlineMigrationTaskBody, CreateOnlineMigrationTaskResponse, FileSource, Files,
        InstanceRespBody, IpExchangeRequest, ListMigrationTaskLogsResponse,
        ListMigrationTaskResponse, MigrationLog, MigrationMethod, MigrationTaskDetail,
        MigrationTaskList, MigrationType, ResumeMode, SetOnlineMigrationTaskBody,
        SetOnlineMigrationTaskResponse, ShowJobInfoResponse, ShowMigrationTaskStatsResponse,
        SourceInstanceBody, TargetInstanceBody,
    };
    pub use huaweicloud_dcs_api::{NumberOrString, Secret, TaskStatus, UnknownStatus};
}

/// A cause of any type.
type BoxError = Box<dyn std::error::Error + Send + Sync>;
