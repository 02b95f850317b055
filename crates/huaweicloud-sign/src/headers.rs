//! The headers that a signature covers.

use std::cmp::Ordering;

use crate::canonical;
use crate::error::bounded;
use crate::request::{Header, Request};
use crate::syntax::{NO_TOKEN, UNDERSCORE, flags, is_value, trim};
use crate::{SignError, UNSIGNED_PAYLOAD, X_SDK_CONTENT_SHA256, X_SDK_DATE};

/// The headers of one signature, sorted by lower-case name, with trimmed values.
pub(crate) struct SignedHeaders<'a> {
    sorted: Vec<Header<'a>>,
    content: Option<&'a [u8]>,
    adds_unsigned_payload: bool,
}

impl<'a> SignedHeaders<'a> {
    /// Collects the headers of the request and those that signing adds.
    pub(crate) fn of(request: &Request<'a>, date: &'a str) -> Result<Self, SignError> {
        let mut sorted = Vec::with_capacity(request.headers.len() + 2);
        let (mut has_host, mut has_date, mut body_is_hashed, mut content) =
            (false, false, true, None);
        for &(name, value) in request.headers {
            // Gateways and proxies drop or rewrite names with `_`. The service does not expect
            // them in the signature.
            let flags = flags(name);
            if flags & UNDERSCORE != 0 {
                continue;
            }
            let value = trim(value);
            if name.is_empty() || flags & NO_TOKEN != 0 || !is_value(value) {
                return Err(SignError::InvalidHeader(bounded(name)));
            }
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            if is("authorization") {
                return Err(SignError::AlreadySigned);
            } else if is("host") {
                has_host = !value.is_empty();
            } else if is("content-type") {
                body_is_hashed =
                    value.is_empty() || HASHED_TYPES.iter().any(|hashed| value.starts_with(hashed));
            } else if is(X_SDK_DATE) {
                has_date = true;
            } else if is(X_SDK_CONTENT_SHA256) {
                content = Some(value);
            }
            sorted.push((name, value));
        }
        if !has_host {
            return Err(SignError::MissingHost);
        }
        if !has_date {
            sorted.push((X_SDK_DATE, date.as_bytes()));
        }
        let adds_unsigned_payload = !body_is_hashed && content.is_none();
        if adds_unsigned_payload {
            content = Some(UNSIGNED_PAYLOAD.as_bytes());
            sorted.push((X_SDK_CONTENT_SHA256, UNSIGNED_PAYLOAD.as_bytes()));
        }
        sorted.sort_unstable_by(|(left, _), (right, _)| compare(left, right));
        if let Some(pair) = sorted
            .windows(2)
            .find(|pair| compare(pair[0].0, pair[1].0).is_eq())
        {
            return Err(SignError::DuplicateHeader(bounded(
                &pair[0].0.to_ascii_lowercase(),
            )));
        }
        Ok(Self {
            sorted,
            content,
            adds_unsigned_payload,
        })
    }

    /// Whether signing adds `X-Sdk-Content-Sha256`.
    pub(crate) fn adds_unsigned_payload(&self) -> bool {
        self.adds_unsigned_payload
    }

    /// The length of the output of [`push_names`](Self::push_names).
    pub(crate) fn names_len(&self) -> usize {
        self.sorted.iter().map(|(name, _)| name.len() + 1).sum()
    }

    /// Appends the names in the form of `SignedHeaders`.
    pub(crate) fn push_names(&self, out: &mut String) {
        let start = out.len();
        for (index, (name, _)) in self.sorted.iter().enumerate() {
            if index > 0 {
                out.push(';');
            }
            out.push_str(name);
        }
        out[start..].make_ascii_lowercase();
    }

    /// Builds the canonical request. `names` is the output of [`push_names`](Self::push_names).
    pub(crate) fn canonical_request(&self, request: &Request<'_>, names: &str) -> Vec<u8> {
        canonical::build(
            request,
            &self.sorted,
            names,
            &canonical::payload(request.body, self.content),
        )
    }
}

/// Prefixes of the content types whose bodies are hashed.
const HASHED_TYPES: [&[u8]; 2] = [b"application/json", b"application/bson"];

fn compare(left: &str, right: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}
