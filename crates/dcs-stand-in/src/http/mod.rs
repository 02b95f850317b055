//! What every answer and every request is made of, whoever answers.

mod answer;
mod json;
mod query;

pub(crate) use answer::{answer, complete, json_answer, model_answer};
pub(crate) use json::{Problem, read, with_all_members};
pub(crate) use query::Query;
