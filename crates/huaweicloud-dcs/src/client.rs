//! The client: one method a call.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use huaweicloud_dcs_api::migration::{self, operations, types};
use huaweicloud_dcs_api::{Call, Operation, ResponseValue};
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::builder::ClientBuilder;
use crate::clock::Clock;
use crate::diagnosis;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Facts, Result};
use crate::exchange::CallState;
use crate::identifier;
use crate::outcome::{Answer, BodyEnd, End, Outcome};
use crate::response::Response;
use crate::retry::RetryConfig;
use crate::skew::Skew;
use crate::source::Source;
use crate::transport::Transport;
use crate::wait::{self, StopOutcome, WaitConfig};

/// Calls the data migration API of one project at one endpoint.
///
/// Making one loads the roots that the machine trusts, which takes longer than a call: make one and clone it. Clones
/// share connections; no lock or `Arc` is needed around it. Its futures are `Send` and need a tokio runtime with time
/// and I/O enabled.
///
/// Dropping the future of a call drops its connection. The service may act on the request all the same.
#[derive(Clone)]
pub struct MigrationClient(pub(crate) Arc<Inner>);

/// What the clones of a client share.
pub(crate) struct Inner {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Endpoint,
    pub(crate) host: HeaderValue,
    pub(crate) project_id: String,
    pub(crate) project_header: HeaderValue,
    pub(crate) credentials: Source,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryConfig,
    /// Makes requests for the generated client; the transport sends them.
    pub(crate) http: reqwest::Client,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: Skew,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A whole call, pauses and repeats included.
    pub(crate) call: Duration,
    /// One attempt of a call that only reads.
    pub(crate) read_attempt: Duration,
}

impl MigrationClient {
    /// Begins a client. It needs a region or an endpoint, a project id and credentials.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Stops the synchronization of a task and returns when the service answered 204: once.
    ///
    /// `POST /v2/{project_id}/migration-task/{task_id}/sync-stop`. The English page says that 204 means that the
    /// synchronization was stopped, the Chinese original that it was "stopped synchronously"; neither says in which
    /// status a task must be. Use [`stop_sync_and_wait`](Self::stop_sync_and_wait) to see it confirmed.
    ///
    /// It is repeated only while nothing was sent or the service refuses for now (408, 429, 503). The answer may take
    /// as long as the stop; the limit is that of the whole call, 120 s by default.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/StopMigrationTaskSync.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](ErrorKind::Wait). **May it have been applied?** See
    /// [`Error::may_have_been_applied`]: where that is true, read the task before you stop it again. `DCS.4957` says
    /// that the task's status forbids it, [`Error::is_not_found`] that there is no such task.
    pub async fn stop_sync(&self, task_id: &str) -> Result<Response<()>> {
        let operation = &operations::STOP_MIGRATION_TASK_SYNC;
        let call = |client: migration::Client| async move {
            client
                .stop_migration_task_sync(&self.0.project_id, task_id)
                .await
        };
        self.call(
            operation,
            task_id,
            call,
            |outcome, _decoded| match &outcome.end {
                End::Answered(answer) if reports_success(answer) => Ok(()),
                _ => Err(None),
            },
        )
        .await
    }

    /// Stops the synchronization of a task and waits until reading the task shows that it stopped.
    ///
    /// If the answer to the stop was lost, the task is read before the stop is sent a second time, and it is sent again
    /// only if the task still runs. See [`StopOutcome`] for how it can end.
    ///
    /// # Errors
    ///
    /// The error of the stop if it was refused; [`ErrorKind::Wait`] if the task failed, cannot be read, or has not
    /// stopped in time. **May it have been applied?** See [`Error::may_have_been_applied`].
    pub async fn stop_sync_and_wait(&self, task_id: &str, wait: WaitConfig) -> Result<StopOutcome> {
        wait::stop_sync_and_wait(self, task_id, wait).await
    }

