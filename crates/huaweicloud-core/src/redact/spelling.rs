//! The spellings in which a text may hold a secret: escaped as in JSON, URLs or HTML, or as base64.

use std::ops::Range;

use memchr::memchr;
use secrecy::SecretString;

/// A way to escape characters.
pub(crate) struct Escape {
    /// The byte that every escape begins with.
    marker: u8,
    /// Reads the escape that a text begins with.
    read: fn(&[u8]) -> Option<Unescaped>,
    /// How long an escape is at most, but for needless zeros.
    longest: usize,
    /// The ways in which a text may be escaped before it is escaped in this one.
    pub(crate) within: &'static [Escape],
}

/// What one escape stands for.
struct Unescaped {
    bytes: [u8; 4],
    count: usize,
    /// Of the escape.
    length: usize,
}

const PERCENT: Escape = Escape {
    marker: b'%',
    read: percent,
    longest: 3,
    within: &[],
};
const HTML: Escape = Escape {
    marker: b'&',
    read: html,
    longest: 10,
    within: &[],
};
const JSON: Escape = Escape {
    marker: b'\\',
    read: json,
    longest: 12,
    within: &[PERCENT, HTML],
};
/// A service may pass on as text what another one said in JSON.
const JSON_IN_JSON: Escape = Escape {
    within: &[JSON, PERCENT, HTML],
    ..JSON
};
/// All of them.
pub(crate) const ESCAPES: &[Escape] = &[JSON_IN_JSON, PERCENT, HTML];

/// A part of a text that is an escape, or holds none.
struct Piece {
    text: Range<usize>,
    escape: Option<Unescaped>,
}

impl Escape {
    /// The text with its escapes taken back, if it holds any.
    pub(crate) fn unescape(&self, text: &[u8]) -> Option<Vec<u8>> {
        memchr(self.marker, text)?;
        let mut unescaped = Vec::with_capacity(text.len());
        for piece in self.pieces(text) {
            match piece.escape {
                Some(escape) => unescaped.extend_from_slice(&escape.bytes[..escape.count]),
                None => unescaped.extend_from_slice(&text[piece.text]),
            }
        }
        (unescaped.len() < text.len()).then_some(unescaped)
    }

    /// Makes places in the unescaped text, in ascending order, those in the text.
    pub(crate) fn place<'a>(&self, text: &[u8], places: impl IntoIterator<Item = &'a mut usize>) {
        let mut places = places.into_iter().peekable();
        let mut end = 0;
        for piece in self.pieces(text) {
            let begin = end;
            end += piece
                .escape
                .as_ref()
                .map_or(piece.text.len(), |escape| escape.count);
            while let Some(place) = places.next_if(|place| **place < end) {
                let within = if piece.escape.is_some() {
                    0
                } else {
                    *place - begin
                };
                *place = piece.text.start + within;
            }
        }
        places.for_each(|place| *place = text.len());
    }

    /// Where an escape begins at the end of a text that was cut off within it, as it seems.
    pub(crate) fn begun(&self, text: &[u8]) -> Option<usize> {
        let tail = text.len().saturating_sub(self.longest - 1);
        let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || [b'#', b'\\'].contains(byte);
        (tail..text.len()).find(|at| {
            let rest = &text[*at..];
            rest[0] == self.marker && rest[1..].iter().all(goes_on) && (self.read)(rest).is_none()
        })
    }

    fn pieces<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Piece> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let escape = (self.read)(rest).filter(|_| rest[0] == self.marker);
            let length = match &escape {
                Some(escape) => escape.length,
                None => memchr(self.marker, &rest[1..]).map_or(rest.len(), |next| next + 1),
            };
            at += length;
            Some(Piece {
                text: at - length..at,
                escape,
            })
        })
    }
}

fn unescaped(c: char, length: usize) -> Unescaped {
    let mut bytes = [0; 4];
    let count = c.encode_utf8(&mut bytes).len();
    Unescaped {
        bytes,
        count,
        length,
    }
}

/// `%2F`: a byte.
fn percent(text: &[u8]) -> Option<Unescaped> {
    let byte = u8::try_from(number(text.get(1..3)?, 16)?).ok()?;
    Some(Unescaped {
        bytes: [byte, 0, 0, 0],
        count: 1,
        length: 3,
    })
}

