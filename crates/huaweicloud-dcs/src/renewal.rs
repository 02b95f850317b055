//! A token that the service refused: others are asked for, once a call.

use std::sync::Arc;

use http::StatusCode;
use tokio::time::Instant;

use crate::credentials::Credentials;
use crate::error_body::ErrorBody;
use crate::exchange::CallState;
use crate::outcome::{Answer, End};

/// The codes that ask for another token: from the gateway, and from the service for one that is invalid, has expired
/// or is missing. Another project's token (`DCS.1004`) is not among them: another one would be the same.
const CODES: [&str; 4] = ["APIGW.0307", "DCS.1001", "DCS.1002", "DCS.1003"];

/// Whether an answer asks for another token. A 401 says that nothing was done.
pub(crate) fn is_asked_for(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
        && ErrorBody::code_in(&answer.body).is_some_and(|code| CODES.contains(&code.as_str()))
}

/// Has the credentials of a refused call forgotten and, if it may still be repeated, asks for others: None where the
/// same come again, which are not sent a second time since failures in a row lock an account.
pub(crate) async fn renew(
    state: &CallState,
    answer: &Answer,
    may_repeat: bool,
    limit: Instant,
) -> Option<Result<Arc<Credentials>, End>> {
    let source = &state.client.credentials;
    let refused = answer.redactor.credentials();
    // A call that brings its own credentials is the one that gets others.
    if state.credentials.is_some() || !source.refused(refused) || !may_repeat {
        return None;
    }
    match source.resolve(&state.client, limit).await {
        Ok(fresh) if *fresh == **refused => None,
        resolved => Some(resolved),
    }
}
