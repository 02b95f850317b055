//! The canonical forms of path and query.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::syntax::{all, is_unreserved};

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Slashes of a path stay unescaped, including those written as `%2F`.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Returns the query in the form that is hashed: pairs sorted by decoded name and value,
/// percent-encoded, each with its `=`.
///
/// If you send the query in this form, client and gateway cannot disagree about the order.
///
/// ```
/// use huaweicloud_sign::canonical_query;
/// assert_eq!(canonical_query("offset=0&name=a+b&flag"), "flag=&name=a%2Bb&offset=0");
/// ```
#[must_use]
pub fn canonical_query(query: &str) -> String {
    let mut out = Vec::with_capacity(query.len() + 8);
    push_query(&mut out, query);
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends the path, decoded once and encoded once, with a slash at the end.
pub(crate) fn push_path(out: &mut Vec<u8>, path: &str) {
    // Most paths are canonical already. The check costs a tenth of the encoding.
    if all(path.as_bytes(), |byte| is_unreserved(byte) || byte == b'/') {
        out.extend_from_slice(path.as_bytes());
    } else {
        push_encoded(out, &decoded(path), RESERVED_IN_PATH);
    }
    if out.last() != Some(&b'/') {
        out.push(b'/');
    }
}

/// Appends the [canonical query](canonical_query).
pub(crate) fn push_query(out: &mut Vec<u8>, query: &str) {
    if query.is_empty() {
        return;
    }
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    // Sorted before encoding: `é` follows `z`, but `%C3%A9` would precede it.
    pairs.sort_unstable();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        push_encoded(out, name, RESERVED);
        out.push(b'=');
        push_encoded(out, value, RESERVED);
    }
}

/// Decodes to bytes, because an escape need not be UTF-8 (`%FF`).
fn decoded(text: &str) -> Cow<'_, [u8]> {
    percent_decode_str(text).into()
}

fn push_encoded(out: &mut Vec<u8>, bytes: &[u8], reserved: &'static AsciiSet) {
    for piece in percent_encode(bytes, reserved) {
        out.extend_from_slice(piece.as_bytes());
    }
}
