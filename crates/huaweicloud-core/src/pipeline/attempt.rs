//! One attempt: credentials, signature, request, response.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::{Request, Response, Url};
use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::failure::Failure;
use super::response::{ERROR_BODY_CAP, RawResponse, too_much, unusable};
use crate::auth::{self, Closed, Credentials, Place};
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::redact::{Redactor, has_too_many_values, secrets_in_body};
use crate::types::{Auth, Operation};

/// How much of the body of a success is read.
const BODY_CAP: usize = 8 * 1024 * 1024;

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

/// How an attempt ended.
pub(crate) type End = Result<RawResponse, Failure>;

impl Call<'_> {
    /// The time that must be left for an attempt to begin. A timeout while connecting would leave open whether a change
    /// was sent.
    pub(crate) fn time_to_connect(&self) -> Duration {
        if self.operation.is_read() {
            Duration::ZERO
        } else {
            self.client.shared.connections.settings.connect_timeout
        }
    }
}

/// Makes one attempt, with these credentials or the client's own. It ends at `limit`, which the gate of the key may put
/// off. It does not begin if the time until `deadline` may be too short to connect.
pub(crate) async fn make(
    call: &Call<'_>,
    credentials: Option<Arc<Credentials>>,
    mut limit: Instant,
    deadline: Instant,
    may_correct_clock: bool,
) -> End {
    let Call {
        client, operation, ..
    } = call;
    let (shared, target) = (&*client.shared, &*client.target);
    let credentials = match (credentials, operation.auth) {
        (Some(credentials), _) => Some(credentials),
        (None, Auth::None) => None,
        (None, Auth::Required) => match client.source.resolve(limit).await {
            Ok(credentials) => Some(credentials),
            Err(error) => return Err(Failure::no_credentials(error)),
        },
    };
    let place = match &credentials {
        Some(credentials) => place(client, credentials, &mut limit, deadline).await?,
        None => None,
    };
    let sent = shared.clock.now();
    let signed_at = shared.skew.correct(sent);
    let request = request(call, credentials.as_deref(), signed_at)
        .map_err(|problem| Failure::unsendable(&format!(": {problem}")))?;
    let authorization = request.headers().get(AUTHORIZATION).cloned();

    let left = deadline.saturating_duration_since(clock::instant());
    if left < call.time_to_connect() {
        return Err(Failure::too_late(""));
    }
    let repeatable = operation.is_repeatable();
    let mut response = match timeout_at(limit, target.transport.send(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => return Err(Failure::of_transport(failure, &target.route, repeatable)),
        Err(_) => return Err(Failure::timed_out(repeatable)),
    };
    let status = response.status();
    // A response other than 401 accepts the key, before its body is read.
    let refused = match place {
        Some(place) if status == StatusCode::UNAUTHORIZED => Some((place, shared.clock.now())),
        place => {
            place.into_iter().for_each(Place::accepted);
            None
        }
    };
    let (body, cut) = read_body(&mut response, limit).await;
    let mut response = RawResponse {
        status,
        headers: std::mem::take(response.headers_mut()),
        body,
        cut,
        redactor: Redactor {
            credentials,
            authorization,
            passwords: secrets_in_body(operation, call.body.as_deref()),
        },
        clock_corrected: false,
    };
    if let Some((place, received)) = refused {
        let learn = || shared.skew.learn(&response, sent, received, signed_at);
        if may_correct_clock && learn() {
            response.clock_corrected = true;
        } else {
            place.refused(response.code(), response.request_id());
        }
    }
    Ok(response)
}

/// Waits for a place at the gate of an access key; nothing for other credentials. The time counts towards the deadline
/// and not towards `limit`.
async fn place(
    client: &Client,
    credentials: &Arc<Credentials>,
    limit: &mut Instant,
    deadline: Instant,
) -> Result<Option<Place>, Failure> {
    let Some(gate) = client.source.gate(credentials) else {
        return Ok(None);
    };
    if let Some(place) = gate.open() {
        return Ok(Some(place));
    }
    let began = clock::instant();
    // In a box: a call with an accepted key needs no room for this wait.
    let place = Box::pin(gate.pass(deadline)).await;
    *limit = (*limit + clock::since(began)).min(deadline);
    place.map(Some).map_err(|closed| match closed {
        Closed::Held(refusal) => Failure::held_back(&refusal),
        Closed::Until(_) => Failure::too_late(": no response has accepted the access key yet"),
    })
}

/// The authenticated request, or the problem with it.
fn request(
    call: &Call<'_>,
    credentials: Option<&Credentials>,
    signed_at: SystemTime,
) -> Result<Request, String> {
    let method = Method::from_bytes(call.operation.method.as_bytes());
    let method = method.map_err(|error| error.to_string())?;
    let has_no_length =
        call.body.is_none() && matches!(method, Method::POST | Method::PUT | Method::PATCH);
    let mut request = Request::new(method, call.url.clone());
    let headers = request.headers_mut();
    headers.clone_from(&call.headers);
    // Room for all headers of a signed request.
    headers.reserve(12);
    headers.insert(ACCEPT, JSON);
    headers.insert(CONTENT_TYPE, JSON);
    if has_no_length {
        // Gateways send 411 if the length is missing.
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    *request.body_mut() = call.body.clone().map(Into::into);
    let (host, project_id) = (&call.client.target.host, call.project_id.as_ref());
    auth::authenticate(&mut request, credentials, host, project_id, signed_at)?;
    Ok(request)
}

/// Reads a body up to its cap, which also ends a body that never stops. The body of a failure gets little time, since
/// its status is known.
async fn read_body(response: &mut Response, limit: Instant) -> (Bytes, Option<Error>) {
    let is_success = response.status().is_success();
    let (cap, limit) = if is_success {
        (BODY_CAP, limit)
    } else {
        (ERROR_BODY_CAP, limit.min(clock::after(ERROR_BODY_LIMIT)))
    };
    if response.content_length() == Some(0) {
        return (Bytes::new(), None);
    }
    // Nearly every body is one chunk, which is kept without a copy.
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    let cut = loop {
        match timeout_at(limit, response.chunk()).await {
            Ok(Ok(None)) => break None,
            Ok(Ok(Some(chunk))) if first.is_empty() && chunk.len() <= cap => first = chunk,
            Ok(Ok(Some(chunk))) => {
                if more.is_empty() {
                    more.extend_from_slice(&first);
                }
                let room = cap - more.len();
                more.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break Some(too_much("the response is longer than 8 MiB"));
                }
            }
            Ok(Err(error)) => {
                let source = error.without_url().into();
                break Some(unusable(
                    ErrorKind::Transport,
                    "the connection broke in the response",
                    Some(source),
                ));
            }
            Err(_) => {
                break Some(unusable(
                    ErrorKind::Timeout,
                    "timed out in the response",
                    None,
                ));
            }
        }
    };
    let body = if more.is_empty() {
        first
    } else {
        more.freeze()
    };
    let has_too_many = is_success && cut.is_none() && has_too_many_values(&body);
    let too_many = has_too_many.then(|| too_much("the response holds more than 50,000 values"));
    (body, cut.or(too_many))
}
