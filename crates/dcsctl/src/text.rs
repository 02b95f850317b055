//! Text of others, made fit to show: on one line, and without what may be a secret.

/// Text of somebody else on one line: what could move a terminal's cursor, or break the line, is escaped.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() || is_invisible(c) => line.extend(c.escape_default()),
            _ => line.push(c),
        }
    }
    line
}

/// Line separators and marks of writing direction, which a terminal obeys without showing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text that was typed, without what follows `=`: somebody may have typed `HUAWEICLOUD_SDK_SK=...` in the wrong place.
pub(crate) fn masked(text: &str) -> String {
    match text.split_once('=') {
        Some((name, value)) if !value.is_empty() => format!("{name}=…"),
        _ => text.to_owned(),
    }
}

/// The beginning of a text that may be far too long to show.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_leave_its_line() {
        assert_eq!(
            one_line("a\u{1b}[2Jb\r\nc\u{202e}d"),
            "a\\u{1b}[2Jb\\r\\nc\\u{202e}d"
        );
        assert_eq!(one_line("迁移 \"x\" é"), "迁移 \"x\" é");
    }

    #[test]
    fn text_is_masked_from_its_first_equals_sign() {
        for (text, expected) in [
            ("HW_SECRET_KEY=a=b", "HW_SECRET_KEY=…"),
            ("=hidden", "=…"),
            ("a=", "a="),
            ("a", "a"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
