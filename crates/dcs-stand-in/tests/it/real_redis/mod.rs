//! The engine redis, with real servers. Where `redis-server` is not installed, these tests say so and do nothing.

mod servers;
mod session;
mod writer;

mod exchanging;
mod failing;
mod migrating;
#[cfg(unix)]
mod restarting;
mod stopping;
