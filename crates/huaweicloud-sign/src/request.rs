//! The request to sign or to verify.

use std::fmt;

/// A header as sent: the name in any case, the value as bytes.
pub(crate) type Header<'a> = (&'a str, &'a [u8]);

/// A request to sign or to verify. All parts are borrowed.
///
/// Give the parts exactly as they are on the wire. Many URL types drop `:443`, lower-case the host,
/// resolve dots or turn `+` into a blank. If you sign one form and send another, the signature is
/// refused.
///
/// ```
/// use huaweicloud_sign::Request;
///
/// // GET https://h.example/v2/tasks?limit=10
/// let request = Request {
///     method: "GET",
///     path: "/v2/tasks",
///     query: "limit=10",
///     headers: &[("Host", b"h.example")],
///     body: b"",
/// };
/// assert!(format!("{request:?}").contains(r#"headers: ["Host"]"#)); // names, no values
/// ```
#[derive(Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a literal names every part, so none is left out; the algorithm has no others"
)]
pub struct Request<'a> {
    /// The method in any case. It is hashed in upper case.
    pub method: &'a str,
    /// The percent-encoded path, from the first slash and without the query. Empty means `/`.
    ///
    /// Send the path as given here. The algorithm hashes it with a slash at the end, but that slash
    /// is not sent.
    pub path: &'a str,
    /// The percent-encoded query, without the question mark. A `+` is a plus, not a blank.
    ///
    /// The pairs may have any order. [`canonical_query`](crate::canonical_query) returns the form
    /// that is hashed.
    pub query: &'a str,
    /// The headers: names in any case, values as bytes, which need not be ASCII.
    ///
    /// [`sign`](crate::sign) signs all of them, except those with a `_` in the name. Leave out
    /// headers that a proxy or the HTTP library may change later: `User-Agent`, `Content-Length`,
    /// `Accept-Encoding`, `Connection`.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body. Empty means no body.
    pub body: &'a [u8],
}

/// Shows the names of the headers and the length of the body. Values may hold tokens, passwords and
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
