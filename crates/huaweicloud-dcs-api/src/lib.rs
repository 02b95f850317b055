//! Client of Huawei Cloud DCS data migration.
//!
//! [`Client`], [`types`] and [`operations`] are generated from the OpenAPI document `spec/dcs-migration.yaml` of the repository. Calls
//! are made by [`huaweicloud_core`]. Most programs want the `huaweicloud-dcs` crate, which is built on this one.

mod generated;
mod status;

pub use generated::{Client, operations, types};
pub use huaweicloud_core::{Error, NumberOrString, Response, Result, Secret};
pub use status::{TaskStatus, UnknownStatus};
