//! The requests that share a signature, as listed in the documentation of `verify`. Each is also sent
//! with its headers in another spelling, which must not matter.

use huaweicloud_sign::{Authorization, CLOCK_WINDOW, Request, VerifyError, sign};

use crate::{KEY, now};

/// Method, path and query.
type Line<'a> = (&'a str, &'a str, &'a str);

/// Signs the first request line and verifies the second with that signature.
fn verified(signed: Line<'_>, sent: Line<'_>) -> Result<(), VerifyError> {
    let host: (&str, &[u8]) = ("Host", b"h.example");
    let (method, path, query) = signed;
    let request = Request {
        method,
        path,
        query,
        headers: &[host],
        body: b"",
    };
    let signature = sign(&request, &KEY, now()).expect("the request can be signed");
    let own = signature
        .headers()
        .map(|(name, value)| (name, value.as_bytes()));
    let spelt =
        |(name, value): (&str, &[u8])| (name.to_uppercase(), [b" \t", value, b" "].concat());
    let sent_headers: Vec<_> = own.chain([host]).map(spelt).collect();
    let headers: Vec<_> = sent_headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let (method, path, query) = sent;
    let request = Request {
        method,
        path,
        query,
        headers: &headers,
        body: b"",
    };
    Authorization::parse(signature.authorization())?.verify(
        &request,
        "skInvented0001",
        now(),
        CLOCK_WINDOW,
    )
}

#[test]
fn requests_of_one_canonical_form_share_a_signature() {
    for (signed, sent) in [
        (("PUT", "/", ""), ("put", "/", "")),
        (("post", "/", ""), ("PoSt", "/", "")),
        (("GET", "/tasks", ""), ("GET", "/tasks/", "")),
        (("GET", "", ""), ("GET", "/", "")),
        (("GET", "/a", ""), ("GET", "/%61", "")),
        (("GET", "/a/b", ""), ("GET", "/a%2Fb", "")),
        (("GET", "/a%2Fb", ""), ("GET", "/a%2fb", "")),
        (("GET", "/", "name=a+b"), ("GET", "/", "name=a%2Bb")),
        (("GET", "/", "a=1&b=2"), ("GET", "/", "b=2&a=1")),
        (("GET", "/", "a=1&a=2"), ("GET", "/", "a=2&a=1")),
        (("GET", "/", "a=1&b=2"), ("GET", "/", "a=1&&b=2")),
        (("GET", "/", "a=1&b=2"), ("GET", "/", "&a=1&b=2&")),
        (("GET", "/", "flag"), ("GET", "/", "flag=")),
    ] {
        assert_eq!(verified(signed, sent), Ok(()), "{signed:?} {sent:?}");
        assert_eq!(verified(sent, signed), Ok(()), "{sent:?} {signed:?}");
    }
}

#[test]
fn similar_requests_share_no_signature() {
    for (signed, sent) in [
        (("GET", "/a%2Fb", ""), ("GET", "/a%252Fb", "")),
        (("GET", "/a/../b", ""), ("GET", "/b", "")),
        (("GET", "//b", ""), ("GET", "/b", "")),
        (("GET", "/b/", ""), ("GET", "/b//", "")),
        (("GET", "/b", ""), ("GET", "/B", "")),
        (("GET", "/", "name=a+b"), ("GET", "/", "name=a%20b")),
        (("GET", "/", "a=1"), ("GET", "/", "a=1&a=1")),
        (("GET", "/", "a="), ("GET", "/", "=a")),
    ] {
        let refused = Err(VerifyError::Mismatch);
        assert_eq!(verified(signed, sent), refused, "{signed:?} {sent:?}");
    }
}
