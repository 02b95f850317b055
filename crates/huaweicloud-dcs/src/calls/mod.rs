//! The calls of the service: one method each.

mod creating;
mod reading;
mod stopping;
mod switching;