/// `\/`, `\n`, `\u002f`, or a pair of surrogates.
fn json(text: &[u8]) -> Option<Unescaped> {
    let c = match *text.get(1)? {
        b'u' => {
            let first = number(text.get(2..6)?, 16)?;
            let second = || match text.get(6..)? {
                [b'\\', b'u', rest @ ..] => number(rest.get(..4)?, 16),
                _ => None,
            };
            return match (first, second()) {
                (0xD800..0xDC00, Some(second @ 0xDC00..0xE000)) => {
                    let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                    Some(unescaped(char::from_u32(code)?, 12))
                }
                (first, _) => Some(unescaped(char::from_u32(first)?, 6)),
            };
        }
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        other if other.is_ascii() => char::from(other),
        _ => return None,
    };
    Some(unescaped(c, 2))
}

/// `&amp;` and what else must be escaped, and numbers: `&#47;`, `&#x2f;`.
fn html(text: &[u8]) -> Option<Unescaped> {
    let end = memchr(b';', &text[..text.len().min(HTML.longest)])?;
    let c = match text.get(1..end)? {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some(unescaped(c, end + 1))
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    // A sign is no digit.
    let is_number = digits
        .iter()
        .all(|digit| char::from(*digit).is_digit(radix));
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_number)?;
    u32::from_str_radix(digits, radix).ok()
}

/// A text as base64, without padding, in both alphabets where they differ.
pub(crate) fn base64(text: &str) -> Vec<SecretString> {
    both_alphabets(encode(0, text.as_bytes()))
}

/// What base64 of any longer text holds of this one: the characters that stand for nothing else, by the three places
/// where it may begin, in both alphabets where they differ.
pub(crate) fn within_base64(text: &str) -> Vec<SecretString> {
    let spelled = (0..3).map(|offset| {
        let mut spelled = encode(offset, text.as_bytes());
        if !(offset + text.len()).is_multiple_of(3) {
            spelled.pop();
        }
        spelled.split_off(offset + usize::from(offset > 0))
    });
    spelled.flat_map(both_alphabets).collect()
}

fn both_alphabets(spelled: String) -> Vec<SecretString> {
    let other = spelled.replace('+', "-").replace('/', "_");
    let other = (other != spelled).then(|| other.into());
    other.into_iter().chain([spelled.into()]).collect()
}

/// Base64 of so many zeros and a text, without padding.
fn encode(zeros: usize, text: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| {
        at.checked_sub(zeros)
            .and_then(|at| text.get(at))
            .map_or(0, |byte| *byte)
    };
    let bits = (zeros + text.len()) * 8;
    (0..bits)
        .step_by(6)
        .map(|bit| {
            let pair = u16::from_be_bytes([byte(bit / 8), byte(bit / 8 + 1)]);
            let sextet = (pair >> (10 - bit % 8)) & 63;
            char::from(ALPHABET[usize::from(sextet)])
        })
        .collect()
}

/// Whether a character may stand in base64 of either alphabet, or pad it.
pub(crate) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn an_unescaped_text_has_its_places_in_the_text() {
        for (escape, text, plain) in [
            (JSON, r"a\/b\u00e4\uD83D\uDE00\n\\/\q\u", "a/bä😀\n\\/q\\u"),
            (PERCENT, "a%2Fb%C3%a4%%41%+1%4", "a/bä%A%+1%4"),
            (
                HTML,
                "a&#47;b&#xE4;&amp;lt;&nbsp;&#x110000;&",
                "a/bä&lt;&nbsp;&#x110000;&",
            ),
        ] {
            let unescaped = escape.unescape(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(&unescaped), plain);
            let mut places = ['a', 'b', 'ä'].map(|c| plain.find(c).unwrap());
            places.sort_unstable();
            let mut end = [plain.len()];
            escape.place(text.as_bytes(), places.iter_mut().chain(&mut end));
            assert_eq!((places[0], end[0]), (0, text.len()));
            assert_eq!(text.as_bytes()[places[1]], b'b');
            assert_eq!(places[2], places[1] + 1);
        }
        for escape in ESCAPES {
            assert!(escape.unescape(b"plain").is_none());
        }
    }

    #[test]
    fn base64_of_a_longer_text_holds_what_is_looked_for() {
        let spelled = base64("in?vented~>")
            .iter()
            .map(|text| text.expose_secret().to_owned())
            .collect::<Vec<_>>();
        assert_eq!(spelled, ["aW4_dmVudGVkfj4", "aW4/dmVudGVkfj4"]);
        for (before, after) in [
            ("", ""),
            ("u", ":"),
            ("us", ""),
            ("use", "rs"),
            ("user:", "~"),
        ] {
            let longer = encode(0, format!("{before}invented~~~{after}").as_bytes());
            let found = within_base64("invented~~~");
            let found = found
                .iter()
                .filter(|part| longer.contains(part.expose_secret()));
            assert_eq!(found.count(), 1, "{longer}");
        }
    }
}
