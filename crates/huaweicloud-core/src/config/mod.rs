//! Settings: the builder of every client, the environment, endpoints, regions, and the description of a service.

mod builder;
mod endpoint;
mod environment;
mod region;
mod service;
mod settings;

pub use builder::{ClientBuilder, FromBuilder};
pub(crate) use endpoint::Endpoint;
pub use endpoint::shown_address;
pub use environment::Environment;
pub use region::is_known_region;
pub use service::{CodeMeaning, ErrorCode, Service};
pub(crate) use service::{DATE_REFUSED, KEY_REFUSED};
