//! Exit codes: what a script can tell from them, and which one wins.

use std::fmt;
use std::process::ExitCode;

use huaweicloud_dcs::{Error, ErrorKind};

use crate::members::Members;
use crate::outcome::Outcome;
use crate::{clock, error_text};

/// How the program ends. The order is that of the codes: of several tasks the highest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    /// A 4xx that has no code of its own, or a task of a batch that refuses.
    Refused = 1,
    /// Usage, configuration, credentials missing or in contradiction.
    Usage = 2,
    NotAllowed = 3,
    NoSuchTask = 4,
    RefusedForNow = 5,
    /// The rest: nothing was changed.
    Failed = 6,
    MayHaveBeenApplied = 7,
    Interrupted = 130,
}

impl Exit {
    /// The code of a call that failed.
    pub(crate) fn of(error: &Error) -> Self {
        Self::of_facts(Facts {
            may_have_been_applied: error.may_have_been_applied(),
            kind: error.kind(),
            status: error.status(),
            not_found: error.is_not_found(),
        })
    }

    /// The code of a task of a batch that failed: it refuses inside an answer that is a success as a whole.
    pub(crate) fn of_task(error: &Error) -> Self {
        match Self::of(error) {
            Self::Failed if error.kind() == ErrorKind::Service => Self::Refused,
            exit => exit,
        }
    }

    /// The code of an interrupted run, by how many of its tasks may have been stopped with no answer that says so.
    pub(crate) fn of_interruption(unknown: usize) -> Self {
        if unknown == 0 {
            Self::Interrupted
        } else {
            Self::MayHaveBeenApplied
        }
    }

    /// The rule. The first match wins.
    fn of_facts(facts: Facts) -> Self {
        match (facts.kind, facts.status) {
            _ if facts.may_have_been_applied => Self::MayHaveBeenApplied,
            (ErrorKind::Credentials, _) | (_, Some(401 | 403)) => Self::NotAllowed,
            _ if facts.not_found => Self::NoSuchTask,
            (_, Some(408 | 429 | 503)) => Self::RefusedForNow,
            (_, Some(400..=499)) => Self::Refused,
            (ErrorKind::Config, _) => Self::Usage,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What of an error decides.
#[derive(Clone, Copy)]
struct Facts {
    may_have_been_applied: bool,
    kind: ErrorKind,
    status: Option<u16>,
    not_found: bool,
}

/// Why a command did not do its work: what is said, and the code.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    members: Box<Members>,
    exit: Exit,
    may_pass: bool,
}

impl Failure {
    /// Something to fix on the command line or in the environment; nothing was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(message.into(), Outcome::Failed, Exit::Usage)
    }

    /// A call that failed.
    pub(crate) fn of(error: &Error) -> Self {
        Self {
            text: error_text::line(error),
            members: Box::new(Members::of_error(None, error)),
            exit: Exit::of(error),
            may_pass: error.is_retryable(),
        }
    }

    /// Something that may have been done, without a call's error that says so.
    pub(crate) fn may_have_been_applied(message: String) -> Self {
        Self::new(message, Outcome::Unknown, Exit::MayHaveBeenApplied)
    }

    /// The same of something that the service accepted, as `members` say, and of which no confirmation came.
    pub(crate) fn not_confirmed(message: &str, members: Members) -> Self {
        Self {
            members: Box::new(Members {
                outcome: Outcome::Accepted,
                message: Some(message.to_owned()),
                time: clock::now(),
                ..members
            }),
            ..Self::new(
                format!("accepted, confirmation missing: {message}"),
                Outcome::Accepted,
                Exit::MayHaveBeenApplied,
            )
        }
    }

    /// The same with what to do about it.
    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        let before = self.members.advice.take();
        self.members.advice =
            Some(before.map_or_else(|| advice.to_owned(), |before| format!("{before}: {advice}")));
        Self {
            text: format!("{}: {advice}", self.text),
            ..self
        }
    }

    /// The same where the program was told to end with nothing under way.
    pub(crate) fn interrupted(self) -> Self {
        Self {
            exit: Exit::Interrupted,
            ..self
        }
    }

