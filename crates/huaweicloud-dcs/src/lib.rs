#![doc = include_str!("../README.md")]

mod attempt;
mod builder;
mod call;
mod client;
mod clock;
mod credentials;
mod diagnosis;
mod endpoint;
mod environment;
mod error;
mod error_body;
mod exchange;
mod identifier;
mod inner;
mod outcome;
mod redact;
mod region;
mod response;
mod retry;
mod sign;
mod skew;
mod source;
#[cfg(test)]
mod tests;
mod tls;
mod transport;
mod wait;

pub use builder::ClientBuilder;
pub use client::MigrationClient;
pub use credentials::{Credentials, CredentialsFuture, ProvideCredentials};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Result};
pub use response::Response;
pub use retry::RetryConfig;
pub use wait::{StopEnd, StopOutcome, WaitConfig};

/// The service's models: what calls return.
pub mod types {
    pub use huaweicloud_dcs_api::migration::types::{
        BackupFilesRespBody, BackupRecord, Files, InstanceRespBody, MigrationTaskDetail,
    };
    pub use huaweicloud_dcs_api::{NumberOrString, TaskStatus, UnknownStatus};
}

/// A cause of any type.
type BoxError = Box<dyn std::error::Error + Send + Sync>;
