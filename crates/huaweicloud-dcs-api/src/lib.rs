//! Generated clients and models of Huawei Cloud DCS data migration, and of the IAM calls that lead there.
//!
//! This crate is a codec and nothing more: it makes URLs and bodies of a call's arguments and models of an answer. It does not sign,
//! retry, or limit anything; what is done with a request is decided by the [`Exchange`] given to the client. Most programs want the
//! `huaweicloud-dcs` crate, which is built on this one.
//!
//! ```
//! use std::{future::Future, pin::Pin, sync::Arc};
//!
//! use huaweicloud_dcs_api::{Call, Exchange, Operation, migration};
//!
//! /// Sends each request once, as it is.
//! #[derive(Debug)]
//! struct Once(reqwest::Client);
//!
//! impl Exchange for Once {
//!     fn exchange<'a>(
//!         &'a self,
//!         request: reqwest::Request,
//!         _operation: &'static Operation,
//!     ) -> Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>> {
//!         Box::pin(self.0.execute(request))
//!     }
//! }
//!
//! fn client(endpoint: &str, http: reqwest::Client) -> migration::Client {
//!     let exchange = Arc::new(Once(http.clone()));
//!     let call = Call::new(&migration::operations::SHOW_MIGRATION_TASK, exchange);
//!     migration::Client::new_with_client(endpoint, http, call)
//! }
//! ```

mod generated {
    pub(crate) mod iam;
    pub(crate) mod migration;
}
mod hooks;
mod number;
mod operation;
mod secret;
mod status;

pub use hooks::{Call, Exchange};
pub use number::NumberOrString;
pub use operation::{Operation, Repeat};
pub use progenitor_client::{Error, ResponseValue};
pub use secret::Secret;
pub use status::{TaskStatus, UnknownStatus};

/// Data migration: its client, models and operations.
pub mod migration {
    pub use crate::generated::migration::{Client, operations, types};
}

/// IAM: its client, models and operations.
pub mod iam {
    pub use crate::generated::iam::{Client, operations, types};
}
