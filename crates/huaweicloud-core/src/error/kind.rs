//! The phases in which a call can fail.

use std::fmt;

use serde::Serialize;

/// The phase in which a call failed.
///
/// [`Error::may_have_been_applied`](crate::Error::may_have_been_applied) says what that means for the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting or an argument was refused or is missing. Nothing was sent.
    Config,
    /// There were no credentials to send. The provider failed, IAM refused a token, or the service refused the access
    /// key less than 5 minutes ago. Then the message names the code. Nothing was sent.
    Credentials,
    /// No connection: name look-up, network, TLS or proxy. Nothing was sent.
    Connect,
    /// The call timed out.
    Timeout,
    /// The connection broke before the whole response arrived.
    Transport,
    /// The service or its gateway responded with an error.
    Service,
    /// The response cannot be read.
    Decode,
    /// The wait failed or timed out. A request sent before the wait may have been applied.
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

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_names_are_lower_case_in_text_and_json() {
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
