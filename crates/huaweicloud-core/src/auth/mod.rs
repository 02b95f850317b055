//! What a request proves its sender with: credentials, where they come from, and what they put on a request.

mod credentials;
mod environment;
mod gate;
mod sign;
mod source;

pub use credentials::{Credentials, CredentialsFuture, ProvideCredentials};
pub(crate) use credentials::{Kind, shorten};
pub use environment::environment_variable;
pub(crate) use environment::variable_or_empty;
pub(crate) use gate::{Closed, Place, Refusal};
pub(crate) use sign::authenticate;
pub(crate) use source::{Missing, Source};
pub use source::{ResolveCredentials, Resolved};
