//! Reads a body of any bytes as that of a failure: what is shown of it is one line, bounded, and moves no cursor.
#![no_main]

use huaweicloud_core::fuzzing::error_body;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let [code, message, request_id] = error_body(body);
    // One more character says that it was cut.
    for (text, most) in [(&code, 64 + 1), (&message, 512 + 1), (&request_id, 128 + 1)] {
        let Some(text) = text else { continue };
        assert!((1..=most).contains(&text.chars().count()), "{text:?}");
        assert!(!text.contains(is_unshowable), "{text:?}");
        assert_eq!(text.trim(), text);
    }
    assert!(code.is_none_or(|code| !code.contains(char::is_whitespace)));
    if body.iter().any(u8::is_ascii_graphic) && body.is_ascii() {
        assert!(
            message.is_some() || body.contains(&b'{'),
            "the message was lost"
        );
    }
});

/// By Unicode's property `Bidi_Control`, and without line ends.
fn is_unshowable(c: char) -> bool {
    let is_bidirectional_control = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    is_bidirectional_control || c.is_control() || (c.is_whitespace() && c != ' ')
}
