//! What can be made to go wrong, how it is written as text, and how it strikes.

mod broken;
mod fault;
mod grammar;
mod strike;

pub(crate) use broken::Connection;
pub use fault::Fault;
pub(crate) use fault::FaultQueue;
pub use grammar::{FAULT_GRAMMAR, FaultError};
pub(crate) use strike::strike;
