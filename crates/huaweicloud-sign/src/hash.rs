//! SHA-256, HMAC and hexadecimal digits.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::ALGORITHM;

/// The SHA-256 of nothing.
pub(crate) const EMPTY_HASH: &[u8; 64] =
    b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Encodes bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    // Computing the digits lets the compiler vectorize; a table would not.
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = digit(byte >> 4);
        pair[1] = digit(byte & 15);
    }
    text
}

/// Decodes the output of [`hex`]. Refuses upper case, so that a signature has one spelling only.
pub(crate) fn unhex(text: &[u8]) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let text: &[u8; 64] = text.try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> [u8; 64] {
    hex(&Sha256::digest(bytes).into())
}

/// The parts of the string to sign: algorithm, date, hash of the canonical request.
pub(crate) fn string_to_sign<'a>(date: &'a str, hash: &'a [u8; 64]) -> [&'a [u8]; 5] {
    [ALGORITHM.as_bytes(), b"\n", date.as_bytes(), b"\n", hash]
}

/// The HMAC of the string to sign, ready to finalize or to compare.
///
/// It is never `None`, because HMAC accepts a key of any length. The types cannot express that.
pub(crate) fn mac(secret: &str, date: &str, canonical_request: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    for part in string_to_sign(date, &sha256_hex(canonical_request)) {
        mac.update(part);
    }
    Some(mac)
}
