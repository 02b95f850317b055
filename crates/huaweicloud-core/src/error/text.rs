//! Texts of a peer, as they may be shown: one line, bounded, and nothing in it that moves a cursor.

const MAX_CODE: usize = 64;
/// The longest message that is shown, in characters.
pub(crate) const MAX_MESSAGE: usize = 512;
const MAX_REQUEST_ID: usize = 128;

/// A code as it may be shown and compared: two are printed with a stray blank in the vendor's own tables.
pub(crate) fn code_of(text: &str) -> Option<String> {
    one_line(&text.split(is_between_words).collect::<String>(), MAX_CODE)
}

/// A request id as it may be shown.
pub(crate) fn request_id_of(text: &str) -> Option<String> {
    one_line(text, MAX_REQUEST_ID)
}

/// The text on one line: blanks and what could move a terminal's cursor or writing direction become one blank each.
pub(crate) fn one_line(text: &str, max: usize) -> Option<String> {
    // Every success has a request id, which is as it should be nearly always.
    if text.len() <= max && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(is_between_words).filter(|word| !word.is_empty()) {
        let blank = (!line.is_empty()).then_some(' ');
        for c in blank.into_iter().chain(word.chars()) {
            if length == max {
                line.push('…');
                return Some(line);
            }
            line.push(c);
            length += 1;
        }
    }
    (!line.is_empty()).then_some(line)
}

fn is_between_words(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_bidirectional_control(c)
}

fn is_bidirectional_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_wherever_the_bound_falls() {
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