    /// Reads a task: its status, its ends, its settings. Never a password.
    ///
    /// `GET /v2/{project_id}/migration-task/{task_id}`. It is repeated after any failure that may pass; one attempt
    /// takes 30 s at most by default.
    ///
    /// Source: <https://support.huaweicloud.com/intl/en-us/api-dcs/ShowMigrationTask.html>
    ///
    /// # Errors
    ///
    /// Any kind but [`Wait`](ErrorKind::Wait); [`Error::is_not_found`] if there is no such task. It changes nothing, so
    /// that nothing can have been applied.
    pub async fn show(&self, task_id: &str) -> Result<Response<types::MigrationTaskDetail>> {
        let operation = &operations::SHOW_MIGRATION_TASK;
        let call = |client: migration::Client| async move {
            client
                .show_migration_task(&self.0.project_id, task_id)
                .await
        };
        self.call(operation, task_id, call, typed).await
    }

    /// Says whether a text can be the ID of a task at all, as every call does before it sends anything: 1 to 64
    /// letters, digits, `-` and `_`. For programs that check all they were given before they begin.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`], which says what is wrong.
    pub fn check_task_id(task_id: &str) -> Result<()> {
        identifier::check(task_id).map_err(|why| Error::config(format!("task_id {why}")))
    }

    /// The address that calls go to: scheme, host and port.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.0.endpoint.as_str()
    }

    /// The region that was set, also where an endpoint was set beside it.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The project that calls are made for.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.0.project_id
    }

    /// Makes one call: a state, a generated client over it, and the result out of what the state recorded, never out
    /// of the generated client's error, which loses status and request id.
    async fn call<T, U, E, F>(
        &self,
        operation: &'static Operation,
        task_id: &str,
        call: impl FnOnce(migration::Client) -> F + Send,
        read: impl FnOnce(
            &Outcome,
            GeneratedResult<U, E>,
        ) -> std::result::Result<T, Option<crate::BoxError>>
        + Send,
    ) -> Result<Response<T>>
    where
        F: Future<Output = GeneratedResult<U, E>> + Send,
    {
        identifier::check(task_id).map_err(|why| refused(operation, format!("task_id {why}")))?;
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
            let client = migration::Client::new_with_client(
                self.0.endpoint.as_str(),
                self.0.http.clone(),
                Call::new(operation, state.clone()),
            );
            let generated = call(client).await;
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

type GeneratedResult<T, E> = std::result::Result<ResponseValue<T>, huaweicloud_dcs_api::Error<E>>;

/// The model of a documented success, or why it could not be read.
fn typed<T, E>(
    outcome: &Outcome,
    generated: GeneratedResult<T, E>,
) -> std::result::Result<T, Option<crate::BoxError>> {
    match (&outcome.end, generated) {
        (
            End::Answered(Answer {
                body_end: BodyEnd::Complete,
                ..
            }),
            Ok(value),
        ) => Ok(value.into_inner()),
        (_, Err(huaweicloud_dcs_api::Error::InvalidResponsePayload(_, error))) => {
            Err(Some(error.into()))
        }
        _ => Err(None),
    }
}

/// Whether an answer reports success where 204 is documented: 204, or 200 with nothing in it that says otherwise.
fn reports_success(answer: &Answer) -> bool {
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
    match answer.status.as_u16() {
        204 => true,
        200 if !matches!(answer.body_end, BodyEnd::Complete) => false,
        200 => {
            answer.body.is_empty()
                || is_json() && crate::error_body::ErrorBody::code_in(&answer.body).is_none()
        }
        _ => false,
    }
}

fn response<T>(body: T, outcome: &Outcome) -> Response<T> {
    let (status, request_id) = match &outcome.end {
        End::Answered(answer) => (
            answer.status.as_u16(),
            diagnosis::request_id(&answer.headers),
        ),
        End::Failed(_) => (0, None),
    };
    Response::new(body, status, request_id, outcome.attempts)
}

/// The error of a call that was refused here.
fn refused(operation: &Operation, message: String) -> Error {
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

/// Shows endpoint and project; credentials show themselves without their secrets.
impl fmt::Debug for MigrationClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MigrationClient").field(&self.0).finish()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("endpoint", &self.endpoint.as_str())
            .field("project_id", &self.project_id)
            .field("credentials", &self.credentials)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
