//! One call, from arguments to result.

use std::future::Future;
use std::sync::Arc;

use huaweicloud_dcs_api::migration::Client;
use huaweicloud_dcs_api::{Call, Operation, ResponseValue};
use serde_json::error::Category;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::BoxError;
use crate::client::MigrationClient;
use crate::clock;
use crate::diagnosis;
use crate::error::{Error, ErrorKind, Facts, Result};
use crate::exchange::{CallState, Extent};
use crate::identifier;
use crate::outcome::{Answer, BodyEnd, End, Outcome};
use crate::project;
use crate::response::Response;
use crate::success_body::{has_error_code, is_empty_or_harmless, is_harmless_in_any_shape};

/// What a generated method gives.
pub(crate) type Generated<T, E> =
    std::result::Result<ResponseValue<T>, huaweicloud_dcs_api::Error<E>>;

/// The body of a success; or that it was none, and why it could not be read if that is the cause.
pub(crate) type Read<T> = std::result::Result<T, Option<BoxError>>;

impl MigrationClient {
    /// Makes one call of the data migration API, for the client's project.
    pub(crate) async fn call<'a, T, U, E, F>(
        &'a self,
        operation: &'static Operation,
        read: impl FnOnce(&Outcome, Generated<U, E>) -> Read<T> + Send,
        method: impl FnOnce(Client, &'a str) -> F + Send,
    ) -> Result<Response<T>>
    where
        F: Future<Output = Generated<U, E>> + Send,
    {
        self.call_to(Extent::Whole, operation, read, method).await
    }

    /// Makes one call, or one attempt at it.
    pub(crate) async fn call_to<'a, T, U, E, F>(
        &'a self,
        extent: Extent,
        operation: &'static Operation,
        read: impl FnOnce(&Outcome, Generated<U, E>) -> Read<T> + Send,
        method: impl FnOnce(Client, &'a str) -> F + Send,
    ) -> Result<Response<T>>
    where
        F: Future<Output = Generated<U, E>> + Send,
    {
        let limit = match extent {
            Extent::Whole => clock::after(self.0.limits.call),
            Extent::OneAttempt { limit, .. } => limit,
        };
        // Not by `in_span`: a future is moved on its way into another one, and this one is large.
        async {
            let result = match project::id(&self.0, operation, limit).await {
                Ok(project_id) => {
                    let service = &self.0.migration;
                    let state = CallState::new(&self.0, service, limit)
                        .with_extent(extent)
                        .with_on_retry(self.1.clone());
                    make(state, operation, read, |call| {
                        let (endpoint, http) = (service.endpoint.as_str(), service.http.clone());
                        method(Client::new_with_client(endpoint, http, call), project_id)
                    })
                    .await
                }
                Err(error) => Err(error),
            };
            record(&Span::current(), &result);
            result
        }
        .instrument(span(operation))
        .await
    }
}

/// Runs one call to IAM in the span that tells of it.
pub(crate) async fn in_span<T>(
    operation: &Operation,
    call: impl Future<Output = Result<Response<T>>>,
) -> Result<Response<T>> {
    async {
        let result = call.await;
        record(&Span::current(), &result);
        result
    }
    .instrument(span(operation))
    .await
}

fn span(operation: &Operation) -> Span {
    tracing::debug_span!(
        "call",
        operation = operation.id(),
        method = operation.method(),
        status = Empty,
        attempts = Empty,
        request_id = Empty,
    )
}

/// Makes one call over its state, and its result out of what the state recorded, never out of the generated client's
/// error, which loses status and request id.
pub(crate) async fn make<T, U, E, F>(
    state: CallState,
    operation: &'static Operation,
    read: impl FnOnce(&Outcome, Generated<U, E>) -> Read<T> + Send,
    method: impl FnOnce(Call) -> F + Send,
) -> Result<Response<T>>
where
    F: Future<Output = Generated<U, E>> + Send,
{
    let state = Arc::new(state);
    let generated = method(Call::new(operation, state.clone())).await;
    let Some(outcome) = state.take_outcome() else {
        return Err(refused(
            operation,
            "the request could not be made".to_owned(),
        ));
    };
    match read(&outcome, generated) {
        Ok(body) => Ok(response(body, &outcome)),
        Err(decode) => Err(diagnosis::error(operation, outcome, decode)),
    }
}

/// Refuses an identifier that could be more than one segment of the path.
pub(crate) fn check(operation: &Operation, name: &str, value: &str) -> Result<()> {
    identifier::check(value).map_err(|why| refused(operation, format!("{name} {why}")))
}

/// Reads the success of an operation that answers 204: that, or a 200 with nothing in it that says otherwise.
pub(crate) fn empty<E>(outcome: &Outcome, _generated: Generated<(), E>) -> Read<()> {
    without_model(outcome, is_empty_or_harmless)
}

/// Reads a success of which no page says what its body is.
pub(crate) fn undocumented<E>(outcome: &Outcome, _generated: Generated<(), E>) -> Read<()> {
    without_model(outcome, is_harmless_in_any_shape)
}

fn without_model(outcome: &Outcome, is_harmless: fn(&[u8]) -> bool) -> Read<()> {
    let End::Answered(answer) = &outcome.end else {
        return Err(None);
    };
    let is_complete = matches!(answer.body_end, BodyEnd::Complete);
    match answer.status.as_u16() {
        204 => Ok(()),
        200 if is_complete && is_harmless(&answer.body) => Ok(()),
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
        ) if !has_error_code(body) => Ok(value.into_inner()),
        (_, Err(huaweicloud_dcs_api::Error::InvalidResponsePayload(_, error))) => {
            Err(Some(position(&error).into()))
        }
        _ => Err(None),
    }
}

/// Where an answer is not what its model is read from. What stands there is not told: it may be a secret.
fn position(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "the JSON ends",
        Category::Data => "a value has another type than documented",
        Category::Syntax | Category::Io => "it is no JSON",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

fn response<T>(body: T, outcome: &Outcome) -> Response<T> {
    let (status, request_id) = match &outcome.end {
        End::Answered(answer) => (
            answer.status.as_u16(),
            diagnosis::request_id(&answer.headers, &answer.redactor),
        ),
        End::Failed(_) | End::NoToken(_) | End::Held(_) => (0, None),
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

fn record<T>(span: &Span, result: &Result<Response<T>>) {
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
