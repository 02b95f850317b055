//! Reads any bytes as a request and verifies it with the secret of the seeds.
#![no_main]

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{
    AccessKey, Authorization, CLOCK_WINDOW, Request, canonical_query, parse_date, sign,
};
use libfuzzer_sys::fuzz_target;

/// The secret of the seeds, which are the vectors of the crate's tests.
const SECRET: &str = "ExampleSecretKey0000000000000000";

/// The time when the seeds were signed: 2026-01-02T03:04:05Z.
const NOW: Duration = Duration::from_secs(1_767_323_045);

fuzz_target!(|bytes: &[u8]| {
    let _ = read(bytes);
});

/// Reads the bytes as a request with lines that end in `\n`. Returns whether it verified.
fn read(bytes: &[u8]) -> Option<bool> {
    let (head, body) = split(bytes, b"\n\n")?;
    let mut lines = head.split(|byte| *byte == b'\n');
    let (method, target) = str::from_utf8(lines.next()?).ok()?.split_once(' ')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .map(|line| {
            let (name, value) = split(line, b":")?;
            Some((str::from_utf8(name).ok()?, value))
        })
        .collect::<Option<Vec<_>>>()?;
    let (_, authorization) = headers.iter().find(|header| header.0 == "authorization")?;
    let request = Request {
        method,
        path,
        query,
        headers: &headers,
        body,
    };
    Some(verify(&request, str::from_utf8(authorization).ok()?.trim()))
}

fn verify(request: &Request<'_>, text: &str) -> bool {
    let canonical = canonical_query(request.query);
    assert_eq!(canonical_query(&canonical), canonical);
    let _ = parse_date(text);
    let Ok(authorization) = Authorization::parse(text) else {
        return false;
    };
    let names: Vec<_> = authorization.signed_headers().collect();
    let id = authorization.access_key_id();
    let fields = format!(
        "SDK-HMAC-SHA256 Access={id}, SignedHeaders={}, Signature=",
        names.join(";")
    );
    assert!(text.starts_with(&fields), "parsed differently from the text");

    let now = SystemTime::UNIX_EPOCH + NOW;
    let is_good = authorization
        .verify(request, SECRET, now, CLOCK_WINDOW)
        .is_ok();
    if is_good {
        // If a request verifies, its owner signs it with the same value.
        let is_signed = |name: &str| names.iter().any(|signed| name.eq_ignore_ascii_case(signed));
        let headers: Vec<_> = request
            .headers
            .iter()
            .copied()
            .filter(|header| is_signed(header.0))
            .collect();
        let again = sign(
            &Request {
                headers: &headers,
                ..*request
            },
            &AccessKey::new(id, SECRET),
            now,
        );
        assert_eq!(
            again.as_ref().map(huaweicloud_sign::Signed::authorization),
            Ok(text)
        );
    }
    is_good
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..start], &bytes[start + at.len()..]))
}
