//! Passwords of instances: from a file, from standard input, or typed without being shown. Never from an argument, which
//! other users of the machine can read.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use huaweicloud_dcs::types::Secret;

use super::stdin;
use crate::outcome::Failure;

/// Where the password of an instance comes from.
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

    /// Reads it, if there is one. `whose` is the instance's part: source or target.
    pub(crate) fn read(self, whose: &str) -> Result<Option<Secret>, Failure> {
        let text = match self.file {
            None if !self.ask => return Ok(None),
            None => stdin::drop_typed_ahead()
                .and_then(|()| rpassword::prompt_password(format!("password of the {whose}: ")))
                .map_err(|error| no_terminal(whose, &error))?,
            Some(_) if self.is_standard_input() => {
                if io::stdin().is_terminal() {
                    return Err(Failure::usage(format!(
                        "the password of the {whose} would be seen as it is typed: give --ask-{whose}-password"
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
            "standard input can hold one password: give a file for the other one",
        ));
    }
    Ok([source.read("source")?, target.read("target")?])
}

fn no_terminal(whose: &str, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "the password of the {whose} cannot be asked for ({error}): give --{whose}-password-file"
    ))
}

/// The path is not shown: whoever takes the option for the password's own has given the password.
fn cannot_read(whose: &str, why: &str) -> Failure {
    Failure::usage(format!(
        "the password of the {whose} cannot be read from the file of --{whose}-password-file: {why}"
    ))
}

/// Takes the end of the line away, which editors add. More lines are not a password but the wrong file.
fn password(mut text: String) -> Result<Secret, &'static str> {
    let length = text.strip_suffix('\n').map_or(text.len(), str::len);
    text.truncate(length);
    let length = text.strip_suffix('\r').map_or(text.len(), str::len);
    text.truncate(length);
    if text.is_empty() {
        return Err("is empty: leave it out where the instance has none");
    }
    if text.contains(['\r', '\n']) {
        return Err("has more than one line: is that the right file?");
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_line_is_dropped_and_nothing_else() {
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
    fn an_empty_one_and_several_lines_are_refused_without_showing_them() {
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
    fn standard_input_is_not_read_for_both() {
        let from = PasswordFrom::new(Some(Path::new("-")), false);
        let failure = read_both(from, from).unwrap_err();
        assert!(failure.to_string().contains("one password"), "{failure}");
    }

    #[test]
    fn none_is_asked_for_where_none_is_wanted() {
        let none = PasswordFrom::new(None, false);
        assert!(matches!(read_both(none, none), Ok([None, None])));
    }
}
