//! The way of one request: route, gateway, fault, service.

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
use huaweicloud_dcs_api::{Operation, migration::operations::OPERATIONS};
use percent_encoding::percent_decode_str;

use crate::{
    answer::{Refusal, complete},
    fault_strike::strike,
    line::Line,
    service::{Call, Ids},
    shared::Shared,
    visit::Visit,
};

/// Routes the operations of the table by their templates; a literal path wins over a template.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new();
    for operation in OPERATIONS {
        let filter = Method::from_bytes(operation.method().as_bytes())
            .ok()
            .and_then(|method| MethodFilter::try_from(method).ok());
        if let (Some(call), Some(filter)) = (Call::of(operation), filter) {
            let known =
                move |shared: State<Arc<Shared>>, line: Extension<Line>, request: Request| {
                    handle(shared, line, Some(call), request)
                };
            router = router.route(operation.path(), on(filter, known));
        }
    }
    let unknown = |shared: State<Arc<Shared>>, line: Extension<Line>, request: Request| {
        handle(shared, line, None, request)
    };
    router
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .with_state(Arc::clone(shared))
}

/// The parameters that fill in the operation's template. None if one is empty: then no gateway finds the API.
fn ids(operation: &Operation, path: &str) -> Option<Ids> {
    let mut ids = Ids::default();
    for (name, value) in operation.path().split('/').zip(path.split('/')) {
        let id = match name {
            "{project_id}" => &mut ids.project,
            "{task_id}" => &mut ids.task,
            _ => continue,
        };
        *id = percent_decode_str(value).decode_utf8_lossy().into_owned();
        if id.is_empty() {
            return None;
        }
    }
    Some(ids)
}

async fn handle(
    State(shared): State<Arc<Shared>>,
    Extension(line): Extension<Line>,
    call: Option<Call>,
    request: Request,
) -> Response {
    let (request, body) = request.into_parts();
    let called = call
        // axum sends HEAD where GET is routed; the gateway does not.
        .filter(|call| call.operation().method() == request.method.as_str())
        .and_then(|call| Some((call, ids(call.operation(), request.uri.path())?)));
    let operation = called.as_ref().map(|(call, _)| call.operation().id());
    let mut visit = Visit::begin(&shared, &request, operation);
    let admitted = admit(&shared, called, &request, body).await;
    let mut response = match admitted {
        Err(refusal) => refusal.answer(visit.id()),
        Ok((call, ids)) => {
            visit.record_authenticated();
            let act = shared.service.perform(call, &ids, &request.headers, &visit);
            match shared.faults.take(call) {
                None => act.await,
                Some(fault) => strike(fault, &line, visit.id(), act).await,
            }
        }
    };
    complete(response.headers_mut(), visit.id(), shared.clock.now());
    visit.answered(response.status());
    response
}

async fn admit(
    shared: &Shared,
    called: Option<(Call, Ids)>,
    request: &Parts,
    body: Body,
) -> Result<(Call, Ids), Refusal> {
    let called = called.ok_or(Refusal::NO_SUCH_API)?;
    // Lenient servers take such a request for an empty one, others wait or refuse. The strict reading finds more clients' faults.
    if request.method == Method::POST && !has_length(&request.headers) {
        return Err(Refusal::LENGTH_REQUIRED);
    }
    let body = read(body).await?;
    shared.gateway.admit(request, &body, shared.clock.now())?;
    Ok(called)
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
    // A body whose length is not known beforehand and that turns out too large is not told from one that breaks.
    to_bytes(body, MOST_READ)
        .await
        .map_err(|_| Refusal::UNREADABLE)
}
