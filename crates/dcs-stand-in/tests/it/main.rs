//! The behaviour of the stand-in, over real sockets.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, which the exception for tests does not see"
)]

mod client;
mod generated;
mod program;

mod advancing;
mod batches;
mod binary;
mod bodies;
mod clock_window;
mod credentials;
mod exchanges;
mod fault_grammar;
mod faults;
mod identifiers;
mod imports;
mod lists;
mod online;
mod operations;
mod preconditions;
mod projects;
#[cfg(feature = "redis")]
mod real_redis;
mod records;
mod settings;
mod shapes;
mod stopping;
mod tokens;
