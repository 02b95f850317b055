//! Finds secrets in a text, in any of their spellings.

use std::ops::Range;

use memchr::memmem::{self, Finder};
use secrecy::{ExposeSecret, SecretString};

use super::spelling::{ESCAPES, LONGEST_ESCAPE, base64, is_base64, within_base64};

/// Secrets of this length and longer are found within words, and where a cut left this much of them. Shorter texts occur
/// by chance.
const LONG: usize = 8;

/// How many layers of escapes are undone. A service may pass on as text what another service sent as JSON.
const MAX_LAYERS: usize = 3;

/// Maximum number of places to replace in a text. A text with more is replaced as a whole: millions of places take much
/// memory.
const MAX_PLACES: usize = 1000;

const REDACTED: &str = "[redacted]";

/// The texts to find, and what to show in their places.
#[derive(Default)]
pub(crate) struct Search(Vec<Needle>);

struct Needle {
    text: SecretString,
    shown: String,
    /// Whether it is found only as a whole word.
    is_word: bool,
    /// Whether the base64 around it belongs to the secret, too, or to what was encoded with it.
    is_base64: bool,
}

impl Search {
    /// Finds all spellings of a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        let is_word = secret.len() < LONG;
        let mut add = |text, is_base64| {
            self.0.push(Needle {
                text,
                shown: REDACTED.to_owned(),
                is_word,
                is_base64,
            });
        };
        add(secret.into(), false);
        // HTML forms write a blank as `+`.
        if secret.contains(' ') {
            add(secret.replace(' ', "+").into(), false);
        }
        let encode = if is_word { base64 } else { within_base64 };
        for text in encode(secret) {
            add(text, true);
        }
    }

    /// Finds an ID, which is no secret: its base64 may be shown.
    pub(crate) fn add_id(&mut self, id: &str, shown: String) {
        self.0.push(Needle {
            text: id.into(),
            shown,
            is_word: id.len() < LONG,
            is_base64: false,
        });
    }

    /// The text without secrets, if it holds any. With `is_cut`, the beginning of a secret at its end is left out, too.
    pub(crate) fn redact(&self, text: &[u8], is_cut: bool) -> Option<String> {
        let mut found = self.found(text, is_cut, MAX_LAYERS);
        found.sort_unstable_by_key(|(place, _)| (place.start, place.end));
        // Several spellings may have the same place.
        found.dedup_by(|(later, _), (earlier, _)| later == earlier);
        if found.is_empty() {
            return None;
        }
        if found.len() > MAX_PLACES {
            return Some(REDACTED.to_owned());
        }
        Some(String::from_utf8_lossy(&splice(text, found)).into_owned())
    }

    /// The places in a text, and within so many layers of escapes, with what to show there, in any order.
    fn found(&self, text: &[u8], is_cut: bool, layers: usize) -> Vec<(Range<usize>, &str)> {
        let mut found = Vec::new();
        for needle in &self.0 {
            let places = needle.places(text).take(MAX_PLACES + 1);
            found.extend(places.map(|place| (place, &*needle.shown)));
            if is_cut && let Some(start) = needle.begun(text) {
                found.push((start..text.len(), ""));
            }
        }
        for escape in ESCAPES.iter().filter(|_| layers > 0) {
            let Some(unescaped) = escape.unescape(text) else {
                continue;
            };
            // Only JSON is searched for further layers: all would take four times as long.
            let layers = if escape.is_json() { layers - 1 } else { 0 };
            let mut within = self.found(&unescaped, is_cut, layers);
            let bounds = within.iter_mut();
            let bounds = bounds.flat_map(|(place, _)| [&mut place.start, &mut place.end]);
            let mut bounds: Vec<_> = bounds.collect();
            bounds.sort_unstable();
            escape.locate(text, bounds);
            found.append(&mut within);
        }
        found
    }
}

