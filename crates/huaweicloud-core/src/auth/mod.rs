//! Credentials: where they come from, and how a request is authenticated with them.

mod credentials;
mod environment;
mod gate;
mod sign;
mod source;

pub use credentials::{Credentials, CredentialsFuture, ProvideCredentials};
pub(crate) use credentials::{Kind, shorten};
pub use environment::environment_variable;
pub(crate) use environment::variable_or_empty;
pub(crate) use gate::{Closed, Place};
pub(crate) use sign::authenticate;
pub(crate) use source::Source;
pub use source::{ResolveCredentials, Resolved};
