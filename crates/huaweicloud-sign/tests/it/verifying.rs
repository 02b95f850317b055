//! Requests that a server accepts or refuses.

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{Authorization, CLOCK_WINDOW, DateError, Request, VerifyError, sign};

use crate::{KEY, now};

const SECRET: &str = "skInvented0001";

/// A signed request that a test can change.
#[derive(Clone)]
struct Sent {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    authorization: String,
}

impl Sent {
    fn signed(headers: &[(&str, &[u8])], body: &[u8]) -> Self {
        let request = Request {
            method: "PUT",
            path: "/v2/p/tasks",
            query: "limit=10&name=a",
            headers,
            body,
        };
        let signed = sign(&request, &KEY, now()).expect("the request can be signed");
        let mut headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.to_vec()))
            .collect();
        headers.extend(
            signed
                .headers()
                .map(|(name, value)| (name.to_owned(), value.into())),
        );
        Self {
            method: request.method.into(),
            path: request.path.into(),
            query: request.query.into(),
            headers,
            body: body.into(),
            authorization: signed.authorization().into(),
        }
    }

    fn json() -> Self {
        Self::signed(
            &[
                ("Host", b"h.example"),
                ("Content-Type", b"application/json"),
            ],
            b"{}",
        )
    }

    fn verify_at(&self, now: SystemTime) -> Result<(), VerifyError> {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let request = Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        };
        Authorization::parse(&self.authorization)?.verify(&request, SECRET, now, CLOCK_WINDOW)
    }

    fn verify(&self) -> Result<(), VerifyError> {
        self.verify_at(now())
    }

    fn changed(&self, change: impl FnOnce(&mut Self)) -> Result<(), VerifyError> {
        let mut sent = self.clone();
        change(&mut sent);
        sent.verify()
    }
}

/// All ASCII texts that differ from this one by one bit.
fn neighbours(text: &str) -> impl Iterator<Item = String> + '_ {
    (0..text.len()).flat_map(move |at| {
        (0..7).filter_map(move |bit| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            String::from_utf8(bytes).ok()
        })
    })
}

#[test]
fn signed_request_is_accepted() {
    assert_eq!(Sent::json().verify(), Ok(()));
}

#[test]
fn changed_byte_anywhere_is_refused() {
    let sent = Sent::json();
    for method in neighbours(&sent.method).filter(|method| !method.eq_ignore_ascii_case("PUT")) {
        assert!(
            sent.changed(|sent| sent.method.clone_from(&method))
                .is_err(),
            "{method:?}"
        );
    }
    for path in neighbours(&sent.path) {
        assert!(
            sent.changed(|sent| sent.path.clone_from(&path)).is_err(),
            "{path:?}"
        );
    }
    for query in neighbours(&sent.query) {
        assert!(
            sent.changed(|sent| sent.query.clone_from(&query)).is_err(),
            "{query:?}"
        );
    }
    for authorization in neighbours(&sent.authorization) {
        // The ID only selects the secret. Another ID with the same secret verifies.
        if Authorization::parse(&authorization)
            .is_ok_and(|parsed| parsed.access_key_id() != "AKINVENTED0001")
        {
            continue;
        }
        assert!(
            sent.changed(|sent| sent.authorization.clone_from(&authorization))
                .is_err(),
            "{authorization:?}"
        );
    }
    for (index, (name, value)) in sent
        .headers
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| name != "authorization")
    {
        for value in neighbours(str::from_utf8(value).expect("text")) {
            assert!(
                sent.changed(|sent| sent.headers[index].1 = value.clone().into())
                    .is_err(),
                "{name}: {value:?}"
            );
        }
    }
    for at in 0..sent.body.len() {
        assert_eq!(
            sent.changed(|sent| sent.body[at] ^= 1),
            Err(VerifyError::Mismatch)
        );
    }
    assert_eq!(
        sent.changed(|sent| sent.body.clear()),
        Err(VerifyError::Mismatch)
    );
}

#[test]
fn unsigned_headers_take_no_part() {
    let sent = Sent::json();
    let added = sent.changed(|sent| {
        sent.headers
            .push(("User-Agent".into(), b"a proxy\x01".to_vec()));
        sent.headers
            .push(("User-Agent".into(), b"another".to_vec()));
        sent.headers.reverse();
    });
    assert_eq!(added, Ok(()));
}

#[test]
fn signed_header_missing_or_twice_is_refused() {
    let sent = Sent::json();
    let host = || "host".to_owned();
    assert_eq!(
        sent.changed(|sent| drop(sent.headers.remove(0))),
        Err(VerifyError::MissingHeader(host()))
    );
    let doubled = sent.changed(|sent| sent.headers.push(sent.headers[0].clone()));
    assert_eq!(doubled, Err(VerifyError::DuplicateHeader(host())));
    let forged = sent.changed(|sent| sent.headers[0].1 = b"h.example\nx:y".to_vec());
    assert_eq!(forged, Err(VerifyError::InvalidHeader(host())));
}

#[test]
fn date_outside_window_is_refused_either_way() {
    assert_eq!(CLOCK_WINDOW, Duration::from_secs(900));
    let sent = Sent::json();
    let moment = Duration::from_nanos(1);
    for (time, result) in [
        (now() + CLOCK_WINDOW, Ok(())),
        (now() - CLOCK_WINDOW, Ok(())),
        (
            now() + CLOCK_WINDOW + moment,
            Err(VerifyError::OutsideClockWindow),
        ),
        (
            now() - CLOCK_WINDOW - moment,
            Err(VerifyError::OutsideClockWindow),
        ),
        (
            SystemTime::UNIX_EPOCH - moment,
            Err(VerifyError::OutsideClockWindow),
        ),
    ] {
        assert_eq!(sent.verify_at(time), result, "{time:?}");
    }
}

