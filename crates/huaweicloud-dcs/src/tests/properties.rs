//! Properties that hold for any body and any header, tested on 10,000 of each.

use http::HeaderValue;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::Error;

fn each<S: Strategy>(
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> Result<(), proptest::test_runner::TestError<S::Value>> {
    let config = ProptestConfig {
        cases: 10_000,
        source_file: Some(file!()),
        ..ProptestConfig::default()
    };
    TestRunner::new(config).run(strategy, test)
}

fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap()
}

/// The error of a stop, and how long it took.
fn stop(runtime: &Runtime, script: &Script) -> (Error, Duration) {
    runtime.block_on(async {
        let began = clock::instant();
        let error = client(script).stop_sync(TASK).await.unwrap_err();
        (error, clock::instant() - began)
    })
}

/// Any bytes, damaged bodies of the service, and bodies longer than the cap.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select::<&[u8]>(vec![
        &b"{\"error_code\":\"DCS.4957\""[..],
        b"\"error_msg\":\"m\"",
        b"{\"error\":{\"code\":401,\"message\":",
        b"\"request_id\":\"r\"",
        b"\\ud800",
        b"\xef\xbb\xbf",
        b"[[[[",
        b"}}",
        b",",
        b"\"",
        b"1e999",
        b"\xff\0\x1b[2J",
        "\u{202e}\u{2028}".as_bytes(),
    ]);
    prop_oneof![
        20 => vec(any::<u8>(), 0..600),
        20 => vec(pieces, 0..12).prop_map(|pieces| pieces.concat()),
        20 => any::<String>().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 1..64).prop_map(|bytes| bytes.repeat(70_000 / bytes.len())),
    ]
}

/// Asserts one bounded line without characters that move the cursor.
fn is_bounded_line(error: &Error) -> Result<(), TestCaseError> {
    let line = error.to_string();
    prop_assert!(line.chars().count() <= 1024, "{line}");
    let moves = |c: char| c.is_control() || "\u{2028}\u{2029}\u{202e}\u{2066}".contains(c);
    prop_assert!(!line.contains(moves), "{line:?}");
    Ok(())
}

#[test]
fn any_error_body_keeps_status_and_request_id_within_caps() {
    let runtime = paused();
    let statuses = prop::sample::select(vec![400_u16, 401, 403, 404, 418, 500, 502, 504, 599]);
    let test = |(status, body): (u16, Vec<u8>)| {
        let script = Script::new([says(status, body.clone())]);
        let (error, _) = stop(&runtime, &script);
        prop_assert_eq!((error.status(), error.attempts()), (Some(status), 1));
        prop_assert_eq!(error.request_id(), Some("r-1"));
        prop_assert_eq!(error.may_have_been_applied(), status >= 500);
        prop_assert_eq!(error.body(), &body[..body.len().min(64 * 1024)]);
        prop_assert!(error.code().is_none_or(|code| code.chars().count() <= 65));
        is_bounded_line(&error)
    };
    each(&(statuses, bodies()), test).unwrap();
}

/// Any bytes, and values that resemble valid headers.
fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        "[0-9]{0,25}".prop_map(String::into_bytes),
        "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
            .prop_map(String::into_bytes),
        (0_u64..300_000_000_000).prop_map(|seconds| {
            let seconds = seconds.min(253_402_300_799);
            httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)).into_bytes()
        }),
    ]
}

#[test]
fn any_header_value_keeps_status_code_and_deadline() {
    let runtime = paused();
    let test = |(status, [id, retry_after, date]): (u16, [Vec<u8>; 3])| {
        let headers = [
            ("x-request-id", id),
            ("retry-after", retry_after),
            ("date", date),
        ];
        let answer = || {
            let body = r#"{"error_code":"APIGW.0301"}"#;
            let mut answer = http::Response::builder().status(status);
            for (name, value) in &headers {
                // Values that cannot be a header are left out.
                if let Ok(value) = HeaderValue::from_bytes(value) {
                    answer = answer.header(*name, value);
                }
            }
            Step::response(answer.body(Body::from(body)).unwrap())
        };
        let script = Script::new([answer(), answer(), answer()]);
        let (error, took) = stop(&runtime, &script);
        prop_assert_eq!(error.status(), Some(status));
        prop_assert_eq!(error.code(), Some("APIGW.0301"));
        prop_assert_eq!(usize::try_from(error.attempts()), Ok(script.count()));
        prop_assert!(took <= Duration::from_secs(120), "{took:?}");
        prop_assert!(!error.may_have_been_applied());
        prop_assert!(
            error
                .request_id()
                .is_none_or(|id| id.chars().count() <= 129)
        );
        is_bounded_line(&error)
    };
    let statuses = prop::sample::select(vec![401_u16, 429, 503]);
    each(&(statuses, [values(), values(), values()]), test).unwrap();
}
