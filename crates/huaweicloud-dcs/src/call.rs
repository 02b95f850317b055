//! One call, from arguments to result.

use std::future::Future;
use std::sync::Arc;

use huaweicloud_dcs_api::migration::Client;
use huaweicloud_dcs_api::{Call, Operation, ResponseValue};
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::BoxError;
use crate::client::MigrationClient;
use crate::diagnosis;
use crate::error::{Error, ErrorKind, Facts, Result};
use crate::error_body::ErrorBody;
use crate::exchange::CallState;
use crate::identifier;
use crate::outcome::{Answer, BodyEnd, End, Outcome};
use crate::response::Response;

/// What a generated method gives.
type Generated<T, E> = std::result::Result<ResponseValue<T>, huaweicloud_dcs_api::Error<E>>;

/// The body of a success; or that it was none, and why it could not be read if that is the cause.
type Read<T> = std::result::Result<T, Option<BoxError>>;

impl MigrationClient {
    /// Makes one call: a state, a generated client over it, and the result out of what the state recorded, never out
    /// of the generated client's error, which loses status and request id.
    pub(crate) async fn call<'a, T, U, E, F>(
        &'a self,
        operation: &'static Operation,
        read: impl FnOnce(&Outcome, Generated<U, E>) -> Read<T> + Send,
        method: impl FnOnce(Client, &'a str) -> F + Send,
    ) -> Result<Response<T>>
    where
        F: Future<Output = Generated<U, E>> + Send,
    {
        let span = tracing::debug_span!(
            "call",
            operation = operation.id(),
            method = operation.method(),
            status = Empty,
            attempts = Empty,
            request_id = Empty,
        );
        async {
            let state = Arc::new(CallState::new(self.0.clone()));
            let call = Call::new(operation, state.clone());
            let endpoint = self.0.endpoint.as_str();
            let client = Client::new_with_client(endpoint, self.0.http.clone(), call);
            let generated = method(client, &self.0.project_id).await;
            let Some(outcome) = state.take_outcome() else {
                return Err(refused(
                    operation,
                    "the request could not be made".to_owned(),
                ));
            };
            let result = match read(&outcome, generated) {
                Ok(body) => Ok(response(body, &outcome)),
                Err(decode) => Err(diagnosis::error(operation, outcome, decode)),
            };
            record(&tracing::Span::current(), &result);
            result
        }
        .instrument(span)
        .await
    }
}

/// Refuses an identifier that could be more than one segment of the path.
pub(crate) fn check(operation: &Operation, name: &str, value: &str) -> Result<()> {
    identifier::check(value).map_err(|why| refused(operation, format!("{name} {why}")))
}

/// Reads the success of an operation that answers 204: that, or a 200 with nothing in it that says otherwise.
pub(crate) fn empty<E>(outcome: &Outcome, _generated: Generated<(), E>) -> Read<()> {
    let End::Answered(answer) = &outcome.end else {
        return Err(None);
    };
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
    let says_no_error =
        || answer.body.is_empty() || is_json() && ErrorBody::code_in(&answer.body).is_none();
    let is_complete = matches!(answer.body_end, BodyEnd::Complete);
    match answer.status.as_u16() {
        204 => Ok(()),
        200 if is_complete && says_no_error() => Ok(()),
        _ => Err(None),
    }
}

/// Reads the model of a documented success.
pub(crate) fn typed<T, E>(outcome: &Outcome, generated: Generated<T, E>) -> Read<T> {
    match (&outcome.end, generated) {
        (
            End::Answered(Answer {
                body,
                body_end: BodyEnd::Complete,
                ..
            }),
            Ok(value),
        ) if ErrorBody::code_in(body).is_none() => Ok(value.into_inner()),
        (_, Err(huaweicloud_dcs_api::Error::InvalidResponsePayload(_, error))) => {
            Err(Some(error.into()))
        }
        _ => Err(None),
    }
}

fn response<T>(body: T, outcome: &Outcome) -> Response<T> {
    let (status, request_id) = match &outcome.end {
        End::Answered(answer) => (
            answer.status.as_u16(),
            diagnosis::request_id(&answer.headers).map(|id| answer.redactor.text(id)),
        ),
        End::Failed(_) => (0, None),
    };
    Response::new(body, status, request_id, outcome.attempts)
}

/// The error of a call that was refused here.
pub(crate) fn refused(operation: &Operation, message: String) -> Error {
    let advice = "nothing was sent: mend it and call again";
    Facts {
        operation: Some(operation.id()),
        advice,
        ..Facts::new(ErrorKind::Config, message)
    }
    .into()
}

fn record<T>(span: &tracing::Span, result: &Result<Response<T>>) {
    if span.is_disabled() {
        return;
    }
    let (status, attempts, request_id) = match result {
        Ok(response) => (
            Some(response.status()),
            response.attempts(),
            response.request_id(),
        ),
        Err(error) => (error.status(), error.attempts(), error.request_id()),
    };
    span.record("status", status);
    span.record("attempts", attempts);
    span.record("request_id", request_id);
}
