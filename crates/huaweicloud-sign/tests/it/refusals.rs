//! Requests that are not signed.

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{AccessKey, DateError, Request, SignError, sign};

use crate::{KEY, now, plain};

fn refusal(request: &Request<'_>) -> SignError {
    sign(request, &KEY, now()).expect_err("the request cannot be signed")
}

fn refusal_of_headers(headers: &[(&str, &[u8])]) -> SignError {
    let headers = [&[("host", b"h.example".as_slice())], headers].concat();
    refusal(&Request {
        headers: &headers,
        ..plain()
    })
}

#[test]
fn request_without_host_is_refused() {
    assert_eq!(
        refusal(&Request {
            headers: &[],
            ..plain()
        }),
        SignError::MissingHost
    );
    assert_eq!(
        refusal(&Request {
            headers: &[("host", b" ")],
            ..plain()
        }),
        SignError::MissingHost
    );
}

#[test]
fn header_in_two_spellings_is_refused() {
    let twice: [(&str, &[u8]); 2] = [("X-A", b"1"), ("x-a", b"1")];
    assert_eq!(
        refusal_of_headers(&twice),
        SignError::DuplicateHeader("x-a".into())
    );
    assert_eq!(
        refusal_of_headers(&[("Host", b"h.example")]),
        SignError::DuplicateHeader("host".into())
    );
    let dates: [(&str, &[u8]); 2] = [
        ("X-Sdk-Date", b"20260102T030405Z"),
        ("x-sdk-date", b"20260102T030405Z"),
    ];
    assert_eq!(
        refusal_of_headers(&dates),
        SignError::DuplicateHeader("x-sdk-date".into())
    );
}

#[test]
fn header_forbidden_by_http_is_refused() {
    for (name, value) in [
        ("x a", "1"),
        ("", "1"),
        (":authority", "1"),
        ("x;y", "1"),
        ("xé", "1"),
        ("x", "1\nhost:evil"),
        ("x", "1\r"),
        ("x", "\0"),
        ("x", "\x7F"),
    ] {
        assert_eq!(
            refusal_of_headers(&[(name, value.as_bytes())]),
            SignError::InvalidHeader(name.into()),
            "{name:?}"
        );
    }
}

#[test]
fn signed_request_is_not_signed_again() {
    assert_eq!(
        refusal_of_headers(&[("Authorization", b"x")]),
        SignError::AlreadySigned
    );
}

#[test]
fn malformed_method_path_or_query_is_refused() {
    for method in ["", "GET /", "GET\n", "GÉT"] {
        assert_eq!(
            refusal(&Request { method, ..plain() }),
            SignError::InvalidMethod,
            "{method:?}"
        );
    }
    for (path, query) in [
        ("a", ""),
        ("https://h.example/", ""),
        ("/a?b=1", ""),
        ("/a#b", ""),
        ("/a", "b#c"),
    ] {
        assert_eq!(
            refusal(&Request {
                path,
                query,
                ..plain()
            }),
            SignError::InvalidTarget,
            "{path} {query}"
        );
    }
}

#[test]
fn malformed_access_key_is_refused() {
    for id in ["", "AK INVENTED", "AK,INVENTED", "AKINVENTED\n", "AKÉ"] {
        let refused = sign(&plain(), &AccessKey::new(id, "skInvented0001"), now()).expect_err(id);
        assert_eq!(refused, SignError::InvalidAccessKeyId, "{id:?}");
    }
    let refused =
        sign(&plain(), &AccessKey::new("AKINVENTED0001", ""), now()).expect_err("no secret");
    assert_eq!(refused, SignError::EmptySecret);
}

#[test]
fn malformed_date_header_is_refused() {
    for date in [
        "",
        "now",
        "20260102",
        "20260230T000000Z",
        "2026-01-02T03:04:05Z",
    ] {
        let refused = refusal_of_headers(&[("x-sdk-date", date.as_bytes())]);
        assert_eq!(refused, SignError::Date(DateError::Malformed), "{date}");
    }
    let refused = refusal_of_headers(&[("x-sdk-date", b"\xFF")]);
    assert_eq!(refused, SignError::Date(DateError::Malformed));
}

#[test]
fn time_out_of_range_is_refused() {
    let time = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let refused = sign(&plain(), &KEY, time).expect_err("before 1970");
    assert_eq!(refused, SignError::Date(DateError::OutOfRange));
}
