#![doc = include_str!("../README.md")]

mod answer;
mod builder;
mod clock;
mod fault;
mod fault_body;
mod fault_queue;
mod fault_strike;
mod fault_text;
mod gateway;
mod identifier;
mod line;
mod locked;
mod log;
mod record;
mod route;
mod server;
mod service;
mod shared;
mod stand_in;
mod tasks;
mod visit;

pub use axum::http::{HeaderName, HeaderValue, StatusCode};
pub use builder::{Builder, StartError};
pub use fault::Fault;
pub use fault_text::{FAULT_GRAMMAR, FaultError};
pub use huaweicloud_dcs_api::{TaskStatus, migration::operations};
pub use record::{Effect, RecordedRequest};
pub use stand_in::StandIn;
