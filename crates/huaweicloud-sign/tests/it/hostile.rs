//! No input makes the crate panic.

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{
    AccessKey, Authorization, CLOCK_WINDOW, Request, canonical_query, canonical_request,
    parse_date, sign, string_to_sign,
};

use crate::{now, plain, signed};

/// Nasty texts: empty, truncated, not ASCII, with control characters, huge.
fn nasty() -> Vec<String> {
    let huge = ["a", "%", "&", "=", ";", "\u{10FFFF}", "%F"].map(|piece| piece.repeat(10_000));
    let short = [
        "",
        " ",
        "\t",
        "\0",
        "\n",
        "%",
        "%%",
        "%2",
        "%FF%",
        "=",
        "&",
        "&=&",
        "/",
        "//",
        ";",
        ",",
        "é",
        "缓存",
        "\u{FEFF}",
        "x-sdk-date",
        "20260102T030405Z",
        "99999999T999999Z",
        "SDK-HMAC-SHA256 ",
        "SDK-HMAC-SHA256 Access=",
        "SDK-HMAC-SHA256 Access=A, SignedHeaders=, Signature=",
        "host",
        "UNSIGNED-PAYLOAD",
    ];
    huge.into_iter().chain(short.map(str::to_owned)).collect()
}

#[test]
fn nasty_requests_do_not_panic() {
    let own = signed(&plain());
    let authorization = Authorization::parse(own.authorization()).expect("well-formed");
    for text in nasty() {
        let _ = canonical_query(&text);
        let _ = parse_date(&text);
        let bytes = text.as_bytes();
        let date = own.x_sdk_date().as_bytes();
        let long = vec![("x-a", bytes); 50];
        let requests = [
            Request {
                method: &text,
                ..plain()
            },
            Request {
                path: &text,
                ..plain()
            },
            Request {
                query: &text,
                ..plain()
            },
            Request {
                body: bytes,
                ..plain()
            },
            Request {
                headers: &long,
                ..plain()
            },
            Request {
                headers: &[("host", bytes)],
                ..plain()
            },
            Request {
                headers: &[("host", b"h.example"), (&text, b"v")],
                ..plain()
            },
            Request {
                headers: &[("host", b"h.example"), ("content-type", bytes)],
                ..plain()
            },
            Request {
                headers: &[("host", b"h.example"), ("x-sdk-date", bytes)],
                ..plain()
            },
            Request {
                headers: &[("host", b"h.example"), ("x-sdk-date", date)],
                path: &text,
                ..plain()
            },
            Request {
                headers: &[("host", b"\xFF\xFE"), ("x-sdk-date", date)],
                query: &text,
                ..plain()
            },
        ];
        for request in requests {
            let _ = canonical_request(&request, now());
            let _ = string_to_sign(&request, now());
            let _ = sign(&request, &AccessKey::new(&text, &text), now());
            let _ = sign(&request, &AccessKey::new("AK", &text), now());
            let _ = authorization.verify(&request, &text, now(), CLOCK_WINDOW);
            let _ = format!("{request:?}");
        }
    }
}

#[test]
fn nasty_authorizations_do_not_panic() {
    let own = signed(&plain());
    for text in nasty() {
        for value in [
            text.clone(),
            format!("SDK-HMAC-SHA256 {text}"),
            format!("SDK-HMAC-SHA256 Access={text}, SignedHeaders={text}, Signature={text}"),
            format!("SDK-HMAC-SHA256 Access=A, SignedHeaders=x-sdk-date, Signature={text}"),
            own.authorization().replace("host", &text),
        ] {
            if let Ok(authorization) = Authorization::parse(&value) {
                let _ = authorization.verify(&plain(), &text, now(), CLOCK_WINDOW);
                let _ = format!("{authorization:?}");
            }
        }
    }
    for end in
        (0..=own.authorization().len()).filter(|end| own.authorization().is_char_boundary(*end))
    {
        assert_eq!(
            Authorization::parse(&own.authorization()[..end]).is_ok(),
            end == own.authorization().len()
        );
    }
}

#[test]
fn times_at_the_system_limits_do_not_panic() {
    let headers: [(&str, &[u8]); 2] = [("host", b"h.example"), ("x-sdk-date", b"20260102T030405Z")];
    let request = Request {
        headers: &headers,
        ..plain()
    };
    let own = signed(&request);
    let authorization = Authorization::parse(own.authorization()).expect("well-formed");
    for seconds in (0..64).map(|bit| 1_u64 << bit) {
        let span = Duration::from_secs(seconds);
        let times = [
            SystemTime::UNIX_EPOCH.checked_add(span),
            SystemTime::UNIX_EPOCH.checked_sub(span),
        ];
        for time in times.into_iter().flatten() {
            let _ = sign(&plain(), &AccessKey::new("AK", "skInvented0001"), time);
            let _ = authorization.verify(&request, "skInvented0001", time, Duration::MAX);
        }
    }
}
