//! Why an attempt has no response, and the error that it makes.

use crate::error::{Applied, Error, ErrorKind, Facts};
use crate::transport::{SendCause, SendFailure};

/// An attempt without a response.
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// Another attempt may succeed, and cannot act twice.
    pub(crate) may_retry: bool,
    /// False for a key that is held back.
    pub(crate) is_attempt: bool,
}

impl From<Facts> for Failure {
    fn from(facts: Facts) -> Self {
        Self {
            may_retry: facts.retryable,
            is_attempt: true,
            error: facts.into(),
        }
    }
}

impl Failure {
    pub(crate) fn no_credentials(error: Error) -> Self {
        Self {
            error,
            may_retry: false,
            is_attempt: true,
        }
    }

    /// The access key was refused a moment ago: with this code and request ID.
    pub(crate) fn held_back(refusal: &str) -> Self {
        let message = format!("the service refused this access key a moment ago ({refusal})");
        let facts = Facts {
            unsent: true,
            advice: "check credentials and clock; the key is held back for 5 minutes, since failures in a row lock it",
            ..Facts::new(ErrorKind::Credentials, message)
        };
        Self {
            is_attempt: false,
            ..facts.into()
        }
    }

    pub(crate) fn too_late(detail: &str) -> Self {
        let message = format!("no time is left to send the request{detail}");
        Facts {
            advice: "try again later, or set a longer timeout",
            retryable: true,
            unsent: true,
            ..Facts::new(ErrorKind::Timeout, message)
        }
        .into()
    }

    /// The request cannot be built, signed or written.
    pub(crate) fn unsendable(problem: &str) -> Self {
        let message = format!("the request cannot be sent{problem}");
        Facts {
            advice: "check the settings",
            ..Facts::new(ErrorKind::Config, message)
        }
        .into()
    }

    pub(crate) fn timed_out(repeatable: bool) -> Self {
        let message = "timed out waiting for the response";
        Self::unanswered(ErrorKind::Timeout, message, repeatable)
    }

    /// The request was sent, and no response proves that the service did not act.
    fn unanswered(kind: ErrorKind, message: &str, repeatable: bool) -> Self {
        Facts {
            advice: "try again later",
            retryable: repeatable,
            applied: Applied::Perhaps,
            ..Facts::new(kind, message.to_owned())
        }
        .into()
    }

    /// A failure of the transport. `route` names host and proxy: the cause of a failed connection is there.
    pub(crate) fn of_transport(failure: SendFailure, route: &str, repeatable: bool) -> Self {
        let SendFailure { cause, source } = failure;
        let unconnected = |message, advice| {
            Self::from(Facts {
                advice,
                unsent: true,
                retryable: cause == SendCause::Connect,
                ..Facts::new(ErrorKind::Connect, format!("{message}: {route}"))
            })
        };
        let mut failure = match cause {
            SendCause::Connect => unconnected("no connection", "check endpoint, network and proxy"),
            SendCause::Tls => unconnected(
                "TLS with the endpoint failed",
                "check its certificate and the root certificates of this machine",
            ),
            SendCause::ProxyTls => unconnected(
                "TLS with the proxy failed",
                "check the proxy's certificate and the root certificates of this machine",
            ),
            SendCause::Proxy => unconnected(
                "the proxy refused to connect",
                "check the proxy variables of the environment",
            ),
            SendCause::Broken => Self::unanswered(
                ErrorKind::Transport,
                "the connection broke before a response arrived",
                repeatable,
            ),
            SendCause::Unsendable => Self::unsendable(""),
        };
        failure.error.0.source = Some(source);
        failure
    }
}