#[test]
fn signed_date_malformed_is_refused() {
    let sent = Sent::json();
    let refused = sent.changed(|sent| sent.headers[2].1 = b"20260102T030465Z".to_vec());
    assert_eq!(refused, Err(VerifyError::Date(DateError::Malformed)));
}

#[test]
fn other_secret_and_empty_secret_are_refused() {
    let sent = Sent::json();
    let authorization = Authorization::parse(&sent.authorization).expect("well-formed");
    let headers: Vec<_> = sent
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let request = Request {
        method: "PUT",
        path: &sent.path,
        query: &sent.query,
        headers: &headers,
        body: b"{}",
    };
    let verify = |secret| authorization.verify(&request, secret, now(), CLOCK_WINDOW);
    assert_eq!(verify("skInvented0001"), Ok(()));
    assert_eq!(verify("skInvented0002"), Err(VerifyError::Mismatch));
    assert_eq!(verify(""), Err(VerifyError::EmptySecret));
}

#[test]
fn unsigned_payload_leaves_the_body_out() {
    let sent = Sent::signed(
        &[("host", b"h.example"), ("content-type", b"text/plain")],
        b"abc",
    );
    assert_eq!(sent.verify(), Ok(()));
    assert_eq!(sent.changed(|sent| sent.body = b"xyz".to_vec()), Ok(()));
}

#[test]
fn signed_content_hash_must_match_the_body() {
    let hash = b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let sent = Sent::signed(
        &[("host", b"h.example"), ("x-sdk-content-sha256", hash)],
        b"abc",
    );
    assert_eq!(sent.verify(), Ok(()));
    assert_eq!(
        sent.changed(|sent| sent.body = b"xyz".to_vec()),
        Err(VerifyError::BodyMismatch)
    );
}

#[test]
fn empty_content_hash_still_covers_the_body() {
    let sent = Sent::signed(
        &[("host", b"h.example"), ("x-sdk-content-sha256", b"")],
        b"abc",
    );
    assert_eq!(sent.verify(), Ok(()));
    assert_eq!(
        sent.changed(|sent| sent.body = b"xyz".to_vec()),
        Err(VerifyError::Mismatch)
    );
}

#[test]
fn content_hash_without_body_is_accepted() {
    let headers: [(&str, &[u8]); 2] = [("host", b"h.example"), ("x-sdk-content-sha256", b"x")];
    assert_eq!(Sent::signed(&headers, b"").verify(), Ok(()));
}

/// Otherwise an attacker could add the hash of the old body and send another body.
#[test]
fn unsigned_content_hash_has_no_effect() {
    let hash = b"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; // of {}
    let sent = Sent::json();
    let exchanged = sent.changed(|sent| {
        sent.headers
            .push(("x-sdk-content-sha256".into(), hash.to_vec()));
        sent.body = b"[]".to_vec();
    });
    assert_eq!(exchanged, Err(VerifyError::Mismatch));
}

#[test]
fn malformed_authorization_is_refused() {
    let signature = "0".repeat(64);
    let names = "host;x-sdk-date";
    let well_formed =
        format!("SDK-HMAC-SHA256 Access=AK, SignedHeaders={names}, Signature={signature}");
    let parsed = Authorization::parse(&well_formed).expect("well-formed");
    assert_eq!(parsed.access_key_id(), "AK");
    assert_eq!(
        parsed.signed_headers().collect::<Vec<_>>(),
        ["host", "x-sdk-date"]
    );

    let refusal = |text: &str| Authorization::parse(text).err();
    for malformed in [
        String::new(),
        "SDK-HMAC-SHA256".into(),
        "SDK-HMAC-SHA256 ".into(),
        well_formed.replace("AK", ""),
        well_formed.replace("AK", "A K"),
        well_formed.replace("AK", "A,K"),
        well_formed.replace("Access", "access"),
        well_formed.replace(", ", ","),
        well_formed.replace(' ', "  "),
        well_formed.replace(names, ""),
        well_formed.replace(names, "x-sdk-date;host"),
        well_formed.replace(names, "host;host;x-sdk-date"),
        well_formed.replace(names, "Host;x-sdk-date"),
        well_formed.replace(names, ";x-sdk-date"),
        well_formed.replace(names, "x-sdk-date;"),
        well_formed.replace(names, "hö;x-sdk-date"),
        well_formed.replace(&signature, &signature[1..]),
        well_formed.replace(&signature, &"0".repeat(65)),
        well_formed.replace(&signature, &"A".repeat(64)),
        well_formed.replace(&signature, &"g".repeat(64)),
        well_formed.replace(&signature, &"é".repeat(32)),
        format!("{well_formed} "),
        format!("{well_formed}, Signature={signature}"),
    ] {
        assert_eq!(
            refusal(&malformed),
            Some(VerifyError::Malformed),
            "{malformed}"
        );
    }
    for other in [
        "Bearer x",
        "V11-HMAC-SHA256 Access=AK",
        "sdk-hmac-sha256 Access=AK",
        " SDK-HMAC-SHA256 Access=AK",
    ] {
        assert_eq!(
            refusal(other),
            Some(VerifyError::UnsupportedAlgorithm),
            "{other}"
        );
    }
    assert_eq!(
        refusal(&well_formed.replace(names, "host")),
        Some(VerifyError::DateNotSigned)
    );
}
