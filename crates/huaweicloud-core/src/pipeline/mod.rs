//! The way of one call: from a request to its answer or its error.

mod attempt;
mod call;
mod client;
mod diagnosis;
mod log;
mod outcome;
mod renewal;
mod request;
mod retry;
mod skew;
mod success;
#[cfg(test)]
mod tests;

pub use client::{CallOptions, Client, Repeats};
pub(crate) use client::{Limits, Shared, Target};
pub use request::{Request, check_path_value};
pub use retry::RetryConfig;
#[cfg(fuzzing)]
pub(crate) use retry::retry_after;
pub(crate) use skew::Skew;
