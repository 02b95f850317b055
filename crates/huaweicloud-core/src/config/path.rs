//! The check of what becomes one segment of a URL path.

/// The longest identifier that is sent. The service's own have 32 or 36 characters.
const MAX_LENGTH: usize = 64;

/// Says what is wrong with an identifier, in words that follow its name.
///
/// The URL parser turns `..` and `\` into other paths, and no escaping prevents it, so that only what can be nothing
/// but one segment is let through.
///
/// # Errors
///
/// What is wrong, to follow the name of the value.
pub fn check_path_value(value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err("is empty".to_owned());
    }
    if value.len() > MAX_LENGTH {
        return Err(format!("is longer than {MAX_LENGTH} characters"));
    }
    match value
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))
    {
        Some(c) => Err(format!(
            "holds {c:?}: only letters, digits, - and _ can be in it"
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_of_the_service_pass() {
        for value in [
            "b21989ec-2889-4b8e-99db-19c073425ec2",
            "8aa6a1b27c9d4e0f9b3c5d7e1f204a66",
            "a_b",
        ] {
            assert_eq!(check_path_value(value), Ok(()));
        }
        assert_eq!(check_path_value(&"a".repeat(64)), Ok(()));
    }

    #[test]
    fn what_could_be_another_path_is_refused() {
        for value in [
            "",
            ".",
            "..",
            "..\\x",
            "a/b",
            "a?b",
            "a#b",
            "%2F",
            "%2e%2e",
            "a\r\nb",
            "a\n",
            "\0",
            "\t",
            " a",
            "a ",
            "\u{202e}a",
            "é",
            "任务",
        ] {
            let message = check_path_value(value).unwrap_err();
            assert!(!message.contains(['\r', '\n']), "{message:?}");
        }
        assert!(
            check_path_value(&"a".repeat(65))
                .unwrap_err()
                .contains("64")
        );
    }
}
