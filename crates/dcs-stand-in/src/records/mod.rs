//! What is remembered and logged of the requests that came.

mod journal;
mod request;

pub(crate) use journal::{Entry, Journal};
pub use request::{Effect, RecordedRequest};
