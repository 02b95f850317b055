//! A request to DCS that has passed the gateway.

use std::ops::RangeInclusive;

use axum::{http::HeaderMap, response::Response};
use serde::de::DeserializeOwned;

use super::error::ServiceError;
use crate::{
    call::Call,
    gateway::Scope,
    http::{Query, read},
    records::Entry,
};

/// The percent-decoded parameters of the path. Bytes that are not UTF-8 decode to a character that no ID has.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    pub(crate) project: String,
    pub(crate) task: Option<String>,
    pub(crate) job: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) call: Call,
    pub(crate) ids: &'a Ids,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: Query,
    pub(crate) body: &'a [u8],
    pub(crate) scope: &'a Scope,
    /// Records the effect.
    pub(crate) entry: &'a Entry,
}

pub(crate) type Answered = Result<Response, ServiceError>;

impl Request<'_> {
    /// The task ID in the path. Empty if the path has none; no task has an empty ID.
    pub(crate) fn task(&self) -> &str {
        self.ids.task.as_deref().unwrap_or_default()
    }

    pub(crate) fn model<T: DeserializeOwned>(&self) -> Result<T, ServiceError> {
        Ok(read(self.body)?)
    }
}

impl Query {
    /// A number in a range. A missing parameter is the default.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize, ServiceError> {
        let Some(text) = self.text(name) else {
            return Ok(default);
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| ServiceError::wrong(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_number_outside_range_is_wrong() {
        let query = Query::read(Some("n=5"));
        assert_eq!(query.number("n", 1, 1..=5).ok(), Some(5));
        assert_eq!(query.number("none", 1, 1..=5).ok(), Some(1));
        for wrong in ["n=0", "n=6", "n=-1", "n=x", "n="] {
            let query = Query::read(Some(wrong));
            assert!(query.number("n", 1, 1..=5).is_err(), "{wrong}");
        }
    }
}
