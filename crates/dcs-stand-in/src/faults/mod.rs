//! Faults: what they are, how they are written, and how they strike.

mod broken;
mod fault;
mod grammar;
mod strike;

pub(crate) use broken::Connection;
pub use fault::Fault;
pub(crate) use fault::FaultQueue;
pub use grammar::{FAULT_GRAMMAR, FaultError};
pub(crate) use strike::strike;
