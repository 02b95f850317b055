#![doc = include_str!("../README.md")]

mod answer;
mod batch;
mod body;
mod builder;
mod call;
mod clock;
mod control;
mod create;
mod durations;
mod fault;
mod fault_body;
mod fault_queue;
mod fault_strike;
mod fault_text;
mod gateway;
mod history;
mod iam;
mod identifier;
mod line;
mod locked;
mod log;
mod progress;
mod query;
mod record;
mod route;
mod server;
mod service;
mod service_error;
mod shared;
mod stand_in;
mod start_error;
mod task;
mod task_log;
mod task_view;
mod tasks;
mod time;
mod timestamp;
mod tokens;
mod visit;

pub use axum::http::{HeaderName, HeaderValue, StatusCode};
pub use builder::Builder;
pub use fault::Fault;
pub use fault_text::{FAULT_GRAMMAR, FaultError};
pub use huaweicloud_dcs_api::{
    Operation, Repeat, TaskStatus, iam::operations as iam_operations, migration::operations,
};
pub use record::{Effect, RecordedRequest};
pub use stand_in::StandIn;
pub use start_error::StartError;
