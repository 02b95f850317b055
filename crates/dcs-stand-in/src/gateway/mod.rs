//! The gateway in front of DCS and IAM: checks credentials and refuses requests.

mod credentials;
mod refusal;
mod tokens;

pub(crate) use credentials::Gateway;
pub(crate) use refusal::Refusal;
pub(crate) use tokens::{Scope, Tokens};
