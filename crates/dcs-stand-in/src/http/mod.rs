//! The parts of requests and responses that DCS and IAM share.

mod answer;
mod json;
mod query;

pub(crate) use answer::{answer, complete, json_answer, model_answer};
pub(crate) use json::{Problem, read, with_all_members};
pub(crate) use query::Query;
