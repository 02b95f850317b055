//! From what became of a call to its error: kind, words, and what to do next.

use bytes::Bytes;
use http::HeaderMap;
use huaweicloud_dcs_api::migration::operations::{
    CREATE_MIGRATION_TASK, CREATE_ONLINE_MIGRATION_TASK,
};
use huaweicloud_dcs_api::{Operation, Repeat};

use crate::BoxError;
use crate::error::{Error, ErrorKind, Facts};
use crate::error_body::{ErrorBody, request_id_of};
use crate::outcome::{Answer, BodyEnd, ERROR_BODY_CAP, End, Failure, Outcome, Reason};
use crate::prior;
use crate::redact::Redactor;

/// Makes the error of a call that did not end well. `decode` is why its answer could not be read, if that is the cause.
pub(crate) fn error(
    operation: &'static Operation,
    outcome: Outcome,
    decode: Option<BoxError>,
) -> Error {
    let Outcome {
        end,
        repeat,
        attempts,
        may_have_acted,
        previous,
        repeat_after,
    } = outcome;
    // What was held back is no attempt.
    let attempts = attempts - u32::from(matches!(end, End::Held(_)));
    let mut facts = match end {
        End::Failed(failure) => of_failure(failure, repeat),
        End::Answered(answer) => of_answer(answer, repeat, decode),
        End::NoToken(failure) => prior::no_token(&failure),
        End::Held(refusal) => prior::held_back(&refusal),
    };
    facts.operation = Some(operation.id());
    facts.attempts = attempts;
    facts.may_have_been_applied = may_have_acted;
    facts.repeat_after = repeat_after;
    if may_have_acted {
        facts.unsent = false;
        facts.advice = look_first(operation);
    }
    Error::from(facts).with_previous(previous)
}

/// What to do before an order to a task that may have been applied is given again.
pub(crate) const READ_FIRST: &str = "it may have been applied: read the task before you repeat it";

/// What to do before a call that may have been applied is made again.
fn look_first(operation: &Operation) -> &'static str {
    if [CREATE_MIGRATION_TASK, CREATE_ONLINE_MIGRATION_TASK].contains(operation) {
        "it may have been applied: look for the name in the list before you create it again"
    } else {
        READ_FIRST
    }
}

/// The request id that an answer carries in its headers.
pub(crate) fn request_id(headers: &HeaderMap, redactor: &Redactor) -> Option<String> {
    header_text(headers, "x-request-id", redactor).or_else(|| trace_id(headers, redactor))
}

/// What IAM calls the same.
fn trace_id(headers: &HeaderMap, redactor: &Redactor) -> Option<String> {
    header_text(headers, "x-iam-trace-id", redactor)
}

/// A header as it may be shown: secrets are taken out before it is cut, which may go through one.
fn header_text(headers: &HeaderMap, name: &str, redactor: &Redactor) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(name)?.as_bytes());
    request_id_of(&redactor.text(text.into_owned()))
}

fn of_failure(failure: Failure, repeat: Repeat) -> Facts {
    let safe = repeat == Repeat::Safe;
    let (kind, message, advice, retryable) = match failure.reason {
        Reason::Credentials => (
            ErrorKind::Credentials,
            "no credentials",
            "check where they come from",
            false,
        ),
        Reason::Unsendable => (
            ErrorKind::Config,
            "the request cannot be sent",
            "check the settings",
            false,
        ),
        Reason::TimedOutUnsent => (
            ErrorKind::Timeout,
            "the time limit passed while waiting for credentials",
            "check where they come from",
            true,
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
            safe,
        ),
        Reason::Connect => (
            ErrorKind::Connect,
            "no connection",
            "check endpoint, network and proxy",
            true,
        ),
        Reason::Tls => (
            ErrorKind::Connect,
            "TLS with the endpoint failed",
            "check its certificate and the roots that this machine trusts",
            false,
        ),
        Reason::ProxyTls => (
            ErrorKind::Connect,
            "TLS with the proxy failed",
            "check the proxy's certificate and the roots that this machine trusts",
            false,
        ),
        Reason::Proxy => (
            ErrorKind::Connect,
            "the proxy refused to connect",
            "check the proxy variables of the environment",
            false,
        ),
        Reason::Broken => (
            ErrorKind::Transport,
            "the connection broke before an answer came",
            "try again later",
            safe,
        ),
    };
    let unsent = !failure.reason.may_have_sent() && kind != ErrorKind::Config;
    let message = match failure.detail {
        Some(detail) => format!("{message}: {detail}"),
        None => message.to_owned(),
    };
    Facts {
        advice,
        retryable,
        unsent,
        source: failure.source,
        ..Facts::new(kind, message)
    }
}

fn of_answer(answer: Answer, repeat: Repeat, decode: Option<BoxError>) -> Facts {
    let retryable = answer.is_repeatable(repeat);
    let Answer {
        status,
        headers,
        body,
        body_end,
        redactor,
    } = answer;
    // Before it is searched for secrets: that takes time for each byte.
    let body = beginning(body);
    let said = ErrorBody::read(&body, |text| redactor.text(text));
    let request_id = header_text(&headers, "x-request-id", &redactor)
        .or(said.request_id)
        .or_else(|| trace_id(&headers, &redactor));
    let code = said.code;
    let facts = Facts {
        status: Some(status.as_u16()),
        advice: advice(status.as_u16(), code.as_deref().unwrap_or_default()),
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

/// What to do about a response that proves that the call was not applied, or to a call that only reads.
pub(crate) fn advice(status: u16, code: &str) -> &'static str {
    match (code, status) {
        ("DCS.4133", _) => "no such task: check task id, project and region",
        ("DCS.4957", _) => "the task's status forbids it: read the task first",
        ("DCS.4070" | "111400070", _) => {
            "check the task id, which is not its name: the list of tasks has both"
        }
        ("DCS.4002" | "111400002", _) => "check the project id",
        // It comes to key pairs too, where the project id is another account's or mistyped.
        ("DCS.1004", _) => {
            "check project id and region: the credentials are not those of this project"
        }
        ("APIGW.0307" | "DCS.1001" | "DCS.1002" | "DCS.1003", _) => {
            "get a new token for the project, and check the region"
        }
        (_, 401) => {
            "check credentials and clock before you try again: failures in a row lock the access key"
        }
        (_, 403) => "ask for the right to make this call, and check the project",
        (_, 404) => "check region and endpoint",
        (_, 408 | 429 | 503) => "refused for now: try again later, and slower",
        (_, 400..=499) => "mend the request before you send it again",
        (_, 500..=599) => "try again later",
        _ => "this is not the service's answer: check the endpoint and the proxies before it",
    }
}
