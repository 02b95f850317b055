//! The gateway in front of DCS and IAM: who may pass, and how it refuses.

mod credentials;
mod refusal;
mod tokens;

pub(crate) use credentials::Gateway;
pub(crate) use refusal::Refusal;
pub(crate) use tokens::{Scope, Tokens};
