//! One attempt: credentials, signature, request, answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::{Request, Response, Url};
use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::outcome::{Answer, BodyEnd, ERROR_BODY_CAP, End, Failure, Reason};
use super::skew::Times;
use crate::BoxError;
use crate::auth::{self, Closed, Credentials, Place};
use crate::clock;
use crate::redact::{Redactor, has_too_many_values, secrets_in_body};
use crate::transport::{SendCause, SendFailure};
use crate::types::{Auth, Operation};

/// What is read of any other answer.
const ANSWER_BODY_CAP: usize = 8 * 1024 * 1024;

/// How long the body of a failure is waited for.
const ERROR_BODY_LIMIT: Duration = Duration::from_secs(5);

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request that may be sent several times.
pub(crate) struct Call<'a> {
    pub(crate) client: &'a Client,
    pub(crate) operation: &'static Operation,
    pub(crate) url: Url,
    pub(crate) project_id: Option<HeaderValue>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

/// An attempt's end, and what the correction of the clock needs to know about it.
pub(crate) struct Attempt {
    pub(crate) end: End,
    /// None unless a signature was refused.
    pub(crate) signed: Option<Signed>,
}

/// The times of a signed request that was refused, and its place at the gate of its key.
pub(crate) struct Signed {
    pub(crate) times: Times,
    pub(crate) place: Place,
}

impl From<End> for Attempt {
    fn from(end: End) -> Self {
        Self { end, signed: None }
    }
}

fn failed(reason: Reason, detail: Option<String>, source: Option<BoxError>) -> Attempt {
    End::Failed(Failure {
        reason,
        detail,
        source,
    })
    .into()
}

impl Call<'_> {
    /// The request, but for what proves its sender.
    fn request(&self) -> Result<Request, String> {
        let method = Method::from_bytes(self.operation.method.as_bytes());
        let method = method.map_err(|error| error.to_string())?;
        let has_no_length =
            self.body.is_none() && matches!(method, Method::POST | Method::PUT | Method::PATCH);
        let mut request = Request::new(method, self.url.clone());
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(ACCEPT, JSON);
        headers.insert(CONTENT_TYPE, JSON);
        if has_no_length {
            // Without it nothing says how long the body is, and gateways answer 411.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *request.body_mut() = self.body.clone().map(Into::into);
        Ok(request)
    }
}

/// Makes one attempt, with these credentials or the client's own. It is over at `limit`, put off by the time for which
/// its key kept it waiting, and is not begun with less time left until the deadline of the call than `connecting` takes.
pub(crate) async fn make(
    call: &Call<'_>,
    credentials: Option<Arc<Credentials>>,
    mut limit: Instant,
    deadline: Instant,
    connecting: Duration,
) -> Attempt {
    let Call {
        client, operation, ..
    } = call;
    let (shared, target) = (&*client.shared, &*client.target);
    let credentials = match (credentials, operation.auth) {
        (Some(credentials), _) => Some(credentials),
        (None, Auth::None) => None,
        (None, Auth::Required) => match client.source.resolve(limit).await {
            Ok(credentials) => Some(credentials),
            Err(missing) => return End::NoCredentials(missing).into(),
        },
    };
    let place = match &credentials {
        Some(credentials) => match place(client, credentials, &mut limit, deadline).await {
            Ok(place) => place,
            Err(end) => return end.into(),
        },
        None => None,
    };
    let sent = shared.clock.now();
    let by = shared.skew.correct(sent);
    let project = call.project_id.as_ref();
    let request = call.request().and_then(|mut request| {
        auth::authenticate(
            &mut request,
            credentials.as_deref(),
            &target.host,
            project,
            by,
        )?;
        Ok(request)
    });
    let request = match request {
        Ok(request) => request,
        Err(problem) => return failed(Reason::Unsendable, Some(problem), None),
    };
    let authorization = request.headers().get(AUTHORIZATION).cloned();

    let left = deadline.saturating_duration_since(clock::instant());
    if left < connecting {
        return failed(Reason::TooLate, None, None);
    }
    let mut response = match timeout_at(limit, target.transport.send(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(SendFailure { cause, source })) => {
            // What went wrong on the way there is looked for by host and proxy.
            let is_route = matches!(
                cause,
                SendCause::Connect | SendCause::Tls | SendCause::ProxyTls | SendCause::Proxy
            );
            let detail = is_route.then(|| target.route.clone());
            return failed(Reason::Send(cause), detail, Some(source));
        }
        Err(_) => return failed(Reason::TimedOut, None, None),
    };
    let status = response.status();
    // Only a refused signature asks what the time was.
    let signed = match place {
        Some(place) if status == StatusCode::UNAUTHORIZED => Some(Signed {
            times: Times {
                sent,
                answered: shared.clock.now(),
                by,
            },
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
    let passwords = secrets_in_body(operation, call.body.as_deref());
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
    client: &Client,
    credentials: &Arc<Credentials>,
    limit: &mut Instant,
    deadline: Instant,
) -> Result<Option<Place>, End> {
    let Some(gate) = client.source.gate(credentials) else {
        return Ok(None);
    };
    if let Some(place) = gate.open() {
        return Ok(Some(place));
    }
    let began = clock::instant();
    // In a box, so that calls with a key that was accepted do not make room for waiting.
    let place = Box::pin(gate.pass(deadline)).await;
    *limit = (*limit + clock::since(began)).min(deadline);
    place.map(Some).map_err(|closed| match closed {
        Closed::Held(refusal) => End::Held(refusal),
        Closed::TimedOut => End::Failed(Failure {
            reason: Reason::TooLate,
            detail: Some("no response has accepted the access key yet".to_owned()),
            source: None,
        }),
    })
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
