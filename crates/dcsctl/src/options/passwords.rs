//! Reads passwords of instances from a file, from standard input or from the terminal. Never from an argument: other users
//! of the machine can read arguments.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use huaweicloud_dcs::types::Secret;

use super::stdin;
use crate::outcome::Failure;

/// The origin of the password of an instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PasswordFrom<'a> {
    file: Option<&'a Path>,
    ask: bool,
}

impl<'a> PasswordFrom<'a> {
    pub(crate) fn new(file: Option<&'a Path>, ask: bool) -> Self {
        Self { file, ask }
    }

    fn is_standard_input(self) -> bool {
        self.file == Some(Path::new("-"))
    }

    /// Reads the password, if an option asks for one. `whose` is `source` or `target`.
    pub(crate) fn read(self, whose: &str) -> Result<Option<Secret>, Failure> {
        let text = match self.file {
            None if !self.ask => return Ok(None),
            None => stdin::drop_typed_ahead()
                .and_then(|()| rpassword::prompt_password(format!("password of the {whose}: ")))
                .map_err(|error| no_terminal(whose, &error))?,
            Some(_) if self.is_standard_input() => {
                if io::stdin().is_terminal() {
                    return Err(Failure::usage(format!(
                        "the terminal would show the password of the {whose}: pass --ask-{whose}-password"
                    )));
                }
                stdin::read(&format!("the password of the {whose}"))?
            }
            Some(file) => File::open(file)
                .map_err(|error| error.to_string())
                .and_then(stdin::text)
                .map_err(|why| cannot_read(whose, &why))?,
        };
        password(text)
            .map(Some)
            .map_err(|why| Failure::usage(format!("the password of the {whose} {why}")))
    }
}

/// Reads the passwords of both ends of a migration.
pub(crate) fn read_both(
    source: PasswordFrom<'_>,
    target: PasswordFrom<'_>,
) -> Result<[Option<Secret>; 2], Failure> {
    if source.is_standard_input() && target.is_standard_input() {
        return Err(Failure::usage(
            "standard input can hold only one password: pass a file for the other",
        ));
    }
    Ok([source.read("source")?, target.read("target")?])
}

fn no_terminal(whose: &str, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "cannot ask for the password of the {whose} ({error}): pass --{whose}-password-file"
    ))
}

/// Does not show the path: a user who misreads the option has passed the password itself.
fn cannot_read(whose: &str, why: &str) -> Failure {
    Failure::usage(format!(
        "cannot read the file of --{whose}-password-file: {why}"
    ))
}

/// Removes the line end that editors add. A text of several lines is not a password but a wrong file.
fn password(mut text: String) -> Result<Secret, &'static str> {
    let length = text.strip_suffix('\n').map_or(text.len(), str::len);
    text.truncate(length);
    let length = text.strip_suffix('\r').map_or(text.len(), str::len);
    text.truncate(length);
    if text.is_empty() {
        return Err("is empty: omit the option if the instance has no password");
    }
    if text.contains(['\r', '\n']) {
        return Err("has more than one line: check the file");
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_end_of_a_password_is_removed() {
        for (text, expected) in [
            ("pw", "pw"),
            ("pw\n", "pw"),
            ("pw\r\n", "pw"),
            (" p w \n", " p w "),
        ] {
            assert_eq!(password(text.to_owned()).unwrap().expose(), expected);
        }
    }

    #[test]
    fn password_empty_or_of_several_lines_is_refused() {
        for text in ["", "\n", "\r\n"] {
            assert!(password(text.to_owned()).unwrap_err().contains("empty"));
        }
        for text in ["hidden\nhidden", "hidden\n\n"] {
            let why = password(text.to_owned()).unwrap_err();
            assert!(
                why.contains("more than one line") && !why.contains("hidden"),
                "{why}"
            );
        }
    }

    #[test]
    fn standard_input_for_both_passwords_is_refused() {
        let from = PasswordFrom::new(Some(Path::new("-")), false);
        let failure = read_both(from, from).unwrap_err();
        assert!(failure.to_string().contains("one password"), "{failure}");
    }

    #[test]
    fn no_password_option_reads_none() {
        let none = PasswordFrom::new(None, false);
        assert!(matches!(read_both(none, none), Ok([None, None])));
    }
}
