//! The hashed text, in cases that signers often get wrong.

use huaweicloud_sign::{Request, X_SDK_CONTENT_SHA256, canonical_query};

use crate::{lines, plain, signed};

fn path_line(path: &str) -> String {
    lines(&Request { path, ..plain() })[1].clone()
}

/// The last line for a body with these headers and a host.
fn payload_line(headers: &[(&str, &[u8])], body: &[u8]) -> String {
    let headers = [&[("host", b"h.example".as_slice())], headers].concat();
    lines(&Request {
        headers: &headers,
        body,
        ..plain()
    })
    .pop()
    .expect("there are lines")
}

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn path_without_final_slash_gets_one() {
    for (path, line) in [
        ("", "/"),
        ("/", "/"),
        ("/a", "/a/"),
        ("/a/", "/a/"),
        ("/a//", "/a//"),
        ("/a%2F", "/a/"),
    ] {
        assert_eq!(path_line(path), line, "{path}");
    }
}

#[test]
fn path_is_decoded_once_and_encoded_once() {
    for (path, line) in [
        ("/a%2Fb", "/a/b/"),
        ("/a%252Fb", "/a%252Fb/"),
        ("/%e7%bc%93", "/%E7%BC%93/"),
        ("/缓", "/%E7%BC%93/"),
        ("/%7Eme/~me", "/~me/~me/"),
        (
            "/a:@+!'()*,;=&$ ",
            "/a%3A%40%2B%21%27%28%29%2A%2C%3B%3D%26%24%20/",
        ),
        ("/100%/%zz/%4", "/100%25/%25zz/%254/"),
        ("/%FF", "/%FF/"),
        ("/a/../b/./c", "/a/../b/./c/"),
    ] {
        assert_eq!(path_line(path), line, "{path}");
    }
}

#[test]
fn query_is_sorted_by_decoded_pairs() {
    for (query, line) in [
        ("b=2&a=1", "a=1&b=2"),
        ("a=b&a=10&a=9&a=B", "a=10&a=9&a=B&a=b"),
        ("a-=1&a%20=2&a=3", "a=3&a%20=2&a-=1"),
        // `%C3%A9` would precede `z`.
        ("%C3%A9=1&z=2", "z=2&%C3%A9=1"),
        ("a=%2B&a=,", "a=%2B&a=%2C"),
        ("x=a+b&x=a%2Bb", "x=a%2Bb&x=a%2Bb"),
        ("flag&name=", "flag=&name="),
        ("a=b=c", "a=b%3Dc"),
        ("&&a=1&", "a=1"),
        ("=1", "=1"),
        ("", ""),
    ] {
        assert_eq!(canonical_query(query), line, "{query}");
        assert_eq!(lines(&Request { query, ..plain() })[2], line, "{query}");
        assert_eq!(canonical_query(line), line, "the canonical form is its own");
    }
}

#[test]
fn header_values_lose_only_outer_blanks() {
    let headers: [(&str, &[u8]); 2] = [
        ("Host", b"h.example"),
        ("X-Note", b" \t two  inner \t blanks\t "),
    ];
    assert_eq!(
        lines(&Request {
            headers: &headers,
            ..plain()
        })[4],
        "x-note:two  inner \t blanks"
    );
}

#[test]
fn host_is_hashed_as_sent() {
    for host in ["h.example:443", "H.Example", "[2001:db8::1]:8443"] {
        let headers = [("HOST", host.as_bytes())];
        assert_eq!(
            lines(&Request {
                headers: &headers,
                ..plain()
            })[3],
            format!("host:{host}")
        );
    }
}

#[test]
fn header_names_are_sorted_in_lower_case() {
    let headers: [(&str, &[u8]); 4] = [("x-b", b"1"), ("X-A", b"2"), ("x", b"3"), ("Host", b"h")];
    assert_eq!(
        lines(&Request {
            headers: &headers,
            ..plain()
        })[9],
        "host;x;x-a;x-b;x-sdk-date"
    );
}

