//! What is signed: a request, borrowed.

use std::fmt;

/// A header as it is sent: name in any case, value as bytes.
pub(crate) type Header<'a> = (&'a str, &'a [u8]);

/// A request to be signed or verified. Nothing is copied.
///
/// Give the parts exactly as they are on the wire. Beware of URL types that drop `:443`, lower-case
/// the host, resolve dots or turn `+` into a blank: what they print is what must be sent, or the
/// signature is refused.
#[derive(Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a literal names every part, so none is left out; the algorithm has no others"
)]
pub struct Request<'a> {
    /// The method. It is hashed in upper case, whatever the case here.
    pub method: &'a str,
    /// The path as written, percent-encoded, from its first slash on and without the query. Empty
    /// means `/`.
    ///
    /// The slash that the algorithm wants at the end is added to the hashed text only; send the
    /// path as it stands here.
    pub path: &'a str,
    /// The query as written, percent-encoded, without the question mark. A `+` is a plus, not a
    /// blank.
    ///
    /// Its order is free. See [`canonical_query`](crate::canonical_query) for the form that is
    /// hashed.
    pub query: &'a str,
    /// The headers, names in any case, values as bytes (they need not be ASCII).
    ///
    /// In [`sign`](crate::sign) all of them are signed, save those with a `_` in the name. So leave
    /// out what a proxy or the HTTP library may still change: `User-Agent`, `Content-Length`,
    /// `Accept-Encoding`, `Connection`.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body; empty means none.
    pub body: &'a [u8],
}

/// Shows header names and the length of the body: the values may hold tokens, passwords and
/// signatures.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
