//! Client of Huawei Cloud DCS data migration.
//!
//! Most programs use the `huaweicloud-dcs` crate, which is built on this one.
//!
//! [`Client`], [`types`] and [`operations`] are generated from the OpenAPI document `spec/dcs-migration.yaml` in the
//! repository. [`huaweicloud_core`] signs, sends and retries the requests.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod generated;
mod status;

pub use generated::{Client, operations, types};
pub use huaweicloud_core::{Error, NumberOrString, Response, Result, Secret};
pub use status::{TaskStatus, UnknownStatus};
