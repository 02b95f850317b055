//! The error of a call that was not made because one before it failed: looking the project up, getting a token.

use std::sync::Arc;

use huaweicloud_dcs_api::Operation;

use crate::error::{Error, ErrorKind, Facts};
use crate::flight::SharedError;
use crate::gate::Refusal;

/// What is known of the failure, with `what` in front of its message. The failure itself becomes the source; nothing
/// of the call was sent, so that it has no attempts and cannot have been applied.
pub(crate) fn facts(failure: &SharedError, what: &str) -> Facts {
    let known = &*failure.0;
    Facts {
        status: known.status,
        code: known.code.clone(),
        request_id: known.request_id.clone(),
        retryable: known.retryable,
        unsent: known.unsent,
        advice: known.advice,
        body: known.body.clone(),
        source: Some(Box::new(Arc::clone(failure))),
        ..Facts::new(
            known.kind,
            match &known.message {
                Some(message) => format!("{what}: {message}"),
                None => what.to_owned(),
            },
        )
    }
}

/// What is known of a call that IAM gave no token for. It can act twice as little as one that was not sent, so that it
/// may be made again after anything but a refusal.
pub(crate) fn no_token(failure: &SharedError) -> Facts {
    let facts = facts(failure, "no token from IAM");
    match (facts.kind, facts.status) {
        (_, Some(400..=499)) if !facts.retryable => Facts {
            kind: ErrorKind::Credentials,
            advice: "check account, user, password and project; too many wrong passwords lock the user",
            ..facts
        },
        (ErrorKind::Timeout | ErrorKind::Transport, _) | (_, Some(500..=599)) => Facts {
            retryable: true,
            ..facts
        },
        _ => facts,
    }
}

/// What is known of a call with an access key that another call was refused with. It had no response of its own: the
/// other's code and request id are in its message.
pub(crate) fn held_back(refusal: &Refusal) -> Facts {
    let Refusal { code, request_id } = refusal;
    let request = request_id.as_ref().map(|id| format!(", request {id}"));
    Facts {
        unsent: true,
        advice: "check credentials and clock; the key is held back for 5 minutes, since failures in a row lock it",
        ..Facts::new(
            ErrorKind::Credentials,
            format!(
                "the service refused this access key a moment ago ({code}{})",
                request.unwrap_or_default()
            ),
        )
    }
}

/// The error of `operation`, for which the failed call was made.
pub(crate) fn error(operation: &Operation, failure: &SharedError, what: &str) -> Error {
    Facts {
        operation: Some(operation.id()),
        ..facts(failure, what)
    }
    .into()
}
