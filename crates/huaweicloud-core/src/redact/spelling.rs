//! The spellings of a secret in a text: escaped as in JSON, URLs or HTML, or encoded as base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::{memchr, memchr_iter};
use secrecy::SecretString;

/// A way to escape characters.
pub(crate) struct Escape {
    /// The first byte of every escape.
    marker: u8,
    /// Reads the escape at the beginning of a text: appends the bytes it stands for, and returns its length.
    read: fn(&[u8], &mut Vec<u8>) -> Option<usize>,
}

pub(crate) const ESCAPES: [Escape; 3] = [
    Escape {
        marker: b'\\',
        read: json,
    },
    Escape {
        marker: b'%',
        read: percent,
    },
    Escape {
        marker: b'&',
        read: html,
    },
];

/// The length of the longest escape but for needless zeros, a pair of surrogates in JSON.
pub(crate) const LONGEST_ESCAPE: usize = 12;

impl Escape {
    pub(crate) fn is_json(&self) -> bool {
        self.marker == b'\\'
    }

    /// The text without these escapes, if it has any.
    pub(crate) fn unescape(&self, text: &[u8]) -> Option<Vec<u8>> {
        memchr(self.marker, text)?;
        let mut unescaped = Vec::with_capacity(text.len());
        self.each_part(text, |_, bytes| unescaped.extend_from_slice(bytes));
        (unescaped.len() < text.len()).then_some(unescaped)
    }

    /// Turns places in the unescaped text, in ascending order, into places in the text.
    pub(crate) fn locate<'a>(&self, text: &[u8], places: impl IntoIterator<Item = &'a mut usize>) {
        let mut places = places.into_iter().peekable();
        let mut end = 0;
        self.each_part(text, |start, bytes| {
            let begin = end;
            end += bytes.len();
            while let Some(place) = places.next_if(|place| **place < end) {
                *place = start + *place - begin;
            }
        });
        places.for_each(|place| *place = text.len());
    }

    /// Calls `part` with each escape and each text between two: its place in the text, and the bytes it stands for.
    fn each_part(&self, text: &[u8], mut part: impl FnMut(usize, &[u8])) {
        let mut done = 0;
        let mut bytes = Vec::new();
        for at in memchr_iter(self.marker, text) {
            bytes.clear();
            // A marker may be the second character of an escape.
            if at >= done
                && let Some(length) = (self.read)(&text[at..], &mut bytes)
            {
                part(done, &text[done..at]);
                part(at, &bytes);
                done = at + length;
            }
        }
        part(done, &text[done..]);
    }
}

/// `%2F`: a byte.
fn percent(text: &[u8], bytes: &mut Vec<u8>) -> Option<usize> {
    bytes.push(u8::try_from(number(text.get(1..3)?, 16)?).ok()?);
    Some(3)
}

/// `\/`, `\n`, `\u002f`, or a pair of surrogates.
fn json(text: &[u8], bytes: &mut Vec<u8>) -> Option<usize> {
    let unit = |at: usize| match text.get(at..at + 6)? {
        [b'\\', b'u', digits @ ..] => number(digits, 16),
        _ => None,
    };
    let (c, length) = match *text.get(1)? {
        b'u' => match (unit(0)?, unit(6)) {
            (first @ 0xD800..0xDC00, Some(second @ 0xDC00..0xE000)) => {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                (char::from_u32(code)?, 12)
            }
            (first, _) => (char::from_u32(first)?, 6),
        },
        b'n' => ('\n', 2),
        b'r' => ('\r', 2),
        b't' => ('\t', 2),
        b'b' => ('\u{8}', 2),
        b'f' => ('\u{c}', 2),
        other if other.is_ascii() => (char::from(other), 2),
        _ => return None,
    };
    push(bytes, c);
    Some(length)
}

/// `&amp;` and the other characters that HTML must escape, and numbers: `&#47;`, `&#x2f;`.
fn html(text: &[u8], bytes: &mut Vec<u8>) -> Option<usize> {
    let end = memchr(b';', &text[..text.len().min(10)])?;
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
    push(bytes, c);
    Some(end + 1)
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` reads a sign, too.
    let is_number = digits.chars().all(|digit| digit.is_digit(radix));
    u32::from_str_radix(digits, radix)
        .ok()
        .filter(|_| is_number)
}

/// A text as base64 without padding, in both alphabets if they differ.
pub(crate) fn base64(text: &str) -> Vec<SecretString> {
    both_alphabets(STANDARD_NO_PAD.encode(text))
}

/// The base64 characters that encode only this text within a longer one. The text may begin at three offsets: one
/// result for each, in both alphabets if they differ.
pub(crate) fn within_base64(text: &str) -> Vec<SecretString> {
    let spelled = (0..3).map(|offset| {
        let mut spelled = STANDARD_NO_PAD.encode([&"???"[..offset], text].concat());
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

/// Whether a character may stand in base64 of either alphabet, or pad it.
pub(crate) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn places_in_unescaped_text_are_located() {
        let [json, percent, html] = ESCAPES;
        for (escape, text, plain) in [
            (&json, r"a\/b\u00e4\uD83D\uDE00\n\\/\q\u", "a/bä😀\n\\/q\\u"),
            (&percent, "a%2Fb%C3%a4%%41%+1%4", "a/bä%A%+1%4"),
            (
                &html,
                "a&#47;b&#xE4;&amp;lt;&nbsp;&#x110000;&",
                "a/bä&lt;&nbsp;&#x110000;&",
            ),
        ] {
            let unescaped = escape.unescape(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(&unescaped), plain);
            let mut places = ['a', 'b', 'ä'].map(|c| plain.find(c).unwrap());
            places.sort_unstable();
            let mut end = [plain.len()];
            escape.locate(text.as_bytes(), places.iter_mut().chain(&mut end));
            assert_eq!((places[0], end[0]), (0, text.len()));
            assert_eq!(text.as_bytes()[places[1]], b'b');
            assert_eq!(places[2], places[1] + 1);
        }
        for escape in ESCAPES {
            assert!(escape.unescape(b"plain").is_none());
        }
    }

    #[test]
    fn base64_of_longer_text_holds_the_spelling() {
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
            let longer = STANDARD_NO_PAD.encode(format!("{before}invented~~~{after}"));
            let found = within_base64("invented~~~");
            let found = found
                .iter()
                .filter(|part| longer.contains(part.expose_secret()));
            assert_eq!(found.count(), 1, "{longer}");
        }
    }
}
