#![doc = include_str!("../README.md")]

mod flight;
mod generated;
mod project;
mod service;
mod tokens;

pub use generated::{Client, operations, types};
pub use project::{Project, projects};
pub use service::SERVICE;
pub use tokens::{IamUser, UserTokens};
