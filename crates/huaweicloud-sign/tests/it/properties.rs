//! Properties of every request and every text, with 10,000 cases each. `properties.seeds` keeps the
//! seeds of failures: commit it, and later runs try them first.

use std::time::{Duration, SystemTime};

use huaweicloud_sign::{
    AccessKey, Authorization, CLOCK_WINDOW, Request, VerifyError, canonical_query,
    canonical_request, format_date, parse_date, sign,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select, subsequence},
    test_runner::{FileFailurePersistence, RngAlgorithm},
};

use crate::requests::{Parts, any_request, query};
use crate::{KEY, now, plain, reference};

const ID: &str = "AKINVENTED0001";
const SECRET: &str = "skInvented0001";

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 10_000,
        // The default, a cipher, takes a third of the time without optimizations.
        rng_algorithm: RngAlgorithm::XorShift,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("seeds"))),
        ..ProptestConfig::default()
    }
}

/// Signs a request. Returns the request as sent and the value of `Authorization`.
fn send(request: Parts, time: SystemTime) -> (Parts, String) {
    let signed = request
        .with(|request| sign(request, &KEY, time))
        .expect("the request can be signed");
    let authorization = signed.authorization().to_owned();
    (request.sent_with(&signed), authorization)
}

/// Verifies a request this much later than it was signed.
fn verify(sent: &Parts, authorization: &str, later: Duration) -> Result<(), VerifyError> {
    let date = sent
        .headers
        .iter()
        .find(|header| header.0 == "x-sdk-date")
        .expect("the date is set");
    let date = String::from_utf8_lossy(&date.1);
    let signed_at = parse_date(date.trim_matches([' ', '\t'])).unwrap_or_else(|_| now());
    let authorization = Authorization::parse(authorization)?;
    sent.with(|request| authorization.verify(request, SECRET, signed_at + later, CLOCK_WINDOW))
}

/// A change of one byte or one character: replaced, added or removed.
#[derive(Clone, Debug)]
struct Change {
    part: Index,
    at: Index,
    kind: Kind,
    /// Between 1 and 127.
    byte: u8,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Exchange,
    Add,
    TakeOut,
}

fn any_change() -> impl Strategy<Value = Change> {
    let kinds = select(vec![
        Kind::Exchange,
        Kind::Exchange,
        Kind::Add,
        Kind::TakeOut,
    ]);
    (any::<Index>(), any::<Index>(), kinds, 1..=127_u8).prop_map(|(part, at, kind, byte)| Change {
        part,
        at,
        kind,
        byte,
    })
}

impl Change {
    /// Changes one place of the sent request.
    fn apply(&self, sent: &mut Parts, authorization: &mut String) {
        let headers = sent.headers.len();
        match self.part.index(headers + 5) {
            0 => self.to_text(&mut sent.method),
            1 => self.to_text(&mut sent.path),
            2 => self.to_text(&mut sent.query),
            3 => self.to_text(authorization),
            4 => self.to(&mut sent.body, |byte| byte ^ self.byte, self.byte),
            header => {
                let value = &mut sent.headers[header - 5].1;
                self.to(value, |byte| byte ^ self.byte, self.byte);
            }
        }
    }

    fn to_text(&self, text: &mut String) {
        let new = char::from(self.byte);
        let exchange =
            |old| u8::try_from(old).map_or(new, |old| char::from((old ^ self.byte) & 0x7F));
        let mut chars: Vec<char> = text.chars().collect();
        self.to(&mut chars, exchange, new);
        *text = chars.into_iter().collect();
    }

    /// An empty part gets an addition, whatever the kind of change.
    fn to<T: Copy>(&self, all: &mut Vec<T>, exchange: impl Fn(T) -> T, new: T) {
        match self.kind {
            Kind::Exchange if !all.is_empty() => {
                let at = self.at.index(all.len());
                all[at] = exchange(all[at]);
            }
            Kind::TakeOut if !all.is_empty() => drop(all.remove(self.at.index(all.len()))),
            _ => all.insert(self.at.index(all.len() + 1), new),
        }
    }
}

