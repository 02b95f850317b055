//! DCS itself: the calls, their checks and their responses.

mod answers;
mod batch;
mod control;
mod create;
mod error;
mod read;
mod request;
mod service;

pub(crate) use error::ServiceError;
pub(crate) use request::{Ids, Request};
pub(crate) use service::Dcs;
