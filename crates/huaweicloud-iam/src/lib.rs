#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod flight;
mod generated;
mod project;
mod project_client;
mod service;
mod tokens;

pub use generated::{Client, operations, types};
pub use project_client::ProjectClient;
pub use service::SERVICE;
