//! Whole calls over real sockets: against the stand-in, and against servers that misbehave to the byte.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

mod fault_ambiguous;
mod fault_answers;
mod fault_concurrency;
mod fault_inputs;
mod fault_leaks;
mod fault_sockets;
mod logs;
mod readme;
mod settings;
mod stop_sync;
mod wire;
