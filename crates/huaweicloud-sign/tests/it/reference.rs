//! A reference signer, written from the description of the service and without the crate. It is slow
//! and plain.

use sha2::{Digest, Sha256};

use crate::requests::Parts;

/// The value of `Authorization` for a request with all its other headers.
pub(crate) fn authorization(request: &Parts, id: &str, secret: &str) -> String {
    let names = signed_names(request);
    let text = string_to_sign(request, &names);
    let signature = hex(&hmac(secret.as_bytes(), text.as_bytes()));
    format!(
        "SDK-HMAC-SHA256 Access={id}, SignedHeaders={}, Signature={signature}",
        names.join(";")
    )
}

/// The text that a signature over these headers covers. `None` if the body does not match its own
/// header.
pub(crate) fn meaning(request: &Parts, names: &[String]) -> Option<String> {
    let content = names
        .iter()
        .find(|name| *name == CONTENT)
        .and_then(|_| value(request, CONTENT));
    let describes = |value: &[u8]| {
        value.is_empty()
            || value == b"UNSIGNED-PAYLOAD"
            || value.to_ascii_lowercase() == sha256(&request.body).into_bytes()
    };
    let body_is_described = request.body.is_empty() || content.is_none_or(describes);
    body_is_described.then(|| string_to_sign(request, names))
}

/// The names of the headers to sign: in lower case, sorted, without those that have a `_`.
pub(crate) fn signed_names(request: &Parts) -> Vec<String> {
    let mut names: Vec<_> = request
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .filter(|name| !name.contains('_') && name != "authorization")
        .collect();
    names.sort();
    names
}

/// The SHA-256 of the bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

const CONTENT: &str = "x-sdk-content-sha256";

fn string_to_sign(request: &Parts, names: &[String]) -> String {
    let date = String::from_utf8_lossy(value(request, "x-sdk-date").unwrap_or_default());
    let canonical = sha256(&canonical_request(request, names));
    format!("SDK-HMAC-SHA256\n{date}\n{canonical}")
}

fn canonical_request(request: &Parts, names: &[String]) -> Vec<u8> {
    let mut headers = Vec::new();
    for name in names {
        headers.extend([name.as_bytes(), b":"].concat());
        headers.extend(value(request, name).unwrap_or_default());
        headers.push(b'\n');
    }
    let payload = match value(request, CONTENT) {
        Some(value) if !value.is_empty() && !request.body.is_empty() => value.to_vec(),
        _ => sha256(&request.body).into_bytes(),
    };
    [
        request.method.to_ascii_uppercase().into_bytes(),
        path(&request.path).into_bytes(),
        query(&request.query).into_bytes(),
        headers,
        names.join(";").into_bytes(),
        payload,
    ]
    .join(b"\n".as_slice())
}

/// The path, decoded and encoded segment by segment, with a slash at the end.
fn path(path: &str) -> String {
    let decoded = decode(path);
    let segments: Vec<_> = decoded.split(|byte| *byte == b'/').map(encode).collect();
    let path = segments.join("/");
    if path.ends_with('/') {
        path
    } else {
        path + "/"
    }
}

/// The query, sorted by names and then by values.
fn query(query: &str) -> String {
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name), decode(value)));
    }
    pairs.sort();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

fn value<'a>(request: &'a Parts, name: &str) -> Option<&'a [u8]> {
    let (_, value) = request
        .headers
        .iter()
        .find(|header| header.0.eq_ignore_ascii_case(name))?;
    let is_no_blank = |byte: &u8| *byte != b' ' && *byte != b'\t';
    let start = value.iter().position(is_no_blank).unwrap_or(value.len());
    let end = value
        .iter()
        .rposition(is_no_blank)
        .map_or(start, |last| last + 1);
    Some(&value[start..end])
}

fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        let digits = others
            .first_chunk::<2>()
            .filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else {
            bytes.push(*first);
            continue;
        };
        let text = str::from_utf8(digits).expect("digits are text");
        bytes.push(u8::from_str_radix(text, 16).expect("two digits are a byte"));
        rest = &others[2..];
    }
    bytes
}

fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            text + &char::from(*byte).to_string()
        }
        _ => text + &format!("%{byte:02X}"),
    })
}

/// HMAC of RFC 2104, for keys no longer than a block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let keyed =
        |pad: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).unwrap_or(&0) ^ pad).collect() };
    let inner = Sha256::digest([&keyed(0x36), text].concat());
    Sha256::digest([keyed(0x5c).as_slice(), &inner].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15];
    let digit = |value: u8| char::from_digit(value.into(), 16).expect("it is below 16");
    bytes.iter().flat_map(digits).map(digit).collect()
}
