//! Makes text of a service safe to show: one line, bounded, without characters that control a terminal.

const MAX_CODE: usize = 64;
/// Maximum length of a message, in characters.
pub(crate) const MAX_MESSAGE: usize = 512;
const MAX_REQUEST_ID: usize = 128;

/// An error code without whitespace: the vendor's own tables have two codes with a stray blank.
pub(crate) fn code_of(text: &str) -> Option<String> {
    one_line(&text.split(is_between_words).collect::<String>(), MAX_CODE)
}

/// A request ID on one line.
pub(crate) fn request_id_of(text: &str) -> Option<String> {
    one_line(text, MAX_REQUEST_ID)
}

/// The text on one line of at most `max` characters, with one blank between words. None if nothing is left.
pub(crate) fn one_line(text: &str, max: usize) -> Option<String> {
    // The request ID of nearly every success needs no change.
    if text.len() <= max && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let words = text.split(is_between_words).filter(|word| !word.is_empty());
    let mut line = words.collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(max) {
        line.truncate(end);
        line.push('…');
    }
    (!line.is_empty()).then_some(line)
}

/// Whether a character is whitespace, or moves the cursor or the writing direction of a terminal.
fn is_between_words(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_over_the_limit_is_cut_at_any_character() {
        for (text, line) in [
            ("abc d", "abc…"),
            ("ab cd", "ab …"),
            ("a bc d", "a b…"),
            ("a b c d", "a b…"),
            ("ab  c\n", "ab …"),
            ("abc \n", "abc"),
        ] {
            assert_eq!(one_line(text, 3).as_deref(), Some(line), "{text:?}");
        }
    }
}