    /// Something that has to do with this machine alone.
    pub(crate) fn local(message: String) -> Self {
        Self::new(message, Outcome::Failed, Exit::Failed)
    }

    fn new(message: String, outcome: Outcome, exit: Exit) -> Self {
        Self {
            members: Box::new(Members {
                message: Some(message.clone()),
                ..Members::new(None, outcome)
            }),
            text: message,
            exit,
            may_pass: false,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn members(&self) -> &Members {
        &self.members
    }

    /// Whether the same call may go well later.
    pub(crate) fn may_pass(&self) -> bool {
        self.may_pass
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERED: Facts = Facts {
        may_have_been_applied: false,
        kind: ErrorKind::Service,
        status: None,
        not_found: false,
    };

    fn status(status: u16) -> Facts {
        Facts {
            status: Some(status),
            ..ANSWERED
        }
    }

    #[track_caller]
    fn check(facts: Facts, code: u8) {
        assert_eq!(Exit::of_facts(facts) as u8, code);
    }

    #[test]
    fn seven_whatever_else_is_known_if_it_may_have_been_applied() {
        for status in [None, Some(200), Some(401), Some(404), Some(503), Some(504)] {
            for kind in [
                ErrorKind::Config,
                ErrorKind::Credentials,
                ErrorKind::Timeout,
                ErrorKind::Wait,
            ] {
                check(
                    Facts {
                        may_have_been_applied: true,
                        kind,
                        status,
                        not_found: true,
                    },
                    7,
                );
            }
        }
    }

    #[test]
    fn three_for_401_403_and_credentials_that_cannot_be_had() {
        check(status(401), 3);
        check(status(403), 3);
        check(
            Facts {
                not_found: true,
                ..status(403)
            },
            3,
        );
        check(
            Facts {
                kind: ErrorKind::Credentials,
                ..ANSWERED
            },
            3,
        );
        check(
            Facts {
                kind: ErrorKind::Credentials,
                ..status(429)
            },
            3,
        );
    }

    #[test]
    fn four_for_a_task_that_is_not_there_whatever_the_status() {
        check(
            Facts {
                not_found: true,
                ..status(404)
            },
            4,
        );
        check(
            Facts {
                not_found: true,
                ..status(400)
            },
            4,
        );
        check(
            Facts {
                not_found: true,
                ..status(503)
            },
            4,
        );
    }

    #[test]
    fn five_for_what_is_refused_for_now() {
        for code in [408, 429, 503] {
            check(status(code), 5);
        }
    }

    #[test]
    fn one_for_any_other_4xx() {
        for code in [400, 404, 405, 409, 422, 499] {
            check(status(code), 1);
        }
    }

    #[test]
    fn two_for_configuration() {
        check(
            Facts {
                kind: ErrorKind::Config,
                ..ANSWERED
            },
            2,
        );
    }

    #[test]
    fn six_for_the_rest() {
        check(
            Facts {
                kind: ErrorKind::Connect,
                ..ANSWERED
            },
            6,
        );
        check(
            Facts {
                kind: ErrorKind::Timeout,
                ..ANSWERED
            },
            6,
        );
        check(
            Facts {
                kind: ErrorKind::Decode,
                ..status(200)
            },
            6,
        );
        check(
            Facts {
                kind: ErrorKind::Wait,
                ..ANSWERED
            },
            6,
        );
        check(status(200), 6);
        check(status(500), 6);
        check(status(302), 6);
    }

    #[test]
    fn an_interruption_is_seven_with_calls_in_flight_and_130_without() {
        assert_eq!(Exit::of_interruption(0) as u8, 130);
        assert_eq!(Exit::of_interruption(1) as u8, 7);
        assert_eq!(Exit::of_interruption(64) as u8, 7);
    }

    #[test]
    fn of_several_tasks_the_highest_code_counts() {
        let ends = [
            Exit::NotAllowed,
            Exit::Done,
            Exit::MayHaveBeenApplied,
            Exit::Refused,
            Exit::RefusedForNow,
        ];
        assert_eq!(ends.into_iter().max(), Some(Exit::MayHaveBeenApplied));
        assert!(Exit::Refused < Exit::Usage && Exit::Failed < Exit::MayHaveBeenApplied);
    }
}
