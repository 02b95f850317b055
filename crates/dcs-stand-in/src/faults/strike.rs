//! The effect of a fault on a request.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::Response,
};

use super::{
    broken::{Connection, Repeated, Truncated},
    fault::{Changes, Fault, FaultBody, Reply},
};
use crate::{dcs::ServiceError, gateway::Refusal, http::answer};

/// Returns the response of the fault in place of that of `act`. Never returns if the fault closes the connection.
pub(crate) async fn strike(
    fault: Fault,
    connection: &Connection,
    request_id: &str,
    act: impl Future<Output = Response>,
) -> Response {
    let is_own = matches!(&fault.reply, Reply::Answer(changes) if changes.status.is_none());
    let mut own = None;
    if fault.acts_first {
        own = Some(act.await);
        wait(fault.delay).await;
    } else {
        wait(fault.delay).await;
        if is_own {
            own = Some(act.await);
        }
    }
    match fault.reply {
        Reply::Close => match connection.hang_up().await {},
        Reply::Answer(changes) => changed(own, changes, connection, request_id),
    }
}

async fn wait(delay: Duration) {
    // The timer rounds up: even a zero delay would cost a millisecond.
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

fn changed(
    own: Option<Response>,
    changes: Changes,
    connection: &Connection,
    request_id: &str,
) -> Response {
    let mut response = match (changes.status, own) {
        (None, Some(own)) => own,
        (Some(status), _) => usual(status, request_id),
        (None, None) => usual(StatusCode::INTERNAL_SERVER_ERROR, request_id),
    };
    match changes.body {
        None => {}
        Some(FaultBody::Bytes(bytes)) => *response.body_mut() = bytes.into(),
        Some(FaultBody::Html) => {
            let status = response.status();
            let page = format!(
                "<html>\n<head><title>{status}</title></head>\n<body>\n<center><h1>{status}</h1></center>\n</body>\n</html>\n"
            );
            *response.body_mut() = page.into();
            let html = HeaderValue::from_static("text/html");
            response.headers_mut().insert(CONTENT_TYPE, html);
        }
        Some(FaultBody::Huge) => *response.body_mut() = Body::new(Repeated::HUGE),
        Some(FaultBody::Endless) => *response.body_mut() = Body::new(Repeated::ENDLESS),
    }
    response.headers_mut().extend(changes.headers);
    if changes.is_truncated {
        response = response.map(|whole| Body::new(Truncated::new(whole, connection.clone())));
    }
    response
}

/// The usual response of gateway or service with a status.
fn usual(status: StatusCode, request_id: &str) -> Response {
    let gateway = |code, message| Refusal::new(status, code, message).answer(request_id);
    let service = |code, message| ServiceError::new(status, code, Some(message)).answer();
    match status.as_u16() {
        400 => service("DCS.4063", "Invalid {0} parameter in the request."),
        401 => Refusal::unauthenticated("verify aksk signature fail").answer(request_id),
        403 => service(
            "DCS.2003",
            "This role does not have the permission to perform this operation.",
        ),
        404 => service("DCS.4001", "The requested URL does not exist."),
        405 => service("DCS.5001", "This request method is not allowed."),
        429 => gateway(
            "APIGW.0308",
            "The throttling threshold has been reached: policy user over ratelimit,limit:10",
        ),
        500 => ServiceError::INTERNAL.answer(),
        502 => gateway("APIGW.0201", "Backend unavailable."),
        503 => gateway("APIGW.0613", "The IAM service is currently unavailable."),
        504 => gateway("APIGW.0201", "Backend timeout."),
        ..400 => answer(status, Body::empty()),
        _ => gateway("APIGW.0201", "API request error."),
    }
}
