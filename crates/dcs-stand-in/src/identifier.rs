//! The form of IDs.

/// 32 lower-case hexadecimal digits, as in all samples. The service refuses other project IDs as malformed.
pub(crate) fn is_project_id(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A UUID or 32 hexadecimal digits: task IDs have both forms.
pub(crate) fn is_task_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = || {
        let lengths = text.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12]) && text.split('-').all(is_hex)
    };
    text.len() == 32 && is_hex(text) || is_uuid()
}

/// A new random ID of 32 hexadecimal digits.
pub(crate) fn invent() -> String {
    format!("{:032x}", fastrand::u128(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn project_id_must_be_32_lower_case_digits() {
        assert!(is_project_id("0123456789abcdef0123456789abcdef"));
        for bad in [
            "",
            "0123456789abcdef0123456789abcde",
            "0123456789abcdef0123456789abcdef0",
            "0123456789ABCDEF0123456789abcdef",
            "0123456789abcdef0123456789abcdeg",
        ] {
            assert!(!is_project_id(bad), "{bad}");
        }
    }

    #[test]
    fn task_id_must_be_a_uuid_or_32_digits() {
        assert!(is_task_id("6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31"));
        assert!(is_task_id("8aa6a1b27c9d4e0f9b3c5d7e1f204a66"));
        for bad in [
            "",
            "..",
            "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a3",
            "6f0c4a1e-93d7-4b52-8a0f2-d1b7c9e5a31",
            "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a3x",
            "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31-",
            "8aa6a1b27c9d4e0f9b3c5d7e1f204a6",
            "8aa6a1b27c9d4e0f9b3c5d7e1f204a66a",
        ] {
            assert!(!is_task_id(bad), "{bad}");
        }
    }
}
