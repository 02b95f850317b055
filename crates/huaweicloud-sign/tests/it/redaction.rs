//! The output of `Debug` and of errors, which shows no secret.

use huaweicloud_sign::{
    AccessKey, Authorization, CLOCK_WINDOW, DateError, Request, SignError, VerifyError, sign,
};

use crate::{KEY, now, plain, signed};

#[test]
fn debug_shows_no_secret_signature_or_value() {
    assert_eq!(
        format!("{KEY:?}"),
        r#"AccessKey { id: "AKIN...", secret: "[redacted]" }"#
    );
    let signed = signed(&plain());
    assert_eq!(
        format!("{signed:?}"),
        r#"Signed { x_sdk_date: "20260102T030405Z", x_sdk_content_sha256: None, authorization: "[redacted]" }"#
    );
    let authorization = Authorization::parse(signed.authorization()).expect("well-formed");
    assert_eq!(
        format!("{authorization:?}"),
        r#"Authorization { access_key_id: "AKIN...", signed_headers: "host;x-sdk-date", signature: "[redacted]" }"#
    );
    let headers: [(&str, &[u8]); 2] = [("host", b"h"), ("x-security-token", b"tokenInvented")];
    assert_eq!(
        format!(
            "{:?}",
            Request {
                headers: &headers,
                body: b"password",
                ..plain()
            }
        ),
        r#"Request { method: "GET", path: "/", query: "", headers: ["host", "x-security-token"], body_bytes: 8 }"#
    );
}

#[test]
fn access_key_id_in_any_alphabet_is_abbreviated() {
    assert!(format!("{:?}", AccessKey::new("缓存缓存缓存", "x")).contains(r#""缓存缓存...""#));
    assert!(format!("{:?}", AccessKey::new("", "x")).contains(r#""...""#));
}

#[test]
fn errors_show_no_value() {
    let value = "skInvented0001";
    let refused = [
        sign(&plain(), &AccessKey::new("AK,skInvented0001", value), now()),
        sign(
            &Request {
                method: "skInvented0001 ",
                ..plain()
            },
            &KEY,
            now(),
        ),
        sign(
            &Request {
                path: value,
                ..plain()
            },
            &KEY,
            now(),
        ),
        sign(
            &Request {
                headers: &[("host", b"skInvented0001\n")],
                ..plain()
            },
            &KEY,
            now(),
        ),
        sign(
            &Request {
                headers: &[("host", b"h"), ("x-sdk-date", value.as_bytes())],
                ..plain()
            },
            &KEY,
            now(),
        ),
    ];
    for refused in refused {
        let error = refused.expect_err("it cannot be signed");
        assert!(!format!("{error} {error:?}").contains(value), "{error:?}");
    }
}

#[test]
fn errors_say_what_to_do() {
    let signing = [
        SignError::InvalidAccessKeyId,
        SignError::EmptySecret,
        SignError::InvalidMethod,
        SignError::InvalidTarget,
        SignError::InvalidHeader("x-a".into()),
        SignError::DuplicateHeader("x-a".into()),
        SignError::MissingHost,
        SignError::AlreadySigned,
        SignError::Date(DateError::OutOfRange),
    ];
    let verifying = [
        VerifyError::UnsupportedAlgorithm,
        VerifyError::Malformed,
        VerifyError::DateNotSigned,
        VerifyError::MissingHeader("x-a".into()),
        VerifyError::DuplicateHeader("x-a".into()),
        VerifyError::InvalidHeader("x-a".into()),
        VerifyError::Date(DateError::Malformed),
        VerifyError::OutsideClockWindow,
        VerifyError::BodyMismatch,
        VerifyError::EmptySecret,
        VerifyError::Mismatch,
    ];
    let signing = signing.iter().map(ToString::to_string);
    let verifying = verifying.iter().map(ToString::to_string);
    for text in signing.chain(verifying) {
        let (what, advice) = text.rsplit_once(": ").expect(&text);
        assert!(what.len() > 10 && advice.len() > 10, "{text}");
    }
}

#[test]
fn errors_with_any_name_are_one_bounded_line() {
    let name = format!("x\n{}", "y".repeat(10_000));
    let headers = [("host", b"h".as_slice()), (name.as_str(), b"1")];
    let error = sign(
        &Request {
            headers: &headers,
            ..plain()
        },
        &KEY,
        now(),
    )
    .expect_err("a line feed");
    assert!(
        error.to_string().len() < 200 && error.to_string().lines().count() == 1,
        "{error}"
    );

    let names = format!("{};x-sdk-date", "a".repeat(10_000));
    let value = format!(
        "SDK-HMAC-SHA256 Access=AK, SignedHeaders={names}, Signature={}",
        "0".repeat(64)
    );
    let authorization = Authorization::parse(&value).expect("well-formed");
    let error = authorization
        .verify(&plain(), "skInvented0001", now(), CLOCK_WINDOW)
        .expect_err("missing");
    assert_eq!(error, VerifyError::MissingHeader("a".repeat(64)));
}
