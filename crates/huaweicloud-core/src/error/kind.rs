//! In which phase a call failed.

use std::fmt;

use serde::{Serialize, Serializer};

/// In which phase a call failed. What each says of the service having acted is the rule;
/// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied) is the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting or an argument was refused, or a setting is missing, such as the credentials. Nothing was sent.
    Config,
    /// There were no credentials to send: their provider failed, IAM refused to give a token, or the service refused the
    /// access key less than 5 minutes ago, with the code that the message names. Nothing was sent.
    Credentials,
    /// No connection: name look-up, network, TLS or proxy. Nothing was sent.
    Connect,
    /// The time limit of the call passed. It may have been applied, unless nothing was sent yet.
    Timeout,
    /// The connection broke before the whole answer was there. It may have been applied.
    Transport,
    /// The service, or the gateway before it, answered with an error. A refusal was not applied: a 4xx other than 408, or
    /// a 408 or 503 whose body has an error code of its own. Any other response may have been.
    Service,
    /// An answer came that cannot be read.
    Decode,
    /// What was waited for did not come: the task failed, could not be read, came to another state, or did not come
    /// there in time. What was sent before the wait may have been applied.
    Wait,
}

impl ErrorKind {
    /// The name in lower case, for logs and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Credentials => "credentials",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::Service => "service",
            Self::Decode => "decode",
            Self::Wait => "wait",
        }
    }
}

impl Serialize for ErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_in_lower_case_as_reports_have_them() {
        for (kind, name) in [
            (ErrorKind::Config, "config"),
            (ErrorKind::Credentials, "credentials"),
            (ErrorKind::Connect, "connect"),
            (ErrorKind::Timeout, "timeout"),
            (ErrorKind::Transport, "transport"),
            (ErrorKind::Service, "service"),
            (ErrorKind::Decode, "decode"),
            (ErrorKind::Wait, "wait"),
        ] {
            assert_eq!((kind.as_str(), kind.to_string().as_str()), (name, name));
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
        }
    }
}
