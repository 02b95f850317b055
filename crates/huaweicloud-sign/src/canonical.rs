//! The canonical request: the bytes whose hash is signed.

use std::borrow::Cow;

use crate::encoding::{push_path, push_query};
use crate::hash::{EMPTY_HASH, sha256_hex};
use crate::request::{Header, Request};

/// Builds the canonical request. `signed` is sorted. `names` has the same names, in lower case and
/// joined by semicolons.
///
/// Hashing one buffer once is faster than many small updates of the hash.
pub(crate) fn build(
    request: &Request<'_>,
    signed: &[Header<'_>],
    names: &str,
    payload: &[u8],
) -> Vec<u8> {
    let values: usize = signed.iter().map(|(_, value)| value.len() + 2).sum();
    // The length of escapes in path and query is a guess. The buffer grows if necessary.
    let room = request.method.len()
        + request.path.len()
        + request.query.len()
        + values
        + 2 * names.len()
        + payload.len()
        + 64;
    let mut out = Vec::with_capacity(room);
    out.extend(request.method.bytes().map(|byte| byte.to_ascii_uppercase()));
    out.push(b'\n');
    push_path(&mut out, request.path);
    out.push(b'\n');
    push_query(&mut out, request.query);
    out.push(b'\n');
    let mut start = 0;
    for (name, value) in signed {
        // Slicing the lower-case name out of `names` is cheaper than splitting.
        let end = start + name.len();
        out.extend_from_slice(names.get(start..end).unwrap_or(name).as_bytes());
        start = end + 1;
        out.push(b':');
        out.extend_from_slice(value);
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(names.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload);
    out
}

/// The last line: the value of `X-Sdk-Content-Sha256` if there is one, otherwise the hash of the
/// body. An empty body always has the hash of nothing.
pub(crate) fn payload<'a>(body: &[u8], content_header: Option<&'a [u8]>) -> Cow<'a, [u8]> {
    match content_header {
        _ if body.is_empty() => EMPTY_HASH.as_slice().into(),
        Some(value) if !value.is_empty() => value.into(),
        _ => sha256_hex(body).to_vec().into(),
    }
}