impl Needle {
    /// Its places in a text. The time grows with the sum of both lengths, not with their product.
    fn places<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Range<usize>> + 'a {
        let needle = self.text.expose_secret().as_bytes();
        let finder = (needle.len() <= text.len()).then(|| Finder::new(needle));
        let mut done = 0;
        std::iter::from_fn(move || {
            loop {
                let start = done + finder.as_ref()?.find(&text[done..])?;
                let mut place = start..start + needle.len();
                if self.is_word && !is_word(text, &place) {
                    done = start + 1;
                    continue;
                }
                if self.is_base64 && !self.is_word {
                    let before = text[done..start].iter().rev();
                    place.start -= before.take_while(|byte| is_base64(**byte)).count();
                    let after = text[place.end..].iter();
                    place.end += after.take_while(|byte| is_base64(**byte)).count();
                }
                done = place.end;
                return Some(place);
            }
        })
    }

    /// The place where the longest beginning of it ends a text that was cut off, perhaps within an escape.
    fn begun(&self, text: &[u8]) -> Option<usize> {
        let last = text.len().saturating_sub(LONGEST_ESCAPE - 1)..text.len();
        let escapes = last.filter(|at| b"\\%&".contains(&text[*at]));
        let ends = escapes.chain([text.len()]);
        ends.filter_map(|end| self.begun_before(&text[..end])).min()
    }

    fn begun_before(&self, text: &[u8]) -> Option<usize> {
        let needle = self.text.expose_secret().as_bytes();
        let first = needle.get(..LONG)?;
        let tail = text.len().saturating_sub(needle.len() - 1);
        let start = tail + memmem::find(&text[tail..], first)?;
        // Only both ends are compared, so that the time does not grow with the product of the lengths.
        (start..=text.len() - LONG).find(|at| {
            let length = text.len() - at;
            text[*at..].starts_with(first) && text.ends_with(&needle[length - LONG..length])
        })
    }
}

/// The text with other text in these places, which are sorted. A place that begins within an earlier one is dropped.
pub(crate) fn splice(
    text: &[u8],
    places: impl IntoIterator<Item = (Range<usize>, impl AsRef<[u8]>)>,
) -> Vec<u8> {
    let mut spliced = Vec::new();
    let mut end = 0;
    for (place, shown) in places {
        if place.start >= end {
            spliced.extend_from_slice(&text[end..place.start]);
            spliced.extend_from_slice(shown.as_ref());
        }
        end = end.max(place.end);
    }
    spliced.extend_from_slice(&text[end..]);
    spliced
}

/// Whether a place is no part of a longer word. Letters, digits and `_` make words; `.` and `-` join them.
fn is_word(text: &[u8], place: &Range<usize>) -> bool {
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let joins = |next: Option<&u8>, second: Option<&u8>| match next {
        Some(b'.' | b'-') => second.is_some_and(|byte| in_word(*byte)),
        next => next.is_some_and(|byte| in_word(*byte)),
    };
    let mut before = text[..place.start].iter().rev();
    let mut after = text[place.end..].iter();
    !joins(before.next(), before.next()) && !joins(after.next(), after.next())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use proptest::test_runner::TestRunner;

    use super::*;

    const SECRET: &str = "tok/en+\"Inv&01é";

    /// The secret with some characters escaped in one way, and all of it escaped as JSON in JSON up to twice.
    fn spelled(way: usize, is_escaped: &[bool], characters: usize, layers: usize) -> String {
        let mut text = "a ".to_owned();
        for (c, is_escaped) in SECRET.chars().zip(is_escaped).take(characters) {
            let escape = |text: &mut String| match way {
                0 => c
                    .to_string()
                    .bytes()
                    .try_for_each(|byte| write!(text, "%{byte:02x}")),
                1 => write!(text, "&#{};", u32::from(c)),
                _ => write!(text, "\\u{:04x}", u32::from(c)),
            };
            if *is_escaped {
                escape(&mut text).unwrap();
            } else {
                text.push(c);
            }
        }
        for _ in 0..layers {
            let quoted = serde_json::to_string(&text).unwrap();
            quoted[1..quoted.len() - 1].clone_into(&mut text);
        }
        text
    }

    #[test]
    fn secret_in_any_spelling_is_redacted_also_when_cut() {
        let mut search = Search::default();
        search.add(SECRET);
        let length = SECRET.chars().count();
        let test = |(way, is_escaped, layers, cut): (usize, Vec<bool>, usize, Index)| {
            let text = spelled(way, &is_escaped, length, layers);
            let after = format!("{text}. z");
            prop_assert_eq!(
                search.redact(after.as_bytes(), false),
                Some("a [redacted]. z".to_owned())
            );
            let least = spelled(way, &is_escaped, LONG, layers).len();
            let cut = least + cut.index(text.len() - least);
            let shown = search.redact(&text.as_bytes()[..cut], true);
            prop_assert_eq!(shown.as_deref(), Some("a "), "{} at {}", text, cut);
            Ok(())
        };
        let config = ProptestConfig {
            cases: 10_000,
            source_file: Some(file!()),
            ..ProptestConfig::default()
        };
        let strategy = (
            0..3_usize,
            vec(any::<bool>(), length),
            0..3_usize,
            any::<Index>(),
        );
        TestRunner::new(config).run(&strategy, test).unwrap();
    }
}
