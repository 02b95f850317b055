#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod auth;
pub mod clock;
mod config;
mod error;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod pipeline;
mod redact;
#[cfg(feature = "test-util")]
pub mod testing;
mod transport;
mod types;

pub use auth::{
    Credentials, CredentialsFuture, ProvideCredentials, ResolveCredentials, Resolved,
    environment_variable,
};
pub use config::{
    ClientBuilder, CodeMeaning, Environment, ErrorCode, FromBuilder, Service, is_known_region,
    shown_address,
};
pub use error::{Error, ErrorBuilder, ErrorKind, Result};
pub use pipeline::{CallOptions, Client, Request, RetryConfig, RetryHook, check_path_value};
pub use types::{
    Auth, NumberOrString, Operation, Page, Repeat, Response, Secret, SuccessBody, items,
};

/// A cause of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
