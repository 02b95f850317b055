//! The characters that each part of a request may have.

/// Whether all bytes are good.
///
/// A fold over bytes without an early exit lets the compiler vectorize the loop.
pub(crate) fn all(bytes: &[u8], is_good: impl Fn(u8) -> bool) -> bool {
    bytes
        .iter()
        .fold(0, |bad, byte| bad | u8::from(!is_good(*byte)))
        == 0
}

/// Whether the text is an HTTP token: a method or the name of a header.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && flags(text) & NO_TOKEN == 0
}

/// Flag: the text contains a `_`.
pub(crate) const UNDERSCORE: u8 = 1;

/// Flag: the text contains a byte that is not allowed in a token.
pub(crate) const NO_TOKEN: u8 = 2;

/// The flags of a text. Names are short, so one pass with a table is fastest.
pub(crate) fn flags(text: &str) -> u8 {
    text.bytes()
        .fold(0, |flags, byte| flags | FLAGS[usize::from(byte)])
}

static FLAGS: [u8; 256] = {
    let mut table = [NO_TOKEN; 256];
    let token: &[u8] = b"!#$%&'*+-.^`|~0123456789\
        ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut index = 0;
    while index < token.len() {
        table[token[index] as usize] = 0;
        index += 1;
    }
    table[b'_' as usize] = UNDERSCORE;
    table
};

/// Whether HTTP allows the bytes as the value of a header. A line feed would forge a line of the
/// canonical request.
pub(crate) fn is_value(value: &[u8]) -> bool {
    all(value, |byte| !byte.is_ascii_control() || byte == b'\t')
}

/// Whether the byte is an unreserved character of RFC 3986, which needs no escape.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether the texts are a path and a query without anything else.
pub(crate) fn is_target(path: &str, query: &str) -> bool {
    let starts_well = path.is_empty() || path.starts_with('/');
    starts_well
        && all(path.as_bytes(), |byte| byte != b'?' && byte != b'#')
        && all(query.as_bytes(), |byte| byte != b'#')
}

/// Whether the text fits between the commas of an `Authorization` value.
pub(crate) fn is_access_key_id(id: &str) -> bool {
    !id.is_empty()
        && all(id.as_bytes(), |byte| {
            byte.is_ascii_graphic() && byte != b','
        })
}

/// The value without outer blanks. Unlike other signatures, this one keeps inner blanks.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
