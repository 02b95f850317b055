//! Exit codes and their precedence.

use std::process::ExitCode;

use huaweicloud_dcs::{Error, ErrorKind};

/// The exit codes in ascending order: for several tasks, the highest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    /// A 4xx without a code of its own, or a refusal for one task of a batch.
    Refused = 1,
    /// Wrong usage or configuration, missing or conflicting credentials.
    Usage = 2,
    NotAllowed = 3,
    NoSuchTask = 4,
    RefusedForNow = 5,
    /// Any other failure; nothing was changed.
    Failed = 6,
    MayHaveBeenApplied = 7,
    Interrupted = 130,
}

impl Exit {
    /// The code of a failed call.
    pub(crate) fn of(error: &Error) -> Self {
        Self::first_match(error, error.is_not_found())
    }

    /// The code of a failed task of a batch. Its refusal is part of a successful response.
    pub(crate) fn of_task(error: &Error) -> Self {
        match Self::of(error) {
            Self::Failed if error.kind() == ErrorKind::Service => Self::Refused,
            exit => exit,
        }
    }

    /// The code of an interrupted run with this number of unknown or unconfirmed tasks.
    pub(crate) fn of_interruption(unknown: usize) -> Self {
        if unknown == 0 {
            Self::Interrupted
        } else {
            Self::MayHaveBeenApplied
        }
    }

    /// The first match wins. `is_not_found` depends on codes that only the library knows.
    fn first_match(error: &Error, is_not_found: bool) -> Self {
        match error.status() {
            _ if error.may_have_been_applied() => Self::MayHaveBeenApplied,
            _ if error.is_unauthorized() => Self::NotAllowed,
            Some(403) => Self::NotAllowed,
            _ if is_not_found => Self::NoSuchTask,
            _ if error.is_refused_for_now() => Self::RefusedForNow,
            Some(400..=499) => Self::Refused,
            _ if error.kind() == ErrorKind::Config => Self::Usage,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_code_is_that_of_the_first_match() {
        use ErrorKind::{Config, Connect, Credentials, Decode, Service, Timeout, Wait};
        let code_of = |may_have_been_applied, is_not_found, kind, status: Option<u16>| {
            let error = Error::builder(kind)
                .status(status)
                .may_have_been_applied(may_have_been_applied)
                .build();
            Exit::first_match(&error, is_not_found) as u8
        };
        for kind in [Config, Credentials, Timeout, Wait] {
            for status in [None, Some(200), Some(401), Some(404), Some(503), Some(504)] {
                assert_eq!(code_of(true, true, kind, status), 7, "{kind} {status:?}");
            }
        }
        for (is_not_found, kind, status, code) in [
            (false, Service, Some(401), 3),
            (false, Service, Some(403), 3),
            (true, Service, Some(403), 3),
            (false, Credentials, None, 3),
            (false, Credentials, Some(429), 3),
            (true, Service, Some(404), 4),
            (true, Service, Some(400), 4),
            (true, Service, Some(503), 4),
            (false, Service, Some(408), 5),
            (false, Service, Some(429), 5),
            (false, Service, Some(503), 5),
            (false, Service, Some(400), 1),
            (false, Service, Some(404), 1),
            (false, Service, Some(405), 1),
            (false, Service, Some(409), 1),
            (false, Service, Some(422), 1),
            (false, Service, Some(499), 1),
            (false, Config, None, 2),
            (false, Connect, None, 6),
            (false, Timeout, None, 6),
            (false, Wait, None, 6),
            (false, Decode, Some(200), 6),
            (false, Service, Some(200), 6),
            (false, Service, Some(302), 6),
            (false, Service, Some(500), 6),
        ] {
            let exit = code_of(false, is_not_found, kind, status);
            assert_eq!(exit, code, "{kind} {status:?} {is_not_found}");
        }
    }
}
