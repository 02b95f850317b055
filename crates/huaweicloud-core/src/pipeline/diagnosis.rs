//! From what became of a call to its error: kind, words, and what to do next.

use std::sync::Arc;

use bytes::Bytes;

use super::client::Client;
use super::outcome::{Answer, BodyEnd, ERROR_BODY_CAP, End, Failure, Outcome, Reason};
use crate::BoxError;
use crate::auth::{Missing, Refusal};
use crate::config::Service;
use crate::error::{Error, ErrorBody, ErrorKind, Facts};
use crate::transport::SendCause;
use crate::types::Operation;

/// Makes the error of a call that did not end well. `decode` is why its answer could not be read, if that is the cause.
pub(crate) fn error(
    client: &Client,
    operation: &'static Operation,
    outcome: Outcome,
    decode: Option<BoxError>,
) -> Error {
    let Outcome {
        end,
        attempts,
        may_have_acted,
        previous,
    } = outcome;
    let service = client.target.service;
    let repeats_ambiguous = operation.is_repeatable();
    // What was held back is no attempt.
    let attempts = attempts - u32::from(matches!(end, End::Held(_)));
    let mut facts = match end {
        End::Failed(failure) => of_failure(failure, repeats_ambiguous),
        End::Answered(answer) => of_answer(service, answer, repeats_ambiguous, decode),
        End::NoCredentials(missing) => of_missing(missing),
        End::Held(refusal) => held_back(&refusal),
    };
    facts.service.get_or_insert(service);
    facts.operation = Some(operation.id);
    facts.attempts = attempts;
    if may_have_acted {
        facts.unsent = false;
        facts.advice = match (service.look_first)(operation) {
            "" => "it may have been applied: look at what it changes before you repeat it",
            advice => advice,
        };
    }
    Error::from(facts)
        .into_builder()
        .may_have_been_applied(may_have_acted)
        .previous(previous)
        .build()
}

fn of_missing(missing: Missing) -> Facts {
    match missing {
        Missing::Failed(detail, source) => Facts {
            unsent: true,
            advice: "check where they come from",
            source,
            ..Facts::new(
                ErrorKind::Credentials,
                Some(detailed("no credentials", detail)),
            )
        },
        Missing::TimedOut => Facts {
            unsent: true,
            retryable: true,
            advice: "check where they come from",
            ..Facts::new(
                ErrorKind::Timeout,
                "the time limit passed while waiting for credentials".to_owned(),
            )
        },
        Missing::Unresolved(failure) => no_token(failure),
    }
}

/// What is known of a call that no token could be got for. It can act twice as little as one that was not sent, so that it
/// may be made again after anything but a refusal.
fn no_token(failure: Arc<Error>) -> Facts {
    let Error(facts) = Error::unmade(failure, "no token from IAM").build();
    match (facts.kind, facts.status) {
        (_, Some(400..=499)) if !facts.retryable => Facts {
            kind: ErrorKind::Credentials,
            advice: "check account, user, password and project; too many wrong passwords lock the user",
            ..*facts
        },
        (ErrorKind::Timeout | ErrorKind::Transport, _) | (_, Some(500..=599)) => Facts {
            retryable: true,
            ..*facts
        },
        _ => *facts,
    }
}