/// A value of `Authorization`, well-formed or nearly so.
fn nearly_authorization() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(vec!["SDK-HMAC-SHA256 ", "Access=", ", SignedHeaders=", ", Signature=", "x-sdk-date", ";", "host", ","])
            .prop_map(str::to_owned),
        1 => "[0-9a-f]{64}",
        1 => ".{0,3}",
    ];
    let names = subsequence(vec!["a", "host", "x-sdk-date", "x-y", "X-Z", "é"], 0..6);
    let whole = (
        "SDK-HMAC-SHA256 |.{0,3}",
        "[!-~]{0,9}|.{0,3}",
        names,
        "[0-9a-f]{64}|[0-9a-fA-F]{63,65}",
    )
        .prop_map(|(algorithm, id, names, signature)| {
            let names = names.join(";");
            format!("{algorithm}Access={id}, SignedHeaders={names}, Signature={signature}")
        });
    prop_oneof![2 => whole, 1 => vec(piece, 0..9).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn signature_equals_the_reference(request in any_request()) {
        let (sent, authorization) = send(request, now());
        prop_assert_eq!(authorization, reference::authorization(&sent, ID, SECRET));
    }

    #[test]
    fn signed_request_within_window_is_accepted(
        request in any_request(),
        seconds in 0..253_402_207_200_u64,
        later in 0..=15 * 60_u64,
    ) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let (sent, authorization) = send(request, time);
        prop_assert_eq!(verify(&sent, &authorization, Duration::from_secs(later)), Ok(()));
    }

    /// Refuses a change of meaning in any part. Accepts another spelling of the same meaning.
    #[test]
    fn changed_byte_is_refused_unless_canonically_equal(
        request in any_request(),
        change in any_change(),
    ) {
        let (sent, authorization) = send(request, now());
        let names = reference::signed_names(&sent);
        let (mut changed, mut changed_authorization) = (sent.clone(), authorization.clone());
        change.apply(&mut changed, &mut changed_authorization);
        // The ID only selects the secret, which is given here.
        let same_but_for_the_id = |id| authorization.replacen(ID, id, 1) == changed_authorization;
        let means_the_same = reference::meaning(&sent, &names) == reference::meaning(&changed, &names)
            && Authorization::parse(&changed_authorization)
                .is_ok_and(|parsed| same_but_for_the_id(parsed.access_key_id()));
        let verified = verify(&changed, &changed_authorization, Duration::ZERO);
        prop_assert_eq!(verified.is_ok(), means_the_same, "{:?} of {:?}", verified, changed);
    }

    #[test]
    fn canonical_query_is_stable_in_any_order(
        (pairs, shuffled) in vec(query(), 0..5)
            .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle())),
    ) {
        let canonical = canonical_query(&pairs.join("&"));
        prop_assert_eq!(&canonical_query(&canonical), &canonical);
        prop_assert_eq!(&canonical_query(&shuffled.join("&")), &canonical);
    }

    #[test]
    fn canonical_path_is_stable(request in any_request()) {
        let line = |path: &str| {
            let bytes = canonical_request(&Request { path, ..plain() }, now())
                .expect("the request can be signed");
            let text = String::from_utf8(bytes).expect("the request is text");
            text.lines().nth(1).unwrap_or_default().to_owned()
        };
        let canonical = line(&request.path);
        prop_assert_eq!(&line(&canonical), &canonical);
    }

    /// A malformed part is refused, or signed so that a server reads the same request.
    #[test]
    fn request_part_of_any_text_is_refused_or_signed_as_is(
        mut request in any_request(),
        part in 0..5_usize,
        text in any::<String>(),
        id in ".{0,4}",
    ) {
        match part {
            0 => request.method = text,
            1 => request.path = format!("/{text}"),
            2 => request.query = text,
            3 => request.headers.push((text, b"v".to_vec())),
            _ => request.headers.push(("x-b".to_owned(), text.into())),
        }
        if let Ok(signed) = request.with(|request| sign(request, &AccessKey::new(&id, SECRET), now())) {
            let sent = request.sent_with(&signed);
            prop_assert_eq!(signed.authorization(), reference::authorization(&sent, &id, SECRET));
            prop_assert_eq!(verify(&sent, signed.authorization(), Duration::ZERO), Ok(()));
        }
    }

    #[test]
    fn authorization_is_refused_or_parsed_as_written(
        text in nearly_authorization(),
        request in any_request(),
    ) {
        if let Ok(parsed) = Authorization::parse(&text) {
            let names: Vec<_> = parsed.signed_headers().collect();
            let before = format!(
                "SDK-HMAC-SHA256 Access={}, SignedHeaders={}, Signature=",
                parsed.access_key_id(),
                names.join(";"),
            );
            let signature = text.strip_prefix(&before);
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            prop_assert!(signature.is_some_and(|digits| digits.len() == 64 && digits.bytes().all(is_hex)));
            prop_assert!(names.is_sorted_by(|left, right| left < right));
            prop_assert!(names.contains(&"x-sdk-date"));
            let (sent, _) = send(request, now());
            prop_assert!(verify(&sent, &text, Duration::ZERO).is_err());
        }
    }

    #[test]
    fn formatted_date_parses_back(seconds in 0..253_402_207_200_u64, nanos in 0..1_000_000_000_u64) {
        let whole = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let text = format_date(whole + Duration::from_nanos(nanos));
        prop_assert_eq!(text.as_deref().map(parse_date), Ok(Ok(whole)));
    }

    #[test]
    fn parsed_date_formats_back(
        text in "[12][0-9]{3}[01][0-9][0-3][0-9]T[0-2][0-9][0-6][0-9]{3}Z|[0-9]{8}T[0-9]{6}Z|.{16}",
    ) {
        if let Ok(time) = parse_date(&text) {
            prop_assert_eq!(format_date(time), Ok(text));
        }
    }
}
