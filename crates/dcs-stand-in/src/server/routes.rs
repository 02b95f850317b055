//! The steps of a request: route, gateway, fault, DCS or IAM.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Extension, Request, State},
    http::{
        HeaderMap, Method,
        header::{CONTENT_LENGTH, TRANSFER_ENCODING},
        request::Parts,
    },
    response::Response,
    routing::{MethodFilter, on},
};
use huaweicloud_core::Operation;
use percent_encoding::percent_decode_str;

use crate::{
    call::Call,
    dcs::{self, Dcs, Ids},
    faults::{Connection, FaultQueue, strike},
    gateway::{Gateway, Refusal, Scope},
    http::{Query, complete},
    iam::Iam,
    records::{Entry, Journal},
    time::Time,
};

/// The state that all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) time: Arc<Time>,
    pub(crate) gateway: Gateway,
    pub(crate) dcs: Dcs,
    pub(crate) iam: Iam,
    pub(crate) faults: FaultQueue,
    pub(crate) journal: Arc<Journal>,
}

/// Routes the operations by their templates. A literal path wins over a template.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new();
    for &call in Call::ALL {
        let operation = call.operation();
        let filter = Method::from_bytes(operation.method.as_bytes())
            .ok()
            .and_then(|method| MethodFilter::try_from(method).ok());
        if let Some(filter) = filter {
            let known = move |shared: State<Arc<Shared>>,
                              connection: Extension<Connection>,
                              request: Request| {
                handle(shared, connection, Some(call), request)
            };
            router = router.route(operation.path, on(filter, known));
        }
    }
    let unknown =
        |shared: State<Arc<Shared>>, connection: Extension<Connection>, request: Request| {
            handle(shared, connection, None, request)
        };
    router
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .with_state(Arc::clone(shared))
}

/// The values of the parameters in the path. `None` if one is empty: no gateway finds an API then.
fn ids(operation: &Operation, path: &str) -> Option<Ids> {
    let mut ids = Ids::default();
    for (name, value) in operation.path.split('/').zip(path.split('/')) {
        if !name.starts_with('{') {
            continue;
        }
        let id = percent_decode_str(value).decode_utf8_lossy().into_owned();
        if id.is_empty() {
            return None;
        }
        match name {
            "{project_id}" => ids.project = id,
            "{task_id}" => ids.task = Some(id),
            _ => ids.job = Some(id),
        }
    }
    Some(ids)
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    Extension(connection): Extension<Connection>,
    call: Option<Call>,
    request: Request,
) -> Response {
    let (request, body) = request.into_parts();
    let called = call
        // axum routes HEAD to GET; the gateway does not.
        .filter(|call| call.operation().method == request.method.as_str())
        .and_then(|call| Some((call, ids(call.operation(), request.uri.path())?)));
    let operation = called.as_ref().map(|(call, _)| call.operation().id);
    let mut entry = shared.journal.begin(&request, operation);
    let admitted = admit(&shared, called, &request, body).await;
    let mut response = match admitted {
        Err(refusal) => refusal.answer(entry.id()),
        Ok(admitted) => {
            if admitted.call.needs_credentials() {
                entry.authenticated();
            }
            let fault = shared.faults.take(admitted.call);
            let act = perform(&shared, &admitted, &request, &entry);
            match fault {
                None => act.await,
                Some(fault) => strike(fault, &connection, entry.id(), act).await,
            }
        }
    };
    complete(response.headers_mut(), entry.id(), shared.time.now().day);
    entry.answered(response.status());
    response
}

/// A request that has passed the gateway.
struct Admitted {
    call: Call,
    ids: Ids,
    scope: Scope,
    body: Bytes,
}

async fn admit(
    shared: &Shared,
    called: Option<(Call, Ids)>,
    request: &Parts,
    body: Body,
) -> Result<Admitted, Refusal> {
    let (call, ids) = called.ok_or(Refusal::NO_SUCH_API)?;
    // Some servers treat such a request as empty, others wait or refuse. Refusing finds more bugs of clients.
    let has_content = matches!(request.method, Method::POST | Method::PUT);
    if has_content && !has_length(&request.headers) {
        return Err(Refusal::LENGTH_REQUIRED);
    }
    let body = read(body).await?;
    let scope = if call.needs_credentials() {
        shared.gateway.admit(request, &body, shared.time.now())?
    } else {
        Scope::Global
    };
    Ok(Admitted {
        call,
        ids,
        scope,
        body,
    })
}

async fn perform(shared: &Shared, admitted: &Admitted, request: &Parts, entry: &Entry) -> Response {
    let query = Query::read(request.uri.query());
    if admitted.call.is_iam() {
        let tokens = (&shared.gateway.tokens, shared.time.now());
        let iam = &shared.iam;
        return iam.perform(admitted.call, &query, &admitted.body, tokens, entry);
    }
    let request = dcs::Request {
        call: admitted.call,
        ids: &admitted.ids,
        headers: &request.headers,
        query,
        body: &admitted.body,
        scope: &admitted.scope,
        entry,
    };
    shared.dcs.perform(&request).await
}

fn has_length(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING)
}

/// With a signature, the gateway takes bodies up to 12 MB.
const MOST_READ: usize = 12 * 1024 * 1024;

async fn read(body: Body) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > MOST_READ as u64 {
        return Err(Refusal::TOO_LARGE);
    }
    // If the length is not announced, a body that is too large gets the same error as a broken one.
    to_bytes(body, MOST_READ)
        .await
        .map_err(|_| Refusal::UNREADABLE)
}