/// What is known of a call with an access key that another call was refused with. It had no response of its own: the
/// other's code and request id are in its message.
fn held_back(refusal: &Refusal) -> Facts {
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

fn detailed(message: &str, detail: Option<String>) -> String {
    match detail {
        Some(detail) => format!("{message}: {detail}"),
        None => message.to_owned(),
    }
}

fn of_failure(failure: Failure, repeats_ambiguous: bool) -> Facts {
    let (kind, message, advice, retryable) = match failure.reason {
        Reason::Unsendable | Reason::Send(SendCause::Unsendable) => (
            ErrorKind::Config,
            "the request cannot be sent",
            "check the settings",
            false,
        ),
        Reason::TooLate => (
            ErrorKind::Timeout,
            "the time limit leaves no time to send the request",
            "try again later, or set a longer limit",
            true,
        ),
        Reason::TimedOut => (
            ErrorKind::Timeout,
            "no answer within the time limit",
            "try again later",
            repeats_ambiguous,
        ),
        Reason::Send(SendCause::Connect) => (
            ErrorKind::Connect,
            "no connection",
            "check endpoint, network and proxy",
            true,
        ),
        Reason::Send(SendCause::Tls) => (
            ErrorKind::Connect,
            "TLS with the endpoint failed",
            "check its certificate and the roots that this machine trusts",
            false,
        ),
        Reason::Send(SendCause::ProxyTls) => (
            ErrorKind::Connect,
            "TLS with the proxy failed",
            "check the proxy's certificate and the roots that this machine trusts",
            false,
        ),
        Reason::Send(SendCause::Proxy) => (
            ErrorKind::Connect,
            "the proxy refused to connect",
            "check the proxy variables of the environment",
            false,
        ),
        Reason::Send(SendCause::Broken) => (
            ErrorKind::Transport,
            "the connection broke before an answer came",
            "try again later",
            repeats_ambiguous,
        ),
    };
    let unsent = !failure.reason.may_have_sent() && kind != ErrorKind::Config;
    let message = detailed(message, failure.detail);
    Facts {
        advice,
        retryable,
        unsent,
        source: failure.source,
        ..Facts::new(kind, message)
    }
}

fn of_answer(
    service: &'static Service,
    answer: Answer,
    repeats_ambiguous: bool,
    decode: Option<BoxError>,
) -> Facts {
    let retryable = answer.is_repeatable(repeats_ambiguous);
    let trace_id = answer.trace_id();
    let request_id = answer.header_text("x-request-id");
    let Answer {
        status,
        body,
        body_end,
        redactor,
        ..
    } = answer;
    // Before it is searched for secrets: that takes time for each byte.
    let body = beginning(body);
    let said = ErrorBody::read(&body, |text| redactor.text(text));
    let request_id = request_id.or(said.request_id).or(trace_id);
    let code = said.code;
    let facts = Facts {
        status: Some(status.as_u16()),
        advice: service.advice(status.as_u16(), code.as_deref().unwrap_or_default()),
        code,
        request_id,
        retryable,
        body: redactor.bytes(&body),
        ..Facts::new(ErrorKind::Service, None)
    };
    // The status wins over a broken body, unless it reports a success that the body was to tell more of.
    let (later, endpoint, pages) = (
        "try again later",
        "check the endpoint",
        "ask for smaller pages",
    );
    let unreadable = match (body_end, decode) {
        _ if !status.is_success() => None,
        (BodyEnd::Complete, None) => None,
        (BodyEnd::Broken(source), _) => Some((
            ErrorKind::Transport,
            "the connection broke in the answer",
            if retryable { later } else { endpoint },
            Some(source),
        )),
        (BodyEnd::TimedOut, _) => Some((
            ErrorKind::Timeout,
            "the time limit passed in the answer",
            if retryable { later } else { endpoint },
            None,
        )),
        (BodyEnd::TooLong, _) => Some((
            ErrorKind::Decode,
            "the answer is longer than 8 MiB",
            pages,
            None,
        )),
        (BodyEnd::TooManyValues, _) => Some((
            ErrorKind::Decode,
            "the answer holds more than 50,000 values",
            pages,
            None,
        )),
        (BodyEnd::Complete, Some(source)) => Some((
            ErrorKind::Decode,
            "the answer is not what the service documents",
            endpoint,
            Some(source),
        )),
    };
    if let Some((kind, message, advice, source)) = unreadable {
        return Facts {
            kind,
            message: Some(message.to_owned()),
            advice,
            source,
            ..facts
        };
    }
    Facts {
        message: said.message,
        ..facts
    }
}

/// As much of a body as an error keeps: a page under a 200 may be longer, and is let go of.
fn beginning(body: Bytes) -> Bytes {
    match body.get(..ERROR_BODY_CAP) {
        Some(kept) => Bytes::copy_from_slice(kept),
        None => body,
    }
}
