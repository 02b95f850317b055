//! The server: connections and routes.

mod accept;
mod routes;

pub(crate) use accept::run;
pub(crate) use routes::Shared;
