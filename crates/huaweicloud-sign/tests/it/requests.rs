//! Generated requests for the properties.

use std::collections::BTreeMap;

use huaweicloud_sign::{Request, Signed};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::reference::sha256;

/// A request that owns its parts.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Parts {
    pub(crate) fn with<T>(&self, act: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        act(&Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }

    /// The request as sent, with the headers of its signature except `Authorization`.
    pub(crate) fn sent_with(mut self, signed: &Signed) -> Self {
        for (name, value) in signed
            .headers()
            .filter(|(name, _)| *name != "authorization")
        {
            self.headers
                .retain(|header| !header.0.eq_ignore_ascii_case(name));
            self.headers.push((name.to_owned(), value.into()));
        }
        self
    }
}

/// A request that can be signed, with any valid parts.
pub(crate) fn any_request() -> impl Strategy<Value = Parts> {
    (
        method(),
        path(),
        query(),
        headers(),
        vec(any::<u8>(), 0..40),
        content(),
    )
        .prop_map(|(method, path, query, mut headers, body, content)| {
            if let Some(content) = content {
                let value = match content {
                    Content::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
                    Content::Nothing => String::new(),
                    Content::Hash => sha256(&body),
                    Content::HashInCapitals => sha256(&body).to_ascii_uppercase(),
                };
                headers.push(("X-Sdk-Content-Sha256".to_owned(), value.into()));
            }
            Parts {
                method,
                path,
                query,
                headers,
                body,
            }
        })
        .prop_flat_map(|parts| {
            let headers = Just(parts.headers.clone()).prop_shuffle();
            (Just(parts), headers).prop_map(|(parts, headers)| Parts { headers, ..parts })
        })
}

/// The value of a caller's own `X-Sdk-Content-Sha256`.
#[derive(Clone, Copy, Debug)]
enum Content {
    Unsigned,
    Nothing,
    Hash,
    HashInCapitals,
}

fn content() -> impl Strategy<Value = Option<Content>> {
    let kinds = vec![
        Content::Unsigned,
        Content::Nothing,
        Content::Hash,
        Content::HashInCapitals,
    ];
    option::weighted(0.3, select(kinds))
}

fn method() -> impl Strategy<Value = String> {
    let usual = select(vec!["GET", "POST", "PUT", "DELETE", "patch"]);
    prop_oneof![usual.prop_map(str::to_owned), token(1)]
}

/// An HTTP token.
fn token(shortest: usize) -> impl Strategy<Value = String> {
    const CHARS: &[u8] = b"abcxyzABCXYZ0189!#$%&'*+.^_`|~-";
    vec(0..CHARS.len(), shortest..6)
        .prop_map(|all| all.into_iter().map(|at| char::from(CHARS[at])).collect())
}

/// An empty path, or a slash and then plain text, escapes (well-formed or not), and any character
/// except `?` and `#`.
fn path() -> impl Strategy<Value = String> {
    let path = text("/").prop_map(|text| format!("/{}", text.replace(['?', '#'], "/")));
    prop_oneof![1 => Just(String::new()), 20 => path]
}

/// Well-formed and malformed pairs of the same pieces.
pub(crate) fn query() -> impl Strategy<Value = String> {
    text("&==").prop_map(|text| text.replace('#', "&"))
}

/// Pieces of all kinds, in which these characters are frequent.
///
/// Generating numbers that stand for pieces is many times faster than a strategy per piece.
fn text(frequent: &'static str) -> impl Strategy<Value = String> {
    let frequent: Vec<char> = frequent.chars().collect();
    vec(any::<(u8, u8, char)>(), 0..10).prop_map(move |pieces| {
        let piece = |(kind, byte, any): (u8, u8, char)| match kind % 8 {
            0 | 1 => frequent[usize::from(byte) % frequent.len()].to_string(),
            2 | 3 => char::from(PLAIN[usize::from(byte) % PLAIN.len()]).to_string(),
            4 => format!("%{byte:02X}"),
            5 => format!("%{byte:02x}"),
            6 => format!("%{}", char::from(byte % 0x80)),
            _ => any.to_string(),
        };
        pieces.into_iter().map(piece).collect()
    })
}

const PLAIN: &[u8] = b"abcxyzABCXYZ0189-._~";

/// A host, perhaps a content type and a date, and others. Names have any case and no duplicates.
fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let host = (select(vec!["host", "Host", "HOST"]), value())
        .prop_map(|(name, value)| (name.to_owned(), [b"h", value.as_slice()].concat()));
    let types = vec![
        "application/json",
        " application/json;charset=utf8",
        "application/bson",
        "text/plain",
        "",
    ];
    let content_type = option::of(select(types))
        .prop_map(|value| Some(("Content-Type".to_owned(), value?.into())));
    let date = option::weighted(0.2, select(vec!["20260102T030405Z", " 19700101T000000Z\t"]))
        .prop_map(|value| Some(("X-Sdk-Date".to_owned(), value?.into())));
    let others = vec((token(0), value()), 0..6);
    (host, content_type, date, others).prop_map(|(host, content_type, date, others)| {
        // One spelling of each name remains. The prefix keeps them apart from the headers above.
        let others: BTreeMap<_, _> = others
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), (format!("X-{name}"), value)))
            .collect();
        let named = [Some(host), content_type, date].into_iter().flatten();
        named.chain(others.into_values()).collect()
    })
}

/// Any bytes that HTTP allows in the value of a header.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let allowed = |byte: u8| match byte {
        b'\t' => byte,
        // Signers often get blanks wrong.
        0..0x20 | 0x7F => b' ',
        _ => byte,
    };
    vec(any::<u8>(), 0..10).prop_map(move |bytes| bytes.into_iter().map(allowed).collect())
}
