//! Credentials that the service refused: others are asked for, once a call.

use std::sync::Arc;

use http::StatusCode;
use tokio::time::Instant;

use super::client::Client;
use super::outcome::Answer;
use crate::auth::{Credentials, Missing};
use crate::config::{CodeMeaning, Service};

/// Whether an answer asks for another token. A 401 says that nothing was done.
pub(crate) fn is_asked_for(service: &Service, answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
        && answer
            .code()
            .is_some_and(|code| service.meaning_of(None, &code) == CodeMeaning::TokenRefused)
}

/// Has the credentials of a refused call forgotten and, if it may still be repeated, asks for others: None where the
/// same come again, which are not sent a second time since failures in a row lock an account.
pub(crate) async fn renew(
    client: &Client,
    answer: &Answer,
    may_repeat: bool,
    deadline: Instant,
) -> Option<Result<Arc<Credentials>, Missing>> {
    let refused = answer.redactor.credentials()?;
    if !client.source.refused(refused) || !may_repeat {
        return None;
    }
    match client.source.resolve(deadline).await {
        Ok(fresh) if *fresh == **refused => None,
        resolved => Some(resolved),
    }
}
