//! The server: connections, and the way of each request.

mod accept;
mod routes;

pub(crate) use accept::run;
pub(crate) use routes::Shared;