#[test]
fn headers_with_underscore_are_not_signed() {
    let headers: [(&str, &[u8]); 3] = [("host", b"h"), ("X_A", b"1"), ("x_a", b"2")];
    assert_eq!(
        lines(&Request {
            headers: &headers,
            ..plain()
        })[6],
        "host;x-sdk-date"
    );
}

#[test]
fn header_values_outside_ascii_are_signed() {
    let with = |value: &'static [u8]| {
        let headers = [("host", b"h".as_slice()), ("x-name", value)];
        signed(&Request {
            headers: &headers,
            ..plain()
        })
        .authorization()
        .to_owned()
    };
    assert_ne!(with("缓".as_bytes()), with("存".as_bytes()));
    assert_ne!(with(b"\xFF"), with(b"\xFE"));
}

#[test]
fn method_is_hashed_in_upper_case() {
    assert_eq!(
        lines(&Request {
            method: "patch",
            ..plain()
        })[0],
        "PATCH"
    );
}

#[test]
fn body_of_json_or_no_type_is_hashed() {
    for content_type in [
        "application/json",
        "application/json;charset=utf8",
        "application/bson",
        " application/json",
        "",
    ] {
        assert_eq!(
            payload_line(&[("content-type", content_type.as_bytes())], b"abc"),
            OF_ABC,
            "{content_type}"
        );
    }
    assert_eq!(payload_line(&[], b"abc"), OF_ABC);
}

#[test]
fn body_of_other_type_is_not_hashed() {
    for name in ["Content-Type", "content-type", "CONTENT-TYPE"] {
        assert_eq!(
            payload_line(&[(name, b"text/plain")], b"abc"),
            "UNSIGNED-PAYLOAD"
        );
        let headers: [(&str, &[u8]); 2] = [("host", b"h"), (name, b"text/plain")];
        let signed = signed(&Request {
            headers: &headers,
            ..plain()
        });
        assert_eq!(signed.x_sdk_content_sha256(), Some("UNSIGNED-PAYLOAD"));
        assert!(
            signed
                .headers()
                .any(|header| header == (X_SDK_CONTENT_SHA256, "UNSIGNED-PAYLOAD"))
        );
    }
}

#[test]
fn empty_body_has_the_hash_of_nothing() {
    assert_eq!(payload_line(&[("content-type", b"text/plain")], b""), EMPTY);
    assert_eq!(
        payload_line(&[("x-sdk-content-sha256", b"UNSIGNED-PAYLOAD")], b""),
        EMPTY
    );
}

#[test]
fn empty_content_hash_equals_none() {
    assert_eq!(
        payload_line(&[("x-sdk-content-sha256", b"")], b"abc"),
        OF_ABC
    );
}

#[test]
fn content_hash_of_caller_is_kept_once() {
    assert_eq!(
        payload_line(&[("X-Sdk-Content-SHA256", b" as-given ")], b"abc"),
        "as-given"
    );
    let both: [(&str, &[u8]); 3] = [
        ("host", b"h"),
        ("content-type", b"text/plain"),
        ("x-sdk-content-sha256", b"as-given"),
    ];
    assert_eq!(payload_line(&both[1..], b"abc"), "as-given");
    assert_eq!(
        signed(&Request {
            headers: &both,
            ..plain()
        })
        .x_sdk_content_sha256(),
        None
    );
}

#[test]
fn date_of_caller_is_used_in_any_spelling() {
    for name in ["X-Sdk-Date", "x-sdk-date"] {
        let headers: [(&str, &[u8]); 2] = [("host", b"h"), (name, b" 20240229T235959Z ")];
        let request = Request {
            headers: &headers,
            ..plain()
        };
        assert_eq!(signed(&request).x_sdk_date(), "20240229T235959Z");
        assert_eq!(lines(&request)[4], "x-sdk-date:20240229T235959Z");
    }
}
