//! One call: from a request to its response or its error.

mod attempt;
mod call;
mod client;
mod failure;
mod log;
mod request;
mod response;
mod retry;
mod skew;
mod success;
#[cfg(test)]
mod tests;

pub use client::{CallOptions, Client, RetryHook};
pub(crate) use client::{Limits, Shared, Target};
pub use request::{Request, check_path_value};
pub use retry::RetryConfig;
#[cfg(fuzzing)]
pub(crate) use retry::retry_after;
pub(crate) use skew::Skew;
