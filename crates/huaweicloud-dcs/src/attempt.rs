//! One attempt: credentials, signature, request, answer.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::AUTHORIZATION;
use huaweicloud_dcs_api::Operation;
use reqwest::{Request, Response};
use tokio::time::{Instant, timeout_at};

use crate::BoxError;
use crate::clock;
use crate::credentials::Credentials;
use crate::exchange::CallState;
use crate::free_text::has_too_many_values;
use crate::gate::Place;
use crate::outcome::{Answer, BodyEnd, ERROR_BODY_CAP, End, Failure, Reason};
use crate::redact::Redactor;
use crate::request_secrets;
use crate::service::Api;
use crate::sign;
use crate::transport::{SendCause, SendFailure};

/// What is read of any other answer.
const ANSWER_BODY_CAP: usize = 8 * 1024 * 1024;

/// How long the body of a failure is waited for.
const ERROR_BODY_LIMIT: Duration = Duration::from_secs(5);

/// An attempt's end, and what the correction of the clock needs to know about it.
pub(crate) struct Attempt {
    pub(crate) end: End,
    /// None unless a signature was refused.
    pub(crate) signed: Option<Signed>,
}

/// The times of a signed request that was refused, and its place at the gate of its key.
pub(crate) struct Signed {
    /// When the request went out, by this machine's clock.
    pub(crate) sent: SystemTime,
    /// When the head of the answer came in, by this machine's clock.
    pub(crate) answered: SystemTime,
    /// The corrected time that the signature carries.
    pub(crate) by: SystemTime,
    pub(crate) place: Place,
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self {
            end: End::Failed(failure),
            signed: None,
        }
    }
}

impl Attempt {
    fn failed(reason: Reason, source: Option<BoxError>) -> Self {
        Failure {
            reason,
            detail: None,
            source,
        }
        .into()
    }

    /// An attempt that ended before it began.
    pub(crate) fn unsendable(why: impl Into<String>) -> Self {
        Failure {
            reason: Reason::Unsendable,
            detail: Some(why.into()),
            source: None,
        }
        .into()
    }
}

/// Makes one attempt, with these credentials or the client's own. It is over at `limit`, put off by the time for which
/// its key kept it waiting, and is not begun with less time left than `connecting` takes.
pub(crate) async fn make(
    state: &CallState,
    operation: &Operation,
    mut request: Request,
    credentials: Option<Arc<Credentials>>,
    mut limit: Instant,
    connecting: Duration,
) -> Attempt {
    let CallState {
        client, service, ..
    } = state;
    let credentials = match credentials {
        Some(credentials) => credentials,
        None => match client.credentials.resolve(client, limit).await {
            Ok(credentials) => credentials,
            Err(end) => return Attempt { end, signed: None },
        },
    };
    let place = match place(state, &credentials, &mut limit).await {
        Ok(place) => place,
        Err(end) => return Attempt { end, signed: None },
    };
    let project = match service.api {
        Api::Migration => client.project.header(),
        Api::Iam => None,
    };
    let started = client.clock.now();
    let time = client.skew.correct(started);
    if let Err(problem) =
        sign::authenticate(&mut request, &credentials, &service.host, project, time)
    {
        return Attempt::unsendable(problem);
    }
    let authorization = request.headers().get(AUTHORIZATION).cloned();
    let passwords = request_secrets::in_body(operation, request.body());

    let left = state.limit.saturating_duration_since(clock::instant());
    if left < connecting {
        return Attempt::failed(Reason::TooLate, None);
    }
    let mut response = match timeout_at(limit, service.transport.send(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(SendFailure { cause, source })) => {
            // What went wrong on the way there is looked for by host and proxy.
            let is_route = matches!(
                cause,
                SendCause::Connect | SendCause::Tls | SendCause::ProxyTls | SendCause::Proxy
            );
            return Failure {
                reason: cause.into(),
                detail: is_route.then(|| service.route.clone()),
                source: Some(source),
            }
            .into();
        }
        Err(_) => return Attempt::failed(Reason::TimedOut, None),
    };
    let status = response.status();
    // Only a refused signature asks what the time was.
    let signed = match place {
        Some(place) if status == StatusCode::UNAUTHORIZED => Some(Signed {
            sent: started,
            answered: client.clock.now(),
            by: time,
            place,
        }),
        Some(place) => {
            place.accepted();
            None
        }
        None => None,
    };
    let (body, body_end) = read_body(&mut response, limit).await;
    let headers = std::mem::take(response.headers_mut());
    Attempt {
        end: End::Answered(Answer {
            status,
            headers,
            body,
            body_end,
            redactor: Redactor::new(credentials, authorization).with_passwords(passwords),
        }),
        signed,
    }
}

/// Waits for a place at the gate of these credentials, if they are an access key pair. That takes nothing of the
/// attempt's own limit, only of the call's.
async fn place(
    state: &CallState,
    credentials: &Arc<Credentials>,
    limit: &mut Instant,
) -> Result<Option<Place>, End> {
    let Some(gate) = state.client.credentials.gate(credentials) else {
        return Ok(None);
    };
    if let Some(place) = gate.open() {
        return Ok(Some(place));
    }
    let began = clock::instant();
    // In a box, so that calls with a key that was accepted do not make room for waiting.
    let place = Box::pin(gate.pass(state.limit)).await?;
    *limit = (*limit + clock::since(began)).min(state.limit);
    Ok(Some(place))
}

impl From<SendCause> for Reason {
    fn from(cause: SendCause) -> Self {
        match cause {
            SendCause::Connect => Self::Connect,
            SendCause::Tls => Self::Tls,
            SendCause::ProxyTls => Self::ProxyTls,
            SendCause::Proxy => Self::Proxy,
            SendCause::Broken => Self::Broken,
            SendCause::Unsendable => Self::Unsendable,
        }
    }
}

/// Reads a body up to its cap. The cap and not the limit ends a body that never stops and never waits. The status of a
/// failure is known already: its body gets only a short while.
async fn read_body(response: &mut Response, limit: Instant) -> (Bytes, BodyEnd) {
    let (cap, limit) = if response.status().is_success() {
        (ANSWER_BODY_CAP, limit)
    } else {
        (ERROR_BODY_CAP, limit.min(clock::after(ERROR_BODY_LIMIT)))
    };
    if response.content_length() == Some(0) {
        return (Bytes::new(), BodyEnd::Complete);
    }
    // Nearly every body is one chunk, which is then kept as it is.
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    let end = loop {
        match timeout_at(limit, response.chunk()).await {
            Ok(Ok(None)) => break BodyEnd::Complete,
            Ok(Ok(Some(chunk))) if first.is_empty() && chunk.len() <= cap => first = chunk,
            Ok(Ok(Some(chunk))) => {
                if more.is_empty() {
                    more.extend_from_slice(&first);
                }
                let room = cap - more.len();
                more.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break BodyEnd::TooLong;
                }
            }
            Ok(Err(error)) => break BodyEnd::Broken(error.without_url().into()),
            Err(_) => break BodyEnd::TimedOut,
        }
    };
    let body = if more.is_empty() {
        first
    } else {
        more.freeze()
    };
    match end {
        BodyEnd::Complete if response.status().is_success() && has_too_many_values(&body) => {
            (body, BodyEnd::TooManyValues)
        }
        end => (body, end),
    }
}
