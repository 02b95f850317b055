//! A local DCS for tests, as a library and as a program.
//!
// The example needs the client, and this crate does not depend on it. The tests of `huaweicloud-dcs` run the example.
#![cfg_attr(not(doctest), doc = include_str!("../README.md"))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod call;
mod dcs;
mod engine;
mod faults;
mod gateway;
mod http;
mod iam;
mod identifier;
mod lock;
mod records;
#[cfg(feature = "redis")]
mod redis;
mod server;
mod stand_in;
mod start_error;
mod state;
mod time;

#[cfg(feature = "redis")]
pub use crate::redis::{RedisEngine, StopAnswers};
pub use axum::http::{HeaderName, HeaderValue, StatusCode};
pub use builder::Builder;
pub use faults::{FAULT_GRAMMAR, Fault, FaultError};
pub use huaweicloud_core::{Operation, Repeat};
pub use huaweicloud_dcs_api::{TaskStatus, operations};
pub use huaweicloud_iam::operations as iam_operations;
pub use records::{Effect, RecordedRequest};
pub use stand_in::StandIn;
pub use start_error::StartError;
