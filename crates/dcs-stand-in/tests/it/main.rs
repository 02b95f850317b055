//! Everything that can be seen from outside, over real sockets.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests, which the exception for tests does not see"
)]

mod client;

mod binary;
mod clock_window;
mod credentials;
mod fault_grammar;
mod faults;
mod identifiers;
mod operations;
mod records;
mod settings;
mod stopping;
