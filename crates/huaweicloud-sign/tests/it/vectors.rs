//! Known signatures of the vendor's signer.

use std::time::SystemTime;

use huaweicloud_sign::{
    AccessKey, Authorization, CLOCK_WINDOW, Request, canonical_query, canonical_request,
    format_date, parse_date, sign, string_to_sign,
};
use serde_json::Value;

/// One case, with the host that the vendor's signer adds.
struct Case {
    value: Value,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Case {
    fn new(value: Value) -> Self {
        let mut headers = pairs(&value["headers"]);
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            headers.push(("Host".to_owned(), text(&value["authority"]).into()));
        }
        let body = match value["body_base64"].as_str() {
            Some(encoded) => base64(encoded),
            None => value["body"].as_str().unwrap_or_default().into(),
        };
        Self {
            value,
            headers,
            body,
        }
    }

    fn text(&self, field: &str) -> &str {
        text(&self.value[field])
    }

    fn time(&self) -> SystemTime {
        parse_date(self.text("x_sdk_date")).expect("the case has a date")
    }

    fn key(&self) -> AccessKey<'_> {
        AccessKey::new(self.text("ak"), self.text("sk"))
    }

    fn check(&self) {
        let id = self.text("id");
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let request = Request {
            method: self.text("method"),
            path: self.text("path"),
            query: self.text("query"),
            headers: &headers,
            body: &self.body,
        };
        let canonical = canonical_request(&request, self.time()).expect(id);
        assert_eq!(
            String::from_utf8_lossy(&canonical),
            self.text("canonical_request"),
            "{id}"
        );
        assert_eq!(
            string_to_sign(&request, self.time()).expect(id),
            self.text("string_to_sign"),
            "{id}"
        );
        let signed = sign(&request, &self.key(), self.time()).expect(id);
        assert_eq!(signed.authorization(), self.text("authorization"), "{id}");
        assert_eq!(signed.x_sdk_date(), self.text("x_sdk_date"), "{id}");
        self.check_headers(
            signed
                .headers()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect(),
        );
        self.check_target();

        let mut sent = headers.clone();
        for (name, value) in signed.headers() {
            sent.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            sent.push((name, value.as_bytes()));
        }
        let request = Request {
            headers: &sent,
            ..request
        };
        let authorization = Authorization::parse(signed.authorization()).expect(id);
        assert_eq!(authorization.access_key_id(), self.text("ak"), "{id}");
        assert_eq!(
            authorization.verify(&request, self.text("sk"), self.time(), CLOCK_WINDOW),
            Ok(()),
            "{id}"
        );
    }

    /// Checks the added headers: the same as by the vendor's signer, except the host and a date of the
    /// caller.
    fn check_headers(&self, mut actual: Vec<(String, Vec<u8>)>) {
        let given = |name: &str| {
            self.headers
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        actual.retain(|(name, _)| !given(name));
        let mut expected = pairs(&self.value["added_headers"]);
        expected.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
        for (name, _) in &mut expected {
            name.make_ascii_lowercase();
        }
        expected.sort();
        actual.sort();
        assert_eq!(actual, expected, "{}", self.text("id"));
    }

    fn check_target(&self) {
        let path = if self.text("path").is_empty() {
            "/"
        } else {
            self.text("path")
        };
        let query = canonical_query(self.text("query"));
        let mark = if query.is_empty() { "" } else { "?" };
        assert_eq!(
            format!("{path}{mark}{query}"),
            self.text("request_target"),
            "{}",
            self.text("id")
        );
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("the field is text")
}

fn pairs(value: &Value) -> Vec<(String, Vec<u8>)> {
    let pairs = value.as_array().expect("the field is a list").iter();
    pairs
        .map(|pair| (text(&pair[0]).to_owned(), text(&pair[1]).into()))
        .collect()
}

fn base64(encoded: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = encoded
        .bytes()
        .filter_map(|byte| alphabet.iter().position(|digit| *digit == byte));
    let bits: Vec<bool> = digits
        .flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1 == 1))
        .collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
        .collect()
}

#[test]
fn known_answers_are_reproduced_and_verified() {
    let file: Value =
        serde_json::from_str(include_str!("../signing.json")).expect("the file is JSON");
    let Value::Array(cases) = file["cases"].clone() else {
        panic!("the cases are a list")
    };
    assert_eq!(cases.len(), 29);
    for value in cases {
        Case::new(value).check();
    }
}

/// Three more signatures of that signer, for other requests of the service.
#[test]
fn migration_calls_are_signed_as_by_the_vendor() {
    let project = "/v2/0123456789abcdef0123456789abcdef";
    let key = AccessKey::new("EXAMPLEAK0000000", "ExampleSecretKey0000000000000000");
    let time = parse_date("20260102T030405Z").expect("a date");
    assert_eq!(format_date(time).as_deref(), Ok("20260102T030405Z"));
    let cases = [
        (
            Request {
                method: "POST",
                path: "/migration-task/b21989ec-2889-4b8e-99db-19c073425ec2/sync-stop",
                query: "",
                headers: &[("content-type", b"application/json")],
                body: b"",
            },
            "b9baf4e91da6c42dd20bd57a40560dbcd172ccccf673e213ddd601790d78c61d",
        ),
        (
            Request {
                method: "GET",
                path: "/migration-tasks",
                query: "offset=0&limit=10&name=a%20b%2F%C3%A9",
                headers: &[("content-type", b"application/json")],
                body: b"",
            },
            "e93028c7df7cd69e631b4fc90390aa1f952e53a7ead6ffbbd294b05a9c4ff541",
        ),
        (
            Request {
                method: "POST",
                path: "/migration-task/batch-stop",
                query: "",
                headers: &[("content-type", b"application/json;charset=UTF-8")],
                body: br#"{"migration_tasks": ["b21989ec-2889-4b8e-99db-19c073425ec2"]}"#,
            },
            "07e5e43cf269fcc7652eecd18aaadd4ec6b32a0a054c6663abc061292854b2a5",
        ),
    ];
    for (request, signature) in cases {
        let path = format!("{project}{}", request.path);
        let mut headers = request.headers.to_vec();
        headers.push(("host", b"dcs.ap-southeast-1.myhuaweicloud.com"));
        headers.push(("x-project-id", b"0123456789abcdef0123456789abcdef"));
        let request = Request {
            path: &path,
            headers: &headers,
            ..request
        };
        let signed = sign(&request, &key, time).expect(&path);
        assert!(signed.authorization().ends_with(signature), "{path}");
    }
}
