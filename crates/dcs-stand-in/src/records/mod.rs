//! Records and log of the requests.

mod journal;
mod request;

pub(crate) use journal::{Entry, Journal};
pub use request::{Effect, RecordedRequest};
