//! Calls over a scripted transport on a paused clock: what needs time, or a failure that no server can be made to show.

mod answers;
mod bodies;
mod calls;
mod credentials;
mod cut_over;
mod earlier;
mod echoes;
mod endings;
mod fake;
mod gate;
mod identifiers;
mod limits;
mod lost;
mod projects;
mod properties;
mod renewals;
mod repeats;
mod resume;
mod roll_back;
mod secrets;
mod skew;
mod tokens;
mod transport;
mod until;
mod waits;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use reqwest::{Body, Request};
use tokio::time::{Instant, sleep};

use crate::clock::{self, Clock};
use crate::transport::{Reply, SendCause, SendFailure, Transport};
use crate::{ClientBuilder, Credentials, MigrationClient};

const TASK: &str = "6f0c4a1e-93d7-4b52-8a0f-2d1b7c9e5a31";
const PROJECT: &str = "0f9c5b1e7a2d4c68b3a1d5e7f9012345";

/// One thing that happens to a request.
enum Step {
    Answer(http::Response<Body>),
    Fail(SendCause),
    Silence,
    /// Time passes, then an answer comes.
    Late(Duration, http::Response<Body>),
    /// Time passes, then the connection fails.
    LateFail(Duration, SendCause),
}

/// Plays its steps, one a request, and keeps what was sent. A request beyond the last step fails the test.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<Played>>, Arc<Waiting>);

/// Held by each request that waits for its answer.
#[derive(Default)]
struct Waiting(Arc<()>);

#[derive(Default)]
struct Played {
    steps: VecDeque<Step>,
    seen: Vec<Seen>,
}

/// A request as it would have gone out.
#[derive(Clone, Debug)]
struct Seen {
    method: String,
    path: String,
    query: String,
    body: String,
    headers: HeaderMap,
    at: Instant,
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Script {
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let script = Self::default();
        script.0.lock().unwrap().steps.extend(steps);
        script
    }

    fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    fn count(&self) -> usize {
        self.seen().len()
    }

    /// How many requests still wait for their answer.
    fn pending(&self) -> usize {
        Arc::strong_count(&self.1.0) - 1
    }

    /// How many stops went out.
    fn stops(&self) -> usize {
        self.seen()
            .iter()
            .filter(|seen| seen.method == "POST")
            .count()
    }
}

impl Transport for Script {
    fn send(&self, request: Request) -> Reply<'_> {
        let mut played = self.0.lock().unwrap();
        played.seen.push(Seen {
            method: request.method().to_string(),
            path: request.url().path().to_owned(),
            query: request.url().query().unwrap_or_default().to_owned(),
            body: request
                .body()
                .and_then(Body::as_bytes)
                .map(|body| String::from_utf8(body.to_vec()).unwrap())
                .unwrap_or_default(),
            headers: request.headers().clone(),
            at: clock::instant(),
        });
        let step = played.steps.pop_front();
        let waiting = Arc::clone(&self.1.0);
        Box::pin(async move {
            let reply = match step.expect("no request is made beyond the script") {
                Step::Answer(answer) => Ok(answer.into()),
                Step::Fail(cause) => Err(failure(cause)),
                Step::Silence => std::future::pending().await,
                Step::Late(pause, answer) => {
                    sleep(pause).await;
                    Ok(answer.into())
                }
                Step::LateFail(pause, cause) => {
                    sleep(pause).await;
                    Err(failure(cause))
                }
            };
            drop(waiting);
            reply
        })
    }
}

fn failure(cause: SendCause) -> SendFailure {
    SendFailure {
        cause,
        source: "scripted".into(),
    }
}

/// A time of day that moves with the paused clock.
#[derive(Debug)]
struct PausedClock {
    midnight: SystemTime,
    started: Instant,
}

impl Clock for PausedClock {
    fn now(&self) -> SystemTime {
        self.midnight + (clock::instant() - self.started)
    }
}

fn paused_clock() -> Arc<dyn Clock> {
    Arc::new(PausedClock {
        midnight: beginning(),
        started: clock::instant(),
    })
}

/// 2026-01-02 03:04:05 UTC, when every test begins.
fn beginning() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_767_323_045)
}

fn settings() -> ClientBuilder {
    MigrationClient::builder()
        .endpoint("http://127.0.0.1:9")
        .project_id(PROJECT)
        .credentials(Credentials::ak_sk("AKINVENTED", "skInvented"))
}

/// A client whose requests go to the script.
fn client_with(settings: ClientBuilder, script: &Script) -> MigrationClient {
    client_over(settings, script)
}

fn client_over(
    settings: ClientBuilder,
    transport: &(impl Transport + Clone + 'static),
) -> MigrationClient {
    let mut client = settings.build().unwrap();
    redirect(&mut client, transport);
    client
}

/// Sends what a client sends to a transport, and sets its clock to the beginning of the test.
fn redirect(client: &mut MigrationClient, transport: &(impl Transport + Clone + 'static)) {
    let inner = Arc::get_mut(&mut client.0).unwrap();
    let services = [Some(&mut inner.migration), inner.iam.as_mut()];
    for service in services.into_iter().flatten() {
        Arc::get_mut(service).unwrap().transport = Arc::new(transport.clone());
    }
    inner.clock = paused_clock();
}

fn client(script: &Script) -> MigrationClient {
    client_with(settings(), script)
}

/// An answer with the headers that the gateway adds.
fn answer(status: u16, body: impl Into<Body>) -> http::Response<Body> {
    http::Response::builder()
        .status(status)
        .header("X-Request-Id", "r-1")
        .body(body.into())
        .unwrap()
}

fn says(status: u16, body: impl Into<Body>) -> Step {
    Step::Answer(answer(status, body))
}

fn stopped() -> Step {
    says(204, "")
}

fn task(status: &str) -> Step {
    says(
        200,
        format!(r#"{{"task_id":"{TASK}","status":"{status}"}}"#),
    )
}

/// A task in the middle of an exchange of addresses, or after it.
fn exchanging(status: &str, task_status: &str) -> Step {
    says(
        200,
        format!(r#"{{"task_id":"{TASK}","status":"{status}","task_status":"{task_status}"}}"#),
    )
}

/// The progress of a task that migrates.
fn lag(offset: &str) -> Step {
    says(200, format!(r#"{{"offset":{offset},"is_migrating":true}}"#))
}

/// The list of tasks, which has the reason why a task failed; another task comes first.
fn failed_because(reason: &str) -> Step {
    let tasks = format!(
        r#"{{"task_id":"other","error_message":"Not ours."}},{{"task_id":"{TASK}","error_message":"{reason}"}}"#
    );
    says(200, format!(r#"{{"count":2,"migration_tasks":[{tasks}]}}"#))
}

/// The body of an error with a code of its own.
const NOT_NOW: &str = r#"{"error_code":"APIGW.0308","error_msg":"Not now."}"#;

/// A refusal for now that proves that the service did not act.
fn refused_for_now(status: u16) -> Step {
    says(status, NOT_NOW)
}

fn wrong_state() -> Step {
    says(
        400,
        r#"{"error_code":"DCS.4957","error_msg":"Not in this state.","error_ext_msg":null}"#,
    )
}
