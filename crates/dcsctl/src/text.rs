//! Makes foreign text safe to show: on one line, and without possible secrets.

/// Escapes characters that could break the line or move the cursor of a terminal.
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

/// Line separators and marks of writing direction, which a terminal obeys but does not show.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Hides the text after `=`: a user may have typed `HUAWEICLOUD_SDK_SK=...` in the wrong place.
pub(crate) fn masked(text: &str) -> String {
    match text.split_once('=') {
        Some((name, value)) if !value.is_empty() => format!("{name}=…"),
        _ => text.to_owned(),
    }
}

/// The first `most` characters of a text that may be too long to show.
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
    fn control_characters_are_escaped() {
        assert_eq!(
            one_line("a\u{1b}[2Jb\r\nc\u{202e}d"),
            "a\\u{1b}[2Jb\\r\\nc\\u{202e}d"
        );
        assert_eq!(one_line("迁移 \"x\" é"), "迁移 \"x\" é");
    }

    #[test]
    fn text_after_first_equals_sign_is_masked() {
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
