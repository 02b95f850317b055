//! Whole calls over real sockets: at the stand-in, and at servers that misbehave on the wire.
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helpers too"
)]

mod child;
mod connection_settings;
mod fault_ambiguous;
mod fault_answers;
mod fault_concurrency;
mod fault_connections;
mod fault_environment;
mod fault_inputs;
mod fault_leaks;
mod fault_memory;
mod fault_sockets;
mod fault_table;
mod iam;
mod load;
/// The modules of `examples/load`, without its `main`.
#[path = "../../examples/load"]
mod load_run {
    pub(crate) mod counting_proxy;
    pub(crate) mod faults;
    pub(crate) mod load;
    pub(crate) mod truth;
}
mod proxy_server;
mod readme;
mod resume;
mod settings;
mod stand_in_readme;
mod stop_sync;
mod tls_server;
mod wire;
